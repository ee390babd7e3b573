package dev.rollouts.analysis.http;

import dev.rollouts.analysis.http.Exchange.Trait;
import dev.rollouts.api.provider.config.Authentication.OAuth2;
import dev.rollouts.api.provider.config.Header;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import okhttp3.Credentials;
import org.jspecify.annotations.Nullable;

/** The client-credentials flow (P-009). Keeps no token: every measurement asks for its own. */
public final class ClientCredentials {
  private static final int EXCERPT_MAX = 1024;

  private ClientCredentials() {}

  /**
   * Gets a token and returns the request with the {@code Authorization} header that carries it.
   *
   * @param headers of the user that go with the token request as well
   * @param request whose traits hold for the token request too
   * @param redaction is told the token and the forms of the client's secret
   * @throws HttpFailure such as {@code Post "<url of the request>": oauth2: …}; what it quotes of
   *     an answer may hold credentials that the redaction knows
   */
  public static Exchange applied(
      HttpTransport transport,
      OAuth2 client,
      List<Header> headers,
      Exchange request,
      Deadline deadline,
      Redaction redaction)
      throws HttpFailure {
    if (client.clientId().isEmpty() || client.clientSecret().isEmpty()) {
      throw new HttpFailure("missing mandatory parameter in metric for OAuth2 setup");
    }
    try {
      return request.header(
          "Authorization",
          authorization(transport, client, headers, request.traits(), deadline, redaction));
    } catch (HttpFailure e) {
      throw new HttpFailure(
          HttpTransport.prefix(request.method(), request.url()) + ": oauth2: " + e.getMessage());
    }
  }

  private static String authorization(
      HttpTransport transport,
      OAuth2 client,
      List<Header> headers,
      Set<Trait> traits,
      Deadline deadline,
      Redaction redaction)
      throws HttpFailure {
    String secret = encode(client.clientSecret());
    String basic = Credentials.basic(encode(client.clientId()), secret);
    List.of(client.clientSecret(), secret, basic.substring("Basic ".length()))
        .forEach(redaction::add);

    Map<String, String> form = new LinkedHashMap<>();
    form.put("grant_type", "client_credentials");
    if (!client.scopes().isEmpty()) {
      form.put("scope", String.join(" ", client.scopes()));
    }
    Exchange tokenRequest =
        Exchange.of("POST", client.tokenUrl())
            .with(Trait.IDEMPOTENT, Trait.CONFIDENTIAL)
            .with(traits.toArray(Trait[]::new));
    try {
      Exchange inHeader = tokenRequest.withForm(form).header("Authorization", basic);
      return token(transport.send(inHeader.userHeaders(headers), deadline), redaction);
    } catch (HttpFailure first) {
      form.put("client_id", client.clientId());
      form.put("client_secret", client.clientSecret());
      return token(
          transport.send(tokenRequest.withForm(form).userHeaders(headers), deadline), redaction);
    }
  }

  private static String token(HttpAnswer answer, Redaction redaction) throws HttpFailure {
    if (!answer.isSuccessful()) {
      throw new HttpFailure(
          "cannot fetch token: %s\nResponse: %s"
              .formatted(answer.statusLine(), Excerpt.of(answer.text(), EXCERPT_MAX)));
    }
    String contentType = answer.contentType().toLowerCase(Locale.ROOT);
    boolean isForm =
        contentType.startsWith("application/x-www-form-urlencoded")
            || contentType.startsWith("text/plain");
    Map<?, ?> fields = isForm ? form(answer.text()) : json(answer.text());
    if (!(fields.get("access_token") instanceof String token) || token.isEmpty()) {
      throw new HttpFailure("server response missing access_token");
    }
    redaction.add(token);
    return type(fields.get("token_type")) + " " + token;
  }

  private static Map<?, ?> json(String text) throws HttpFailure {
    try {
      return Json.parse(text) instanceof Map<?, ?> map ? map : Map.of();
    } catch (Json.MalformedException e) {
      throw new HttpFailure("cannot parse json: " + e.getMessage());
    }
  }

  private static Map<String, String> form(String text) throws HttpFailure {
    Map<String, String> fields = new LinkedHashMap<>();
    try {
      for (String field : text.strip().split("&", -1)) {
        int equals = field.indexOf('=');
        String name = equals < 0 ? field : field.substring(0, equals);
        String value = equals < 0 ? "" : field.substring(equals + 1);
        fields.putIfAbsent(decode(name), decode(value));
      }
    } catch (IllegalArgumentException e) {
      throw new HttpFailure("cannot parse the token response as a form");
    }
    return fields;
  }

  private static String type(@Nullable Object type) {
    String given = type instanceof String text ? text : "";
    return switch (given.toLowerCase(Locale.ROOT)) {
      case "", "bearer" -> "Bearer";
      case "mac" -> "MAC";
      case "basic" -> "Basic";
      default -> given;
    };
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static String decode(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }
}
