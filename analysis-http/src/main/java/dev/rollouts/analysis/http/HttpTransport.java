package dev.rollouts.analysis.http;

import static java.util.Objects.requireNonNull;

import dev.rollouts.api.provider.ProviderSettings;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import okhttp3.ConnectionPool;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/**
 * Carries out exchanges: one pooled HTTP/2 client for everything that runs under the same settings.
 * Thread-safe.
 *
 * <p>What holds for every exchange:
 *
 * <ul>
 *   <li>It ends by its deadline, whatever it is doing, and promptly when the calling thread is
 *       interrupted.
 *   <li>A body that is longer than {@link ProviderSettings#responseBytesMax} after decompression is
 *       an error; no more of it is read.
 *   <li>Each host, those of redirects included, is checked against the egress rules.
 *   <li>Up to ten redirects are followed (P-008), none from https to http; headers of the request
 *       stay behind when it moves to another host.
 *   <li>A connection that could not be made, or that the server had closed while it was idle, is
 *       tried once more if the exchange is idempotent. Nothing is ever repeated because of a
 *       status.
 * </ul>
 */
public final class HttpTransport {
  private static final Duration CONNECT_MAX = Duration.ofSeconds(30);
  private static final int IDLE_CONNECTIONS_MAX = 64;
  private static final int REMEMBERED_MAX = 16;

  /**
   * Waiting is all they do, one for each caller that waits; a resolver that hangs holds up none but
   * its own.
   */
  private static final ExecutorService WORKERS = workers();

  private static final Map<ProviderSettings, HttpTransport> REMEMBERED =
      new LinkedHashMap<>(REMEMBERED_MAX, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<ProviderSettings, HttpTransport> eldest) {
          return size() > REMEMBERED_MAX;
        }
      };

  private final ProviderSettings settings;
  private final EgressRules egress;
  private final EnvironmentProxies proxies;
  private final Supplier<OkHttpClient> client;
  private @Nullable Clients clients;

  private HttpTransport(ProviderSettings settings, Supplier<OkHttpClient> client) {
    this.settings = settings;
    this.egress = EgressRules.of(settings);
    this.proxies = EnvironmentProxies.of(settings);
    this.client = client;
  }

  /** Made for the first exchange: it takes long to read the authorities that TLS trusts. */
  private synchronized Clients clients() {
    Clients now = clients;
    if (now == null) {
      now = new Clients(client.get(), egress, proxies);
      clients = now;
    }
    return now;
  }

  /**
   * The transport for these settings, the same one for equal settings as long as it is among the
   * sixteen used last.
   *
   * @throws IllegalArgumentException naming an egress rule that is none
   */
  public static HttpTransport of(ProviderSettings settings) {
    synchronized (REMEMBERED) {
      return REMEMBERED.computeIfAbsent(
          settings, key -> new HttpTransport(key, HttpTransport::ownClient));
    }
  }

  /**
   * A transport over a client of the caller's, whose TLS, resolver, pool and interceptors are used.
   * Redirects, retries and the choice of the proxy are the transport's, unless the client has a
   * fixed proxy.
   *
   * @throws IllegalArgumentException naming an egress rule that is none
   */
  public static HttpTransport over(OkHttpClient client, ProviderSettings settings) {
    requireNonNull(client, "client");
    return new HttpTransport(settings, () -> client);
  }

  private static OkHttpClient ownClient() {
    OkHttpClient.Builder client =
        new OkHttpClient.Builder()
            .connectTimeout(CONNECT_MAX)
            .readTimeout(Duration.ZERO)
            .writeTimeout(Duration.ZERO)
            .connectionPool(new ConnectionPool(IDLE_CONNECTIONS_MAX, 5, TimeUnit.MINUTES));
    Tls.secure(client);
    return client.build();
  }

  private static ExecutorService workers() {
    AtomicInteger count = new AtomicInteger();
    return new ThreadPoolExecutor(
        0,
        Integer.MAX_VALUE,
        30,
        TimeUnit.SECONDS,
        new SynchronousQueue<>(),
        task -> {
          Thread thread = new Thread(task, "rollouts-http-" + count.incrementAndGet());
          thread.setDaemon(true);
          return thread;
        });
  }

  /** What it was made for. */
  public ProviderSettings settings() {
    return settings;
  }

  /**
   * Carries out an exchange; any status is an answer.
   *
   * @throws HttpFailure for everything else, with a message that starts with {@link #prefix}. After
   *     an interrupt the thread's interrupt flag is set
   */
  public HttpAnswer send(Exchange exchange, Deadline deadline) throws HttpFailure {
    if (deadline.remainingNanos() == 0) {
      throw failure(exchange, deadline.exceeded());
    }
    Conversation conversation =
        new Conversation(clients(), exchange, deadline, settings.responseBytesMax());
    Future<HttpAnswer> answer = WORKERS.submit(conversation::run);
    try {
      return answer.get(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw failure(exchange, Failures.describe(e.getCause(), deadline));
    } catch (TimeoutException e) {
      stop(conversation, answer);
      throw failure(exchange, deadline.exceeded());
    } catch (InterruptedException e) {
      stop(conversation, answer);
      Thread.currentThread().interrupt();
      throw failure(exchange, "the thread that waited for the answer was interrupted");
    }
  }

  private static void stop(Conversation conversation, Future<?> answer) {
    conversation.cancel();
    answer.cancel(true);
  }

  /**
   * How messages name a request: {@code Post "http://host/path"}, without user, password and query.
   */
  public static String prefix(String method, String url) {
    String verb = method.isEmpty() ? "GET" : Excerpt.of(method, 20);
    return verb.substring(0, 1).toUpperCase(Locale.ROOT)
        + verb.substring(1).toLowerCase(Locale.ROOT)
        + " \""
        + ShownUrl.of(url)
        + '"';
  }

  private static HttpFailure failure(Exchange exchange, String reason) {
    return new HttpFailure(prefix(exchange.method(), exchange.url()) + ": " + reason);
  }
}
