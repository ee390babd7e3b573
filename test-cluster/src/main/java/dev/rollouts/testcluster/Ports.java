package dev.rollouts.testcluster;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Ports on this machine that nobody listens on, all different. */
record Ports(int etcd, int etcdPeer, int apiServer, int controllerManager) {
  // Below the ports that Linux gives to clients: one of those could take it during a restart.
  private static final int LOWEST = 20_000;
  private static final int HIGHEST = 32_000;

  static Ports free() {
    int first = freeRow();
    return new Ports(first, first + 1, first + 2, first + 3);
  }

  private static int freeRow() {
    for (int attempt = 0; attempt < 1000; attempt++) {
      int first = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST);
      if (isFree(first) && isFree(first + 1) && isFree(first + 2) && isFree(first + 3)) {
        return first;
      }
    }
    throw new ClusterException(
        "no four free ports in a row between " + LOWEST + " and " + HIGHEST + " on 127.0.0.1");
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException taken) {
      return false;
    }
  }
}
