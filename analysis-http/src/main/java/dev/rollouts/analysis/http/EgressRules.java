package dev.rollouts.analysis.http;

import dev.rollouts.api.provider.ProviderSettings;
import java.net.IDN;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Where providers may connect, so that who writes a template cannot reach what only the operator
 * should, such as a cloud's metadata endpoint. Names are compared before resolution, addresses
 * after it. Immutable.
 */
final class EgressRules {
  /**
   * What some resolvers take for an IPv4 address: the last label is a number, decimal, octal or
   * hexadecimal.
   */
  private static final Pattern NUMERIC = Pattern.compile("(?:.*\\.)?(?:[0-9]+|0x[0-9a-f]*)");

  private final List<Rule> allow;
  private final List<Rule> deny;

  private EgressRules(List<Rule> allow, List<Rule> deny) {
    this.allow = allow;
    this.deny = deny;
  }

  /**
   * The rules of the settings.
   *
   * @throws IllegalArgumentException naming the entry that is none
   */
  static EgressRules of(ProviderSettings settings) {
    return new EgressRules(
        rules("egressAllow", settings.egressAllow()), rules("egressDeny", settings.egressDeny()));
  }

  private static List<Rule> rules(String field, List<String> entries) {
    List<Rule> rules = new ArrayList<>(entries.size());
    for (int i = 0; i < entries.size(); i++) {
      rules.add(Rule.parse("%s[%d]".formatted(field, i), entries.get(i)));
    }
    return List.copyOf(rules);
  }

  /**
   * Refuses a host as a URL names it. A name that passes may still be refused by {@link
   * #checkResolved}.
   *
   * @param resolvedHere whether addresses will be checked too; a proxy resolves names by itself
   */
  void checkHost(String host, boolean resolvedHere) throws RefusedException {
    String name = canonical(host);
    byte[] literal = Addresses.literal(name);
    if (literal != null) {
      checkAddress(name, name, literal);
      return;
    }
    if (NUMERIC.matcher(name).matches()) {
      throw new RefusedException(
          "host %s is a number in disguise: write the address with four decimal parts"
              .formatted(Excerpt.of(name, 80)));
    }
    for (Rule rule : deny) {
      if (rule.matchesName(name)) {
        throw denied(name, rule);
      }
    }
    if (!resolvedHere && !allow.isEmpty() && !allowsName(name)) {
      throw notAllowed(name);
    }
  }

  /** Refuses a host for any of the addresses that its name resolved to. */
  void checkResolved(String host, List<InetAddress> addresses) throws RefusedException {
    String name = canonical(host);
    for (InetAddress address : addresses) {
      checkAddress(name, name + " (" + address.getHostAddress() + ")", address.getAddress());
    }
  }

  private void checkAddress(String name, String shown, byte[] address) throws RefusedException {
    List<byte[]> forms = Addresses.forms(address);
    for (Rule rule : deny) {
      if (rule.matchesAny(forms)) {
        throw denied(shown, rule);
      }
    }
    boolean allowed =
        allow.isEmpty()
            || allowsName(name)
            || allow.stream().anyMatch(rule -> rule.matchesAny(forms));
    if (!allowed) {
      throw notAllowed(shown);
    }
  }

  private boolean allowsName(String name) {
    return allow.stream().anyMatch(rule -> rule.matchesName(name));
  }

  private static RefusedException denied(String host, Rule rule) {
    return new RefusedException(
        "host %s is denied by the egress rule %s".formatted(host, rule.source()));
  }

  private static RefusedException notAllowed(String host) {
    return new RefusedException(
        "host %s is not on the egress allow list; whoever operates this process can add it"
            .formatted(host));
  }

  private static String canonical(String host) {
    String name = host.toLowerCase(Locale.ROOT);
    if (name.startsWith("[") && name.endsWith("]")) {
      name = name.substring(1, name.length() - 1);
    }
    return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
  }

  /** One entry of a list. */
  private static final class Rule {
    private final String source;

    /** An exact name, or a suffix with its leading dot; empty for a block. */
    private final String name;

    private final byte[] network;
    private final int bits;

    private Rule(String source, String name, byte[] network, int bits) {
      this.source = source;
      this.name = name;
      this.network = network;
      this.bits = bits;
    }

    static Rule parse(String path, String entry) {
      String text = entry.strip();
      int slash = text.indexOf('/');
      String host = canonical(slash < 0 ? text : text.substring(0, slash));
      byte[] network = Addresses.literal(host);
      if (network != null) {
        int bitsMax = network.length * 8;
        String length = slash < 0 ? Integer.toString(bitsMax) : text.substring(slash + 1);
        if (!length.matches("[0-9]{1,3}") || Integer.parseInt(length) > bitsMax) {
          throw invalid(path, entry);
        }
        return new Rule(text, "", network, Integer.parseInt(length));
      }
      boolean isSuffix = host.startsWith("*.");
      String bare = isSuffix ? host.substring(2) : host;
      if (slash >= 0 || bare.isEmpty() || NUMERIC.matcher(bare).matches()) {
        throw invalid(path, entry);
      }
      try {
        String ascii = IDN.toASCII(bare, IDN.USE_STD3_ASCII_RULES).toLowerCase(Locale.ROOT);
        return new Rule(text, isSuffix ? "." + ascii : ascii, new byte[0], 0);
      } catch (IllegalArgumentException e) {
        throw invalid(path, entry);
      }
    }

    private static IllegalArgumentException invalid(String path, String entry) {
      return new IllegalArgumentException(
          "%s: \"%s\" is neither a host name, *.suffix, an address nor a block such as 10.0.0.0/8"
              .formatted(path, entry));
    }

    String source() {
      return source;
    }

    boolean matchesName(String host) {
      return !name.isEmpty() && (name.startsWith(".") ? host.endsWith(name) : host.equals(name));
    }

    boolean matchesAny(List<byte[]> forms) {
      return forms.stream().anyMatch(form -> Addresses.isInNetwork(form, network, bits));
    }
  }

  /** Not allowed by the operator's rules. */
  static final class RefusedException extends UnknownHostException {
    private static final long serialVersionUID = 1L;

    RefusedException(String message) {
      super(message);
    }
  }
}
