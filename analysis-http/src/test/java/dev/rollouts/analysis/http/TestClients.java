package dev.rollouts.analysis.http;

import okhttp3.OkHttpClient;

/** Clients for providers that insist on https. */
public final class TestClients {
  private TestClients() {}

  /** Takes any server for the right one. */
  public static OkHttpClient trusting() {
    OkHttpClient.Builder client = new OkHttpClient.Builder();
    Tls.insecure(client);
    return client.build();
  }

  /** Speaks plain HTTP to whatever URL, so that a {@link RawServer} can answer. */
  public static OkHttpClient withoutTls() {
    return new OkHttpClient.Builder()
        .addInterceptor(
            chain ->
                chain.proceed(
                    chain
                        .request()
                        .newBuilder()
                        .url(chain.request().url().newBuilder().scheme("http").build())
                        .build()))
        .build();
  }
}
