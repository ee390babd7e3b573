package dev.rollouts.controller.kube;

import io.fabric8.kubernetes.client.okhttp.OkHttpClientFactory;
import java.util.ArrayList;
import java.util.List;
import okhttp3.CipherSuite;
import okhttp3.ConnectionSpec;
import okhttp3.OkHttpClient;

/** Makes the HTTP client to the API server. */
public final class ApiHttp extends OkHttpClientFactory {
  /**
   * What is agreed on where the server has it. AES, the usual first, costs four times as much where
   * the JIT compiler does not know the processor's instructions for it, as in the image (ADR 0014).
   */
  private static final CipherSuite FIRST = CipherSuite.TLS_CHACHA20_POLY1305_SHA256;

  @Override
  protected void additionalConfig(OkHttpClient.Builder builder) {
    List<CipherSuite> suites = new ArrayList<>(ConnectionSpec.MODERN_TLS.cipherSuites());
    suites.remove(FIRST);
    suites.add(0, FIRST);
    ConnectionSpec tls =
        new ConnectionSpec.Builder(ConnectionSpec.MODERN_TLS)
            .cipherSuites(suites.toArray(CipherSuite[]::new))
            .build();
    builder.addInterceptor(GuardedBody::intercept);
    builder.connectionSpecs(List.of(tls, ConnectionSpec.CLEARTEXT));
  }
}
