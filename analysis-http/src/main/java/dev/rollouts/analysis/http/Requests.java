package dev.rollouts.analysis.http;

import dev.rollouts.analysis.http.Exchange.Trait;
import dev.rollouts.api.provider.config.Header;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import okhttp3.Credentials;
import okhttp3.Headers;
import okhttp3.HttpUrl;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** Exchanges and redirects as OkHttp's requests; says what is wrong with them. Pure. */
final class Requests {
  private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

  /** OkHttp refuses these methods without a body, be it an empty one. */
  private static final Set<String> NEVER_WITHOUT_BODY =
      Set.of("POST", "PUT", "PATCH", "PROPPATCH", "QUERY", "REPORT");

  private static final String USER_AGENT = "rollouts-java";

  private static final Map<Integer, String> REASONS =
      Map.ofEntries(
          Map.entry(200, "OK"),
          Map.entry(201, "Created"),
          Map.entry(202, "Accepted"),
          Map.entry(204, "No Content"),
          Map.entry(301, "Moved Permanently"),
          Map.entry(302, "Found"),
          Map.entry(304, "Not Modified"),
          Map.entry(400, "Bad Request"),
          Map.entry(401, "Unauthorized"),
          Map.entry(403, "Forbidden"),
          Map.entry(404, "Not Found"),
          Map.entry(405, "Method Not Allowed"),
          Map.entry(408, "Request Timeout"),
          Map.entry(422, "Unprocessable Entity"),
          Map.entry(429, "Too Many Requests"),
          Map.entry(500, "Internal Server Error"),
          Map.entry(501, "Not Implemented"),
          Map.entry(502, "Bad Gateway"),
          Map.entry(503, "Service Unavailable"),
          Map.entry(504, "Gateway Timeout"));

  private Requests() {}

  /** The request that an exchange starts with. */
  static Request first(Exchange exchange) throws HttpFailure {
    HttpUrl url = HttpUrl.parse(exchange.url());
    if (url == null) {
      throw new HttpFailure("not a URL: it takes http:// or https://, a host and perhaps a path");
    }
    if (!TOKEN.matcher(exchange.method()).matches()) {
      throw new HttpFailure("invalid method \"%s\"".formatted(Excerpt.of(exchange.method(), 40)));
    }
    Headers.Builder headers = new Headers.Builder().add("User-Agent", USER_AGENT);
    for (Header header : exchange.headers()) {
      check(header);
      headers.removeAll(header.key());
      headers.addUnsafeNonAscii(header.key(), header.value());
    }
    return request(exchange.method(), url, headers.build(), body(exchange));
  }

  private static void check(Header header) throws HttpFailure {
    if (!TOKEN.matcher(header.key()).matches()) {
      throw new HttpFailure(
          "headers: \"%s\" is not the name of a header".formatted(Excerpt.of(header.key(), 80)));
    }
    String value = header.value();
    for (int i = 0; i < value.length(); i++) {
      if (Character.isISOControl(value.charAt(i)) && value.charAt(i) != '\t') {
        throw new HttpFailure(
            "headers: the value of %s has a control character at position %d, such as a line break; remove it"
                .formatted(header.key(), i));
      }
    }
  }

  private static @Nullable RequestBody body(Exchange exchange) throws HttpFailure {
    String text = exchange.body();
    boolean impossible = exchange.method().equals("GET") || exchange.method().equals("HEAD");
    if (impossible && text != null) {
      throw new HttpFailure("a %s cannot have a body".formatted(exchange.method()));
    }
    if (text == null && !NEVER_WITHOUT_BODY.contains(exchange.method())) {
      return null;
    }
    return RequestBody.create((text == null ? "" : text).getBytes(StandardCharsets.UTF_8), null);
  }

  /** With the credentials that the URL holds, unless the headers hold some. */
  private static Request request(
      String method, HttpUrl url, Headers headers, @Nullable RequestBody body) {
    Request.Builder request = new Request.Builder().headers(headers).method(method, body);
    boolean hasUser = !url.username().isEmpty() || !url.password().isEmpty();
    if (hasUser && headers.get("Authorization") == null) {
      request.header(
          "Authorization",
          Credentials.basic(url.username(), url.password(), StandardCharsets.UTF_8));
    }
    return request.url(url.newBuilder().username("").password("").build()).build();
  }

  /** The request that a redirect asks for; null when the response is none. */
  static @Nullable Request redirected(Request request, Response response, Exchange exchange)
      throws HttpFailure {
    String location = response.header("Location");
    boolean keepsMethod = response.code() == 307 || response.code() == 308;
    if (location == null || !(keepsMethod || isFound(response.code()))) {
      return null;
    }
    HttpUrl from = request.url();
    HttpUrl to = from.resolve(location);
    if (to == null) {
      throw new HttpFailure(
          "redirect to \"%s\", which is not a URL".formatted(ShownUrl.of(location)));
    }
    if (from.isHttps() && !to.isHttps()) {
      throw new HttpFailure(
          "redirect from https to \"%s\" refused: it would be readable on its way"
              .formatted(ShownUrl.of(to.toString())));
    }
    boolean leaves = leaves(from, to);
    if (leaves && keepsMethod && exchange.traits().contains(Trait.CONFIDENTIAL)) {
      throw new HttpFailure(
          "redirect to \"%s\" refused: it would hand credentials to another host"
              .formatted(ShownUrl.of(to.toString())));
    }
    Headers.Builder headers = request.headers().newBuilder();
    if (leaves) {
      // Any header of a template may be a credential. What the first host was not to keep, no later
      // one gets back.
      headers = new Headers.Builder().add("User-Agent", USER_AGENT);
      copy("Content-Type", request, headers);
      copy("Accept", request, headers);
    }
    if (keepsMethod) {
      return request(request.method(), to, headers.build(), request.body());
    }
    String method = request.method().equals("HEAD") ? "HEAD" : "GET";
    return request(method, to, headers.removeAll("Content-Type").build(), null);
  }

  private static boolean isFound(int code) {
    return code == HttpURLConnection.HTTP_MOVED_PERM
        || code == HttpURLConnection.HTTP_MOVED_TEMP
        || code == HttpURLConnection.HTTP_SEE_OTHER;
  }

  /** Same host and same port; the step from http to https may change the port. */
  private static boolean leaves(HttpUrl from, HttpUrl to) {
    return !from.host().equals(to.host())
        || (from.port() != to.port() && from.isHttps() == to.isHttps());
  }

  private static void copy(String name, Request request, Headers.Builder headers) {
    String value = request.header(name);
    if (value != null) {
      headers.addUnsafeNonAscii(name, value);
    }
  }

  /**
   * The server's reason phrase, else HTTP's (HTTP/2 has none); empty for a status that neither has
   * a word for.
   */
  static String reason(Response response) {
    return response.message().isEmpty()
        ? REASONS.getOrDefault(response.code(), "")
        : response.message();
  }
}
