package dev.rollouts.analysis.http;

import dev.rollouts.api.provider.ProviderSettings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import okhttp3.Credentials;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the proxy for a URL by {@code HTTP_PROXY}, {@code HTTPS_PROXY} and {@code NO_PROXY}, in
 * upper or lower case. Without the first two, by the JVM's own settings. Immutable.
 *
 * <p>{@code NO_PROXY} is a list of {@code *}, names (with their subdomains), {@code .suffix} or
 * {@code *.suffix} (subdomains only), addresses and blocks, each with an optional port. This
 * machine is always reached without a proxy.
 */
final class EnvironmentProxies {
  private final @Nullable String http;
  private final @Nullable String https;
  private final List<String> exceptions;

  private EnvironmentProxies(
      @Nullable String http, @Nullable String https, List<String> exceptions) {
    this.http = http;
    this.https = https;
    this.exceptions = exceptions;
  }

  static EnvironmentProxies of(ProviderSettings settings) {
    List<String> exceptions = new ArrayList<>();
    String list = variable(settings, "NO_PROXY");
    for (String entry : (list == null ? "" : list).split(",", -1)) {
      if (!entry.isBlank()) {
        exceptions.add(entry.strip().toLowerCase(Locale.ROOT));
      }
    }
    return new EnvironmentProxies(
        variable(settings, "HTTP_PROXY"), variable(settings, "HTTPS_PROXY"), exceptions);
  }

  private static @Nullable String variable(ProviderSettings settings, String name) {
    String value = settings.variable(name);
    if (value == null || value.isEmpty()) {
      value = settings.variable(name.toLowerCase(Locale.ROOT));
    }
    return value == null || value.isEmpty() ? null : value;
  }

  /** How to reach that URL. */
  Hop select(HttpUrl url) throws HttpFailure {
    if (http == null && https == null) {
      return ofTheJvm(url);
    }
    String proxy = url.isHttps() ? https : http;
    return proxy == null || isException(url) ? Hop.DIRECT : parse(url, proxy);
  }

  private static Hop ofTheJvm(HttpUrl url) {
    ProxySelector selector = ProxySelector.getDefault();
    URI uri = url.uri();
    if (selector == null || uri.getHost() == null) {
      return Hop.DIRECT;
    }
    return selector.select(uri).stream()
        .findFirst()
        .filter(proxy -> proxy.type() != Proxy.Type.DIRECT)
        .map(proxy -> new Hop(proxy, null))
        .orElse(Hop.DIRECT);
  }

  private static Hop parse(HttpUrl url, String proxy) throws HttpFailure {
    String variable = url.isHttps() ? "HTTPS_PROXY" : "HTTP_PROXY";
    boolean socks = proxy.startsWith("socks5://") || proxy.startsWith("socks5h://");
    String address = socks ? "http" + proxy.substring(proxy.indexOf("://")) : proxy;
    HttpUrl parsed = HttpUrl.parse(address.contains("://") ? address : "http://" + address);
    if (parsed == null || parsed.isHttps() || (socks && !parsed.username().isEmpty())) {
      throw new HttpFailure(
          "the environment variable %s is not a proxy that can be used: it takes http://[user:password@]host[:port] or socks5://host[:port]"
              .formatted(variable));
    }
    int port = socks && !address.matches(".*:[0-9]+/?") ? 1080 : parsed.port();
    InetSocketAddress socket = InetSocketAddress.createUnresolved(parsed.host(), port);
    return new Hop(
        new Proxy(socks ? Proxy.Type.SOCKS : Proxy.Type.HTTP, socket),
        parsed.username().isEmpty()
            ? null
            : Credentials.basic(parsed.username(), parsed.password()));
  }

  private boolean isException(HttpUrl url) {
    String host = url.host().toLowerCase(Locale.ROOT);
    if (host.equals("localhost") || isLoopback(host)) {
      return true;
    }
    return exceptions.stream().anyMatch(entry -> matches(entry, host, url.port()));
  }

  private static boolean isLoopback(String host) {
    byte[] address = literal(host);
    try {
      return address != null && InetAddress.getByAddress(address).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  private static boolean matches(String entry, String host, int port) {
    if (entry.equals("*")) {
      return true;
    }
    int colon = entry.lastIndexOf(':');
    boolean withPort = colon > 0 && (entry.indexOf(':') == colon || entry.charAt(colon - 1) == ']');
    if (withPort && !entry.substring(colon + 1).equals(Integer.toString(port))) {
      return false;
    }
    String pattern = withPort ? entry.substring(0, colon) : entry;
    byte[] address = literal(host);
    if (address != null) {
      return isInBlock(address, pattern);
    }
    if (pattern.startsWith("*.")) {
      pattern = pattern.substring(1);
    }
    return pattern.startsWith(".")
        ? host.endsWith(pattern)
        : host.equals(pattern) || host.endsWith("." + pattern);
  }

  private static boolean isInBlock(byte[] address, String pattern) {
    int slash = pattern.indexOf('/');
    byte[] network = literal(slash < 0 ? pattern : pattern.substring(0, slash));
    if (network == null || network.length != address.length) {
      return false;
    }
    String length = slash < 0 ? "" : pattern.substring(slash + 1);
    if (slash >= 0 && !length.matches("[0-9]{1,3}")) {
      return false;
    }
    int bits = slash < 0 ? address.length * 8 : Integer.parseInt(length);
    return Addresses.isInNetwork(address, network, bits);
  }

  private static byte @Nullable [] literal(String host) {
    String bare =
        host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    return Addresses.literal(bare);
  }

  /**
   * The way to a server.
   *
   * @param authorization for the proxy; null for none
   */
  record Hop(Proxy proxy, @Nullable String authorization) {
    static final Hop DIRECT = new Hop(Proxy.NO_PROXY, null);

    boolean isDirect() {
      return proxy.type() == Proxy.Type.DIRECT;
    }

    @Override
    public String toString() {
      return "Hop[" + proxy + "]";
    }
  }
}
