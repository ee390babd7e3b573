package dev.rollouts.cli.kube;

import dev.rollouts.cli.kube.Connection.ClientIdentity;
import dev.rollouts.cli.kube.Connection.Trust;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
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

  private static KeyManager[] keys(ClientIdentity identity) {
    X509Certificate[] chain =
        Pem.certificates(identity.what(), identity.certificate()).toArray(X509Certificate[]::new);
    PrivateKey key = Pem.key(identity.what(), identity.key());
    if (!chain[0].getPublicKey().getAlgorithm().equals(key.getAlgorithm())) {
      throw new KubeException(
          "%s: the key is %s, and its certificate is of a key that is %s"
              .formatted(
                  identity.what(), key.getAlgorithm(), chain[0].getPublicKey().getAlgorithm()));
    }
    return new KeyManager[] {new Identity(key, chain)};
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

  /** The only one there is. A key store would encrypt it first and decrypt it then, slowly. */
  private static final class Identity extends X509ExtendedKeyManager {
    private static final String NAME = "me";

    private final PrivateKey key;
    private final X509Certificate[] chain;

    Identity(PrivateKey key, X509Certificate[] chain) {
      this.key = key;
      this.chain = chain;
    }

    /** Whether a server takes it that wants keys of these types, certified by one of these. */
    private boolean fits(String[] types, Principal @Nullable [] issuers) {
      return Arrays.asList(types).contains(key.getAlgorithm())
          && (issuers == null
              || issuers.length == 0
              || Arrays.stream(chain)
                  .anyMatch(
                      each -> Arrays.asList(issuers).contains(each.getIssuerX500Principal())));
    }

    @Override
    public String @Nullable [] getClientAliases(String type, Principal[] issuers) {
      return fits(new String[] {type}, issuers) ? new String[] {NAME} : null;
    }

    @Override
    public @Nullable String chooseClientAlias(
        String[] types, Principal[] issuers, @Nullable Socket socket) {
      return fits(types, issuers) ? NAME : null;
    }

    @Override
    public @Nullable String chooseEngineClientAlias(
        String[] types, Principal[] issuers, SSLEngine engine) {
      return chooseClientAlias(types, issuers, null);
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
      return chain.clone();
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
      return key;
    }

    @Override
    public String @Nullable [] getServerAliases(String type, Principal[] issuers) {
      return null;
    }

    @Override
    public @Nullable String chooseServerAlias(String type, Principal[] issuers, Socket socket) {
      return null;
    }
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
