package dev.rollouts.cli.kube;

import dev.rollouts.cli.kube.Connection.ClientIdentity;
import dev.rollouts.cli.kube.Connection.Trust;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** Whom TLS trusts, and who it says we are. */
final class Tls {
  private Tls() {}

  static SSLContext context(Trust trust, Optional<ClientIdentity> identity) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(identity.isPresent() ? keys(identity.get()) : null, trust(trust), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new KubeException("invalid configuration: TLS cannot be set up: " + e.getMessage());
    }
  }

  private static KeyManager[] keys(ClientIdentity identity)
      throws GeneralSecurityException, IOException {
    List<X509Certificate> chain = Pem.certificates(identity.what(), identity.certificate());
    PrivateKey key = Pem.key(identity.what(), identity.key());
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry("me", key, new char[0], chain.toArray(X509Certificate[]::new));
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, new char[0]);
    return factory.getKeyManagers();
  }

  private static TrustManager @Nullable [] trust(Trust trust)
      throws GeneralSecurityException, IOException {
    if (trust.insecure()) {
      return new TrustManager[] {new Anybody()};
    }
    String authority = trust.authority();
    if (authority == null && trust.serverName() == null) {
      return null;
    }
    KeyStore store = null;
    if (authority != null) {
      store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      int number = 0;
      for (X509Certificate each : Pem.certificates("the certificate authority", authority)) {
        store.setCertificateEntry("ca" + number++, each);
      }
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    TrustManager[] managers = factory.getTrustManagers();
    String name = trust.serverName();
    return name != null && managers[0] instanceof X509ExtendedTrustManager usual
        ? new TrustManager[] {new Named(usual, name)}
        : managers;
  }

  /** For {@code insecure-skip-tls-verify}, which the user has asked for. */
  private static final class Anybody extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  /** Expects another name in the certificate than that of the host. */
  private static final class Named extends X509ExtendedTrustManager {
    private static final int DNS = 2;
    private static final int IP = 7;

    private final X509ExtendedTrustManager usual;
    private final String name;

    Named(X509ExtendedTrustManager usual, String name) {
      this.usual = usual;
      this.name = name.toLowerCase(Locale.ROOT);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      usual.checkServerTrusted(chain, type);
      List<String> names = new ArrayList<>();
      Collection<List<?>> alternatives = chain[0].getSubjectAlternativeNames();
      for (List<?> each : alternatives == null ? List.<List<?>>of() : alternatives) {
        if (each.get(0) instanceof Integer kind && (kind == DNS || kind == IP)) {
          names.add(String.valueOf(each.get(1)));
        }
      }
      if (names.stream().noneMatch(each -> matches(each.toLowerCase(Locale.ROOT), name))) {
        throw new CertificateException(
            "certificate is valid for %s, not %s".formatted(String.join(", ", names), name));
      }
    }

    private static boolean matches(String pattern, String name) {
      int dot = name.indexOf('.');
      return pattern.equals(name)
          || (pattern.startsWith("*.")
              && dot > 0
              && name.substring(dot).equals(pattern.substring(1)));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      checkServerTrusted(chain, type);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      checkServerTrusted(chain, type);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      throw new CertificateException("not a server");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      throw new CertificateException("not a server");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      throw new CertificateException("not a server");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return usual.getAcceptedIssuers();
    }
  }
}
