package dev.rollouts.controller.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import okhttp3.Call;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;
import okio.BufferedSource;
import okio.Okio;
import okio.Source;
import okio.Timeout;
import org.junit.jupiter.api.Test;

class GuardedBodyTest {
  private final CountDownLatch reading = new CountDownLatch(1);
  private final AtomicBoolean within = new AtomicBoolean();
  private final AtomicBoolean closedWithin = new AtomicBoolean();

  /** Nothing comes until the call is cancelled, as from a watch without news. */
  private final class Silence implements Source {
    private final Call call;

    Silence(Call call) {
      this.call = call;
    }

    @Override
    public long read(Buffer sink, long count) throws IOException {
      within.set(true);
      reading.countDown();
      try {
        while (!call.isCanceled()) {
          Thread.sleep(10);
        }
        Thread.sleep(100); // the other one has time to do harm
        throw new IOException("cancelled");
      } catch (InterruptedException e) {
        throw new IOException(e);
      } finally {
        within.set(false);
      }
    }

    @Override
    public Timeout timeout() {
      return Timeout.NONE;
    }

    @Override
    public void close() {
      closedWithin.set(within.get());
    }
  }

  private Response answer(Call call, Source body) {
    return new Response.Builder()
        .request(call.request())
        .protocol(Protocol.HTTP_1_1)
        .code(200)
        .message("OK")
        .body(ResponseBody.create(Okio.buffer(body), null, -1))
        .build();
  }

  private static Call call(OkHttpClient client) {
    return client.newCall(new Request.Builder().url("http://127.0.0.1/").build());
  }

  @Test
  void nobodyClosesWhatAnotherReads() throws Exception {
    OkHttpClient client =
        new OkHttpClient.Builder()
            .addInterceptor(GuardedBody::intercept)
            .addInterceptor(chain -> answer(chain.call(), new Silence(chain.call())))
            .build();
    BufferedSource source = call(client).execute().body().source();
    CompletableFuture<Boolean> reader =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return source.exhausted();
              } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
              }
            });
    reading.await();
    source.close();
    assertThat(closedWithin).isFalse();
    assertThatThrownBy(() -> reader.get(1, TimeUnit.MINUTES)).hasRootCauseMessage("cancelled");
  }

  @Test
  void whatIsReadToItsEndIsAsItWasSent() throws Exception {
    OkHttpClient client =
        new OkHttpClient.Builder()
            .addInterceptor(GuardedBody::intercept)
            .addInterceptor(chain -> answer(chain.call(), new Buffer().writeUtf8("all of it")))
            .build();
    Call call = call(client);
    try (Response response = call.execute()) {
      assertThat(response.body().string()).isEqualTo("all of it");
    }
    assertThat(call.isCanceled()).isFalse();
  }
}
