package dev.rollouts.analysis.http;

import dev.rollouts.analysis.http.Exchange.Trait;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLPeerUnverifiedException;
import okhttp3.Call;
import okhttp3.EventListener;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okio.Buffer;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;

/**
 * One exchange from its first request to its answer, redirects and the one repetition included.
 * Runs once, on one thread.
 */
final class Conversation {
  private static final int REDIRECTS_MAX = 10;
  private static final long FAILED_BODY_BYTES_MAX = 64 << 10;
  private static final int CHUNK_BYTES = 8192;
  private static final Duration PAUSE = Duration.ofMillis(100);

  private final Clients clients;
  private final Exchange exchange;
  private final Deadline deadline;
  private final long bytesMax;

  private boolean repeated;
  private volatile boolean cancelled;
  private volatile @Nullable Call call;

  Conversation(Clients clients, Exchange exchange, Deadline deadline, long bytesMax) {
    this.clients = clients;
    this.exchange = exchange;
    this.deadline = deadline;
    this.bytesMax = bytesMax;
  }

  HttpAnswer run() throws Exception {
    Request request = Requests.first(exchange);
    int redirects = 0;
    while (true) {
      try (Response response = sent(request)) {
        Request next = Requests.redirected(request, response, exchange);
        if (next == null) {
          return answer(response);
        }
        request = next;
      }
      if (++redirects > REDIRECTS_MAX) {
        throw new HttpFailure("stopped after %d redirects".formatted(REDIRECTS_MAX));
      }
    }
  }

  /** Makes {@link #run} end soon with a failure; harmless when it has ended. */
  void cancel() {
    cancelled = true;
    Call current = call;
    if (current != null) {
      current.cancel();
    }
  }

  private Response sent(Request request) throws Exception {
    OkHttpClient client = clients.forHop(request.url(), exchange.traits());
    Progress progress = new Progress();
    RetryConfig once =
        RetryConfig.custom()
            .maxAttempts(2)
            .waitDuration(PAUSE)
            .retryOnException(failure -> mayRepeat(failure, progress))
            .build();
    return Retry.of("analysis-http", once)
        .executeCallable(() -> attempt(client, request, progress));
  }

  private Response attempt(OkHttpClient client, Request request, Progress progress)
      throws IOException {
    progress.restart();
    Call next = client.newCall(request);
    next.addEventListener(progress);
    // No remaining time would mean no limit.
    next.timeout().timeout(Math.max(1, deadline.remainingNanos()), TimeUnit.NANOSECONDS);
    call = next;
    if (cancelled) {
      next.cancel();
    }
    return next.execute();
  }

  private boolean mayRepeat(Throwable failure, Progress progress) {
    boolean worthwhile =
        failure instanceof IOException
            && !(failure instanceof EgressRules.RefusedException)
            && !(failure instanceof SSLPeerUnverifiedException)
            && !(failure.getCause() instanceof CertificateException);
    boolean repeat =
        exchange.traits().contains(Trait.IDEMPOTENT)
            && worthwhile
            && progress.allowsRepetition()
            && !repeated
            && !cancelled
            && deadline.remainingNanos() > PAUSE.toNanos();
    repeated |= repeat;
    return repeat;
  }

  private HttpAnswer answer(Response response) throws IOException {
    boolean successful = response.isSuccessful();
    long limit = successful ? bytesMax : Math.min(bytesMax, FAILED_BODY_BYTES_MAX);
    Buffer body = new Buffer();
    BufferedSource source = response.body().source();
    while (body.size() <= limit && source.read(body, CHUNK_BYTES) >= 0) {
      // Reads on until the end or the limit.
    }
    if (successful && body.size() > limit) {
      throw new HttpFailure(
          "the answer is longer than %d bytes, which is all that is read; ask for less"
              .formatted(limit));
    }
    byte[] bytes = body.readByteArray(Math.min(body.size(), limit));
    String contentType = response.header("Content-Type");
    return new HttpAnswer(
        response.code(),
        Requests.reason(response),
        contentType == null ? "" : contentType,
        new String(bytes, StandardCharsets.UTF_8));
  }

  /** How far a call came, told by the thread that makes it. */
  private static final class Progress extends EventListener {
    private volatile boolean connecting;
    private volatile boolean sending;
    private volatile boolean answered;

    void restart() {
      connecting = false;
      sending = false;
      answered = false;
    }

    /**
     * Nothing was sent; or it was sent on a connection that was idle before, and nothing came back.
     */
    boolean allowsRepetition() {
      return !sending || (!connecting && !answered);
    }

    @Override
    public void connectStart(Call call, InetSocketAddress inetSocketAddress, Proxy proxy) {
      connecting = true;
    }

    @Override
    public void requestHeadersStart(Call call) {
      sending = true;
    }

    @Override
    public void responseHeadersEnd(Call call, Response response) {
      answered = true;
    }
  }
}
