package dev.rollouts.analysis.http;

import dev.rollouts.analysis.http.EnvironmentProxies.Hop;
import dev.rollouts.analysis.http.Exchange.Trait;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Proxy;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import okhttp3.Authenticator;
import okhttp3.ConnectionPool;
import okhttp3.Dns;
import okhttp3.HttpUrl;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** The variants of one client, and which of them may take a request. Immutable. */
final class Clients {
  /**
   * Asks servers that must not be asked twice: a connection that is never reused cannot turn out to
   * be closed when the request is on its way.
   */
  private static final ConnectionPool NOTHING_IDLE = new ConnectionPool(0, 1, TimeUnit.SECONDS);

  private final OkHttpClient secure;
  private final OkHttpClient insecure;
  private final Dns resolver;
  private final EgressRules egress;
  private final EnvironmentProxies proxies;

  Clients(OkHttpClient client, EgressRules egress, EnvironmentProxies proxies) {
    this.resolver = client.dns();
    this.egress = egress;
    this.proxies = proxies;
    this.secure =
        client
            .newBuilder()
            .followRedirects(false)
            .followSslRedirects(false)
            .retryOnConnectionFailure(false)
            .dns(new CheckedDns(resolver, egress))
            .addNetworkInterceptor(Clients::withoutRetryAfter)
            .build();
    OkHttpClient.Builder trusting = secure.newBuilder();
    Tls.insecure(trusting);
    this.insecure = trusting.build();
  }

  /** The client for one hop of an exchange; refuses a host that the egress rules do not allow. */
  OkHttpClient forHop(HttpUrl url, Set<Trait> traits)
      throws HttpFailure, EgressRules.RefusedException {
    OkHttpClient client = traits.contains(Trait.INSECURE) ? insecure : secure;
    Hop hop = hop(url, traits);
    egress.checkHost(url.host(), hop.isDirect());
    OkHttpClient.Builder builder = client.newBuilder().proxy(hop.proxy());
    if (!hop.isDirect()) {
      // The operator named the proxy, so the rules do not apply to its address.
      builder.dns(resolver).proxyAuthenticator(authenticator(hop.authorization()));
    }
    if (!traits.contains(Trait.IDEMPOTENT)) {
      builder.connectionPool(NOTHING_IDLE);
    }
    return builder.build();
  }

  private Hop hop(HttpUrl url, Set<Trait> traits) throws HttpFailure {
    Proxy fixed = secure.proxy();
    if (fixed != null) {
      return new Hop(fixed, null);
    }
    return traits.contains(Trait.DIRECT) ? Hop.DIRECT : proxies.select(url);
  }

  private Authenticator authenticator(@Nullable String authorization) {
    if (authorization == null) {
      return secure.proxyAuthenticator();
    }
    return (route, response) ->
        response.request().header("Proxy-Authorization") != null
            ? null
            : response.request().newBuilder().header("Proxy-Authorization", authorization).build();
  }

  /** Resolves names to addresses that may be connected to. */
  private record CheckedDns(Dns resolver, EgressRules egress) implements Dns {
    @Override
    public List<InetAddress> lookup(String hostname) throws UnknownHostException {
      List<InetAddress> addresses = resolver.lookup(hostname);
      egress.checkResolved(hostname, addresses);
      return addresses;
    }
  }

  /**
   * Asked to by this header OkHttp would send a request again at once, and statuses are never a
   * reason to.
   */
  private static Response withoutRetryAfter(Interceptor.Chain chain) throws IOException {
    return chain.proceed(chain.request()).newBuilder().removeHeader("Retry-After").build();
  }
}
