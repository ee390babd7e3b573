package dev.rollouts.analysis.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Internet addresses as bytes; nothing here asks a resolver. */
final class Addresses {
  private static final String PART = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
  private static final Pattern DOTTED_QUAD = Pattern.compile("(?:" + PART + "\\.){3}" + PART);
  private static final Pattern COLONS = Pattern.compile("[0-9a-f:]*:[0-9a-f:.]*");

  private Addresses() {}

  /**
   * The address that a text in the usual spelling denotes; null when it is a name, or a number in
   * disguise.
   */
  static byte @Nullable [] literal(String host) {
    if (!DOTTED_QUAD.matcher(host).matches() && !COLONS.matcher(host).matches()) {
      return null;
    }
    try {
      return InetAddress.getByName(host).getAddress();
    } catch (UnknownHostException e) {
      return null;
    }
  }

  /**
   * The address itself and the IPv4 address that it carries, if it is one of the IPv6 forms for
   * that: mapped, compatible, 6to4 and NAT64 in its well-known prefix.
   */
  static List<byte[]> forms(byte[] own) {
    if (own.length != 16) {
      return List.of(own);
    }
    if (startsWith(own, 0x20, 0x02)) {
      return List.of(own, Arrays.copyOfRange(own, 2, 6));
    }
    boolean embeds =
        startsWith(own, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff)
            || startsWith(own, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
            || startsWith(own, 0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0);
    return embeds ? List.of(own, Arrays.copyOfRange(own, 12, 16)) : List.of(own);
  }

  /** Whether both are of one family and agree in that many leading bits. */
  static boolean isInNetwork(byte[] address, byte[] network, int bits) {
    if (network.length != address.length || bits > address.length * 8) {
      return false;
    }
    for (int bit = 0; bit < bits; bit++) {
      int mask = 0x80 >> bit % 8;
      if (((network[bit / 8] ^ address[bit / 8]) & mask) != 0) {
        return false;
      }
    }
    return true;
  }

  private static boolean startsWith(byte[] address, int... prefix) {
    for (int i = 0; i < prefix.length; i++) {
      if ((address[i] & 0xff) != prefix[i]) {
        return false;
      }
    }
    return true;
  }
}
