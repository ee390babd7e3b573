package dev.rollouts.engine.explain;

import java.util.List;

/**
 * One link of the chain that tells why.
 *
 * @param text one sentence without its full stop; what comes from outside has its control
 *     characters escaped
 * @param rule id of the rule in docs/spec behind it; empty where an object says so by itself
 * @param because the links below; empty at the end of the chain
 */
public record Link(String text, String rule, List<Link> because) {
  public Link {
    because = List.copyOf(because);
  }

  static Link of(String text, String rule) {
    return new Link(text, rule, List.of());
  }

  static Link of(String text, String rule, List<Link> because) {
    return new Link(text, rule, because);
  }
}
