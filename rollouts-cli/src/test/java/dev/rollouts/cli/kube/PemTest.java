package dev.rollouts.cli.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PemTest {
  private static String pem(String what, byte[] der) {
    return "# a comment\n-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(what, Base64.getMimeEncoder().encodeToString(der), what);
  }

  /** What a PKCS#8 key wraps: the content of its last octet string. */
  private static byte[] inner(byte[] pkcs8, int outerHeader) {
    return Arrays.copyOfRange(pkcs8, outerHeader, pkcs8.length);
  }

  @Test
  @DisplayName("RSA keys are read as PKCS#8 and as PKCS#1")
  void rsa() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    KeyPair pair = generator.generateKeyPair();
    byte[] pkcs8 = pair.getPrivate().getEncoded();
    assertThat(Pem.key("key", pem("PRIVATE KEY", pkcs8))).isEqualTo(pair.getPrivate());
    // 4 bytes of the sequence, 3 of the version, 15 of the algorithm, 4 of the octet string.
    assertThat(Pem.key("key", pem("RSA PRIVATE KEY", inner(pkcs8, 26))))
        .isEqualTo(pair.getPrivate());
  }

  @Test
  @DisplayName("EC keys are read as PKCS#8 and as SEC 1, which names its curve behind the key")
  void ec() throws GeneralSecurityException {
    for (String curve : List.of("secp256r1", "secp384r1")) {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec(curve));
      KeyPair pair = generator.generateKeyPair();
      byte[] pkcs8 = pair.getPrivate().getEncoded();
      assertThat(Pem.key("key", pem("PRIVATE KEY", pkcs8))).isEqualTo(pair.getPrivate());
      ECPrivateKey key = (ECPrivateKey) pair.getPrivate();
      ECPrivateKey read =
          (ECPrivateKey)
              Pem.key("key", pem("EC PRIVATE KEY", sec1(key.getS().toByteArray(), curve)));
      assertThat(read.getS()).isEqualTo(key.getS());
      assertThat(read.getParams().getCurve()).isEqualTo(key.getParams().getCurve());
    }
  }

  private static byte[] sec1(byte[] signed, String curve) {
    int size = curve.equals("secp256r1") ? 32 : 48;
    byte[] number = new byte[size];
    int from = Math.max(0, signed.length - size);
    System.arraycopy(signed, from, number, size - (signed.length - from), signed.length - from);
    byte[] oid =
        curve.equals("secp256r1")
            ? new byte[] {0x06, 8, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 3, 1, 7}
            : new byte[] {0x06, 5, 0x2b, (byte) 0x81, 0x04, 0x00, 0x22};
    java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream();
    int length = 3 + 2 + size + 2 + oid.length;
    out.write(0x30);
    out.write(length);
    out.writeBytes(new byte[] {2, 1, 1, 4, (byte) size});
    out.writeBytes(number);
    out.write(0xa0);
    out.write(oid.length);
    out.writeBytes(oid);
    return out.toByteArray();
  }

  @Test
  @DisplayName("what cannot be read is named, and nothing of it is repeated")
  void refuses() {
    byte[] secret = "c2VjcmV0".getBytes(StandardCharsets.US_ASCII);
    for (String each :
        List.of(
            "c2VjcmV0",
            pem("PRIVATE KEY", secret),
            pem("RSA PRIVATE KEY", secret),
            pem("EC PRIVATE KEY", secret),
            pem("ENCRYPTED PRIVATE KEY", secret),
            "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nc2Vj\n-----END RSA PRIVATE KEY-----")) {
      assertThatThrownBy(() -> Pem.key("the key of web", each))
          .isInstanceOf(KubeException.class)
          .hasMessageStartingWith("the key of web: ")
          .message()
          .doesNotContain("c2Vj", "secret");
    }
    assertThatThrownBy(() -> Pem.certificates("the authority", "c2VjcmV0"))
        .hasMessageContaining("there is no certificate in there");
  }
}
