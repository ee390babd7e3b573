package dev.rollouts.testcluster;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemWriter;

/** The certificate authority of one cluster. Thread-safe. */
final class Authority {
  private static final X500Name NAME = new X500Name("CN=test-cluster");
  private static final Duration VALIDITY = Duration.ofDays(90);

  private final KeyPair keys;
  // One for all users, because it takes long to find; RSA, because fabric8 reads other keys with
  // more libraries only.
  private final KeyPair userKeys;
  private final String certificate;

  private Authority(KeyPair keys, KeyPair userKeys, String certificate) {
    this.keys = keys;
    this.userKeys = userKeys;
    this.certificate = certificate;
  }

  /** A certificate with its private key, both as PEM. */
  record Identity(String certificate, String privateKey) {}

  static Authority create() {
    KeyPair keys = pair("EC", 256);
    try {
      X509v3CertificateBuilder own = builder(NAME, keys);
      own.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
      own.addExtension(
          Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.digitalSignature));
      return new Authority(keys, pair("RSA", 2048), signed(own, keys.getPrivate()));
    } catch (CertIOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Its own certificate as PEM. */
  String certificate() {
    return certificate;
  }

  /** A server on this machine's loopback address. */
  Identity server() {
    KeyPair server = pair("EC", 256);
    try {
      X509v3CertificateBuilder issued = builder(new X500Name("CN=kube-apiserver"), server);
      issued.addExtension(
          Extension.subjectAlternativeName,
          false,
          new GeneralNames(
              new GeneralName[] {
                new GeneralName(GeneralName.iPAddress, "127.0.0.1"),
                new GeneralName(GeneralName.dNSName, "localhost")
              }));
      issued.addExtension(
          Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
      return identity(issued, server);
    } catch (CertIOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A user as Kubernetes reads it: the common name, and the organizations as groups. */
  Identity user(String user, Collection<String> groups) {
    X500NameBuilder subject = new X500NameBuilder(BCStyle.INSTANCE);
    groups.forEach(group -> subject.addRDN(BCStyle.O, group));
    subject.addRDN(BCStyle.CN, user);
    try {
      X509v3CertificateBuilder issued = builder(subject.build(), userKeys);
      issued.addExtension(
          Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_clientAuth));
      return identity(issued, userKeys);
    } catch (CertIOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Identity identity(X509v3CertificateBuilder issued, KeyPair subject) {
    return new Identity(signed(issued, keys.getPrivate()), privateKey(subject));
  }

  /** Two keys as PEM: the private one signs the tokens of service accounts. */
  record TokenKeys(String privateKey, String publicKey) {
    static TokenKeys create() {
      KeyPair keys = pair("EC", 256);
      return new TokenKeys(
          Authority.privateKey(keys), pem("PUBLIC KEY", keys.getPublic().getEncoded()));
    }
  }

  private static KeyPair pair(String algorithm, int bits) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
      generator.initialize(bits);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM cannot make keys of " + algorithm, e);
    }
  }

  private static X509v3CertificateBuilder builder(X500Name subject, KeyPair keys) {
    Instant now = Instant.now();
    return new JcaX509v3CertificateBuilder(
        NAME,
        new BigInteger(64, new SecureRandom()),
        Date.from(now.minus(Duration.ofHours(1))),
        Date.from(now.plus(VALIDITY)),
        subject,
        keys.getPublic());
  }

  private static String signed(X509v3CertificateBuilder builder, PrivateKey key) {
    try {
      return pem(
          "CERTIFICATE",
          builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key)).getEncoded());
    } catch (OperatorCreationException e) {
      throw new IllegalStateException("this JVM cannot sign with ECDSA", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String privateKey(KeyPair keys) {
    return pem("PRIVATE KEY", keys.getPrivate().getEncoded());
  }

  private static String pem(String type, byte[] content) {
    StringWriter text = new StringWriter();
    try (PemWriter writer = new PemWriter(text)) {
      writer.writeObject(new PemObject(type, content));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }
}
