package dev.rollouts.controller.kube;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.locks.ReentrantLock;
import okhttp3.Call;
import okhttp3.Interceptor;
import okhttp3.MediaType;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;

/**
 * The body of an answer that one thread may close while another reads it, as the Kubernetes client
 * does with watches. Unguarded, the two would work on one buffer: what it is made of goes back to a
 * pool of the whole process twice, and two other connections read each other's bytes; or the reader
 * breaks in a way that nobody is told of, and a watch is silent for ever. Thread-safe.
 */
final class GuardedBody extends ResponseBody {
  private final ResponseBody body;
  private final Call call;
  private final ReentrantLock lock = new ReentrantLock();
  private final BufferedSource source;

  private GuardedBody(ResponseBody body, Call call) {
    this.body = body;
    this.call = call;
    BufferedSource unguarded = body.source();
    this.source =
        (BufferedSource)
            Proxy.newProxyInstance(
                GuardedBody.class.getClassLoader(),
                new Class<?>[] {BufferedSource.class},
                (proxy, method, arguments) -> call(unguarded, method, arguments));
  }

  /** Guards the bodies of all answers. */
  static Response intercept(Interceptor.Chain chain) throws IOException {
    Response response = chain.proceed(chain.request());
    return response.newBuilder().body(new GuardedBody(response.body(), chain.call())).build();
  }

  /** One at a time. Who closes does not wait for what may come in minutes: it ends the call. */
  private @Nullable Object call(
      BufferedSource unguarded, Method method, @Nullable Object @Nullable [] arguments)
      throws Throwable {
    if (!method.getName().equals("close")) {
      lock.lock();
    } else if (!lock.tryLock()) {
      call.cancel();
      lock.lock();
    }
    try {
      return method.invoke(unguarded, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause() == null ? e : e.getCause();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public @Nullable MediaType contentType() {
    return body.contentType();
  }

  @Override
  public long contentLength() {
    return body.contentLength();
  }

  @Override
  public BufferedSource source() {
    return source;
  }
}
