package dev.rollouts.cli.kube;

import dev.rollouts.cli.kube.Connection.ClientIdentity;
import dev.rollouts.cli.kube.Connection.Trust;
import java.io.IOException;
import java.io.InputStream;
import java.net.Authenticator;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.ProxySelector;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/** Requests over one connection, with credentials, proxy and time-outs. Thread-safe. */
final class Http {
  private static final int TRIES = 5;
  private static final Duration PATIENCE_MAX = Duration.ofSeconds(10);
  private static final Duration CONNECT = Duration.ofSeconds(30);
  private static final Duration FAREWELL = Duration.ofMillis(100);

  private final Connection connection;
  private final String agent;
  private final URI server;
  private final @Nullable String host;
  private @Nullable HttpClient client;

  Http(Connection connection, String agent) {
    this.connection = connection;
    this.agent = agent;
    String name = connection.trust().serverName();
    URI wanted = connection.server();
    // The JDK's client sends the host's name to TLS, unless the host is an address.
    boolean renamed = name != null && !isLiteral(wanted.getHost()) && connection.proxy().isEmpty();
    if (renamed) {
      System.setProperty("jdk.httpclient.allowRestrictedHeaders", "host");
      server = byAddress(wanted);
      host = wanted.getAuthority();
    } else {
      server = wanted;
      host = null;
    }
    if (connection.proxy().map(URI::getUserInfo).isPresent()) {
      System.setProperty("jdk.http.auth.tunneling.disabledSchemes", "");
    }
  }

  /** An answer and its text. */
  record Answer(int code, String body) {}

  /**
   * Sends a request, again where the server asks for it, and reads the answer.
   *
   * @param atMost how long it may take where the user has not said it; zero for ever
   */
  Answer send(String path, Duration atMost, Consumer<HttpRequest.Builder> what) {
    boolean renewed = false;
    Duration timeout = connection.timeout().isZero() ? atMost : connection.timeout();
    for (int attempt = 1; ; attempt++) {
      HttpRequest request = request(path, what, timeout);
      HttpResponse<InputStream> response = exchange(request, attempt == 1);
      if (response == null) {
        continue;
      }
      String body = body(request, response);
      Optional<Duration> later = later(response);
      if (response.statusCode() == 401 && !renewed && connection.credentials().renew()) {
        renewed = true;
        forget();
      } else if (later.isEmpty() || attempt == TRIES) {
        return new Answer(response.statusCode(), body);
      } else {
        pause(later.get());
      }
    }
  }

  /** Sends a request and leaves its answer open. */
  HttpResponse<InputStream> open(String path, Consumer<HttpRequest.Builder> what) {
    HttpResponse<InputStream> response;
    do {
      response = exchange(request(path, what, Duration.ZERO), true);
    } while (response == null);
    return response;
  }

  private HttpRequest request(String path, Consumer<HttpRequest.Builder> what, Duration timeout) {
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(URI.create(server + path)).setHeader("User-Agent", agent);
    if (!timeout.isZero()) {
      builder.timeout(timeout);
    }
    if (host != null) {
      builder.setHeader("Host", host);
    }
    connection
        .credentials()
        .authorization()
        .ifPresent(value -> builder.setHeader("Authorization", value));
    connection.headers().forEach((name, values) -> values.forEach(v -> builder.header(name, v)));
    if (connection.compressed()) {
      builder.setHeader("Accept-Encoding", "gzip");
    }
    what.accept(builder);
    return builder.build();
  }

  /** Null when the connection was lost before an answer, and the question may be repeated. */
  private @Nullable HttpResponse<InputStream> exchange(HttpRequest request, boolean mayRepeat) {
    try {
      return client().send(request, HttpResponse.BodyHandlers.ofInputStream());
    } catch (IOException e) {
      if (e instanceof HttpTimeoutException) {
        reconnect();
      }
      boolean lost =
          !(e instanceof ConnectException
              || e instanceof SSLException
              || e instanceof HttpTimeoutException
              || e instanceof UnknownHostException);
      if (mayRepeat && lost && request.method().equals("GET")) {
        return null;
      }
      throw failure(request, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KubeException("interrupted");
    }
  }

  private static String body(HttpRequest request, HttpResponse<InputStream> response) {
    boolean zipped =
        response.headers().firstValue("Content-Encoding").filter("gzip"::equals).isPresent();
    try (InputStream raw = response.body();
        InputStream in = zipped ? new GZIPInputStream(raw) : raw) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw failure(request, e);
    }
  }

  private static Optional<Duration> later(HttpResponse<?> response) {
    if (response.statusCode() != 429 && response.statusCode() < 500) {
      return Optional.empty();
    }
    return response
        .headers()
        .firstValue("Retry-After")
        .filter(text -> text.matches("[0-9]{1,6}"))
        .map(text -> Duration.ofSeconds(Long.parseLong(text)))
        .map(wait -> wait.compareTo(PATIENCE_MAX) > 0 ? PATIENCE_MAX : wait);
  }

  private static void pause(Duration time) {
    try {
      Thread.sleep(time.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KubeException("interrupted");
    }
  }

  /** As Go's HTTP client says it, which scripts may look for. */
  private static KubeException failure(HttpRequest request, IOException e) {
    URI uri = request.uri();
    String address =
        uri.getHost() + ":" + (uri.getPort() > 0 ? uri.getPort() : isTls(uri) ? 443 : 80);
    String method =
        request.method().charAt(0) + request.method().substring(1).toLowerCase(Locale.ROOT);
    return new KubeException("%s \"%s\": %s".formatted(method, uri, cause(address, uri, e)));
  }

  private static String cause(String address, URI uri, IOException e) {
    for (Throwable each = e; each != null; each = each.getCause()) {
      if (each instanceof UnresolvedAddressException || each instanceof UnknownHostException) {
        return "dial tcp: lookup %s: no such host".formatted(uri.getHost());
      }
      if (each instanceof java.security.cert.CertificateException
          || each instanceof java.security.cert.CertPathBuilderException) {
        return "tls: failed to verify certificate: x509: " + certificate(each);
      }
    }
    if (e instanceof HttpTimeoutException) {
      return "net/http: request canceled (Client.Timeout exceeded while awaiting headers)";
    }
    if (e instanceof ConnectException) {
      String message = String.valueOf(e.getMessage());
      return "dial tcp %s: connect: %s"
          .formatted(address, message.equals("null") ? "connection refused" : lower(message));
    }
    return e.getMessage() == null ? "EOF" : e.getMessage();
  }

  private static String certificate(Throwable problem) {
    String message = String.valueOf(problem.getMessage());
    return message.contains("unable to find valid certification path")
            || message.contains("Path does not chain")
        ? "certificate signed by unknown authority"
        : message;
  }

  private static String lower(String text) {
    return text.isEmpty()
        ? text
        : text.substring(0, 1).toLowerCase(Locale.ROOT) + text.substring(1);
  }

  private static boolean isTls(URI uri) {
    return "https".equals(uri.getScheme());
  }

  private static boolean isLiteral(String host) {
    return host.contains(":") || host.matches("[0-9.]+");
  }

  private static URI byAddress(URI uri) {
    try {
      String address = InetAddress.getByName(uri.getHost()).getHostAddress();
      String literal = address.contains(":") ? "[" + address + "]" : address;
      String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
      String path = uri.getRawPath() == null ? "" : uri.getRawPath();
      return URI.create(uri.getScheme() + "://" + literal + port + path);
    } catch (UnknownHostException e) {
      return uri;
    }
  }

  private synchronized void forget() {
    if (connection.identity().isEmpty()) {
      client = null;
    }
  }

  /** Uses none of the connections again that are open: one that hangs takes questions for ever. */
  synchronized void reconnect() {
    client = null;
  }

  private synchronized HttpClient client() {
    HttpClient now = client;
    if (now == null) {
      now = build();
      client = now;
    }
    return now;
  }

  /**
   * Ends the client. A process that ends waits 300 ms for a thread that still listens. Before Java
   * 21 there is no way to end one.
   */
  synchronized void close() {
    HttpClient now = client;
    client = null;
    if (now instanceof AutoCloseable) {
      try {
        HttpClient.class.getMethod("shutdownNow").invoke(now);
        HttpClient.class.getMethod("awaitTermination", Duration.class).invoke(now, FAREWELL);
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private HttpClient build() {
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .connectTimeout(connection.timeout().isZero() ? CONNECT : connection.timeout());
    if (isTls(server)) {
      Trust trust = connection.trust();
      Optional<ClientIdentity> identity =
          connection.identity().or(() -> connection.credentials().identity());
      builder.sslContext(Tls.context(trust, identity));
      if (trust.serverName() != null) {
        SSLParameters parameters = new SSLParameters();
        parameters.setServerNames(List.of(new SNIHostName(trust.serverName())));
        builder.sslParameters(parameters);
      }
    } else {
      // An offer of HTTP/2 is an upgrade there, which not every proxy passes on well.
      builder.version(HttpClient.Version.HTTP_1_1);
    }
    connection.proxy().ifPresent(proxy -> through(builder, proxy));
    return builder.build();
  }

  private static void through(HttpClient.Builder builder, URI proxy) {
    if (!"http".equals(proxy.getScheme())) {
      throw new KubeException(
          "invalid configuration: a proxy by %s is not supported, only by http"
              .formatted(proxy.getScheme()));
    }
    int port = proxy.getPort() < 0 ? 80 : proxy.getPort();
    builder.proxy(ProxySelector.of(new InetSocketAddress(proxy.getHost(), port)));
    String user = proxy.getUserInfo();
    if (user != null) {
      String[] parts = Arrays.copyOf(user.split(":", 2), 2);
      builder.authenticator(
          new Authenticator() {
            @Override
            protected PasswordAuthentication getPasswordAuthentication() {
              return new PasswordAuthentication(
                  parts[0], (parts[1] == null ? "" : parts[1]).toCharArray());
            }
          });
    }
  }
}
