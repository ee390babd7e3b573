package dev.rollouts.testcluster.proxy;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.internal.SSLUtils;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLContext;

/** The real server, asked as one user whom its authority knows. */
final class Upstream {
  private static final int CONNECT_MILLIS = 5_000;

  private final URI address;
  private final SSLContext tls;

  private Upstream(URI address, SSLContext tls) {
    this.address = address;
    this.tls = tls;
  }

  static Upstream of(String kubeconfig) {
    Config config = Config.fromKubeconfig(kubeconfig);
    try {
      return new Upstream(URI.create(config.getMasterUrl()), SSLUtils.sslContext(config));
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("the kubeconfig has no usable certificates", e);
    }
  }

  String authority() {
    return address.getAuthority();
  }

  Socket connect() throws IOException {
    Socket plain = new Socket();
    try {
      plain.setTcpNoDelay(true);
      plain.connect(new InetSocketAddress(address.getHost(), address.getPort()), CONNECT_MILLIS);
      return tls.getSocketFactory().createSocket(plain, address.getHost(), address.getPort(), true);
    } catch (IOException e) {
      plain.close();
      throw e;
    }
  }
}
