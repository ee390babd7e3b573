package dev.rollouts.cli.kube;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Certificates and keys as text. Messages never hold a part of it. */
final class Pem {
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([\\s\\S]*?)-----END \\1-----");
  private static final byte[] RSA =
      bytes(0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0);
  private static final byte[] EC = bytes(0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01);
  private static final byte[] VERSION = bytes(0x02, 0x01, 0x00);
  private static final int SEQUENCE = 0x30;
  private static final int OCTETS = 0x04;

  private Pem() {}

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  /**
   * All certificates of a text.
   *
   * @param what how to call the text in messages
   * @throws KubeException when there is none
   */
  static List<X509Certificate> certificates(String what, String pem) {
    List<X509Certificate> found = new ArrayList<>();
    try {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      Matcher blocks = BLOCK.matcher(pem);
      while (blocks.find()) {
        if (blocks.group(1).equals("CERTIFICATE")) {
          found.add(
              (X509Certificate)
                  factory.generateCertificate(new ByteArrayInputStream(decode(what, blocks))));
        }
      }
    } catch (GeneralSecurityException e) {
      throw new KubeException(what + ": a certificate in there cannot be read");
    }
    if (found.isEmpty()) {
      throw new KubeException(
          what
              + ": there is no certificate in there; it has to be PEM, -----BEGIN CERTIFICATE-----");
    }
    return found;
  }

  /**
   * The first private key of a text: RSA or EC, as PKCS#8, PKCS#1 or SEC 1.
   *
   * @throws KubeException when there is none that can be read
   */
  static PrivateKey key(String what, String pem) {
    Matcher blocks = BLOCK.matcher(pem);
    while (blocks.find()) {
      switch (blocks.group(1)) {
        case "PRIVATE KEY" -> {
          return anyKey(what, decode(what, blocks));
        }
        case "RSA PRIVATE KEY" -> {
          if (blocks.group(2).contains("ENCRYPTED")) {
            throw encrypted(what);
          }
          return anyKey(what, tagged(SEQUENCE, VERSION, RSA, tagged(OCTETS, decode(what, blocks))));
        }
        case "EC PRIVATE KEY" -> {
          byte[] der = decode(what, blocks);
          return anyKey(
              what,
              tagged(
                  SEQUENCE, VERSION, tagged(SEQUENCE, EC, curve(what, der)), tagged(OCTETS, der)));
        }
        case "ENCRYPTED PRIVATE KEY" -> throw encrypted(what);
        default -> {}
      }
    }
    throw new KubeException(
        what + ": there is no private key in there; it has to be PEM, -----BEGIN PRIVATE KEY-----");
  }

  private static KubeException encrypted(String what) {
    return new KubeException(
        what + ": the private key is encrypted, which kubectl does not read either; decrypt it");
  }

  private static PrivateKey anyKey(String what, byte[] pkcs8) {
    for (String algorithm : new String[] {"RSA", "EC", "Ed25519"}) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
      } catch (InvalidKeySpecException another) {
        // The next algorithm may fit.
      } catch (GeneralSecurityException unavailable) {
        break;
      }
    }
    throw new KubeException(what + ": the private key is neither RSA nor EC");
  }

  /** The object identifier of the curve, which SEC 1 has in its field [0]. */
  private static byte[] curve(String what, byte[] sec1) {
    for (int at = 0; at + 3 < sec1.length; at++) {
      if ((sec1[at] & 0xff) == 0xa0 && sec1[at + 2] == 0x06) {
        int length = sec1[at + 1];
        if (length == sec1[at + 3] + 2 && at + 2 + length <= sec1.length) {
          byte[] oid = new byte[length];
          System.arraycopy(sec1, at + 2, oid, 0, length);
          return oid;
        }
      }
    }
    throw new KubeException(what + ": the EC key does not name its curve");
  }

  private static byte[] decode(String what, Matcher block) {
    try {
      return Base64.getMimeDecoder().decode(block.group(2));
    } catch (IllegalArgumentException e) {
      throw new KubeException(what + ": the PEM text is broken");
    }
  }

  /** DER: tag, length, content. */
  private static byte[] tagged(int tag, byte[]... contents) {
    int length = 0;
    for (byte[] each : contents) {
      length += each.length;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    if (length < 0x80) {
      out.write(length);
    } else {
      out.write(length < 0x100 ? 0x81 : 0x82);
      if (length >= 0x100) {
        out.write(length >> 8);
      }
      out.write(length);
    }
    for (byte[] each : contents) {
      out.writeBytes(each);
    }
    return out.toByteArray();
  }
}
