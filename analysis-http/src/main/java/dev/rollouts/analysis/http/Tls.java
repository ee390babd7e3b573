package dev.rollouts.analysis.http;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;
import okhttp3.OkHttpClient;

/** Whom a client believes to be the server. */
final class Tls {
  private Tls() {}

  /**
   * Lets the client check certificates against the trust store of the JVM, and limits handshakes.
   */
  static void secure(OkHttpClient.Builder client) {
    use(client, jvmTrust());
  }

  /** Lets the client take any server for the right one ({@code insecure: true}). */
  static void insecure(OkHttpClient.Builder client) {
    use(client, new TrustsAll());
    client.hostnameVerifier((host, session) -> true);
  }

  private static void use(OkHttpClient.Builder client, X509TrustManager trust) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {trust}, null);
      client.sslSocketFactory(new HandshakeLimit(context.getSocketFactory()), trust);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM has no TLS: " + e.getMessage(), e);
    }
  }

  private static X509TrustManager jvmTrust() {
    try {
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init((KeyStore) null);
      return Arrays.stream(factory.getTrustManagers())
          .filter(X509TrustManager.class::isInstance)
          .map(X509TrustManager.class::cast)
          .findFirst()
          .orElseThrow(() -> new IllegalStateException("this JVM has no trust store"));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JVM's trust store: " + e.getMessage(), e);
    }
  }

  /** Of the extended kind, because the JVM adds checks of its own to the other. */
  private static final class TrustsAll extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
