package dev.rollouts.engine.traffic;

import java.util.regex.Pattern;

/** Prefixes for routers that know regular expressions only. */
final class RegexPrefix {
  private static final Pattern SYNTAX = Pattern.compile("[\\\\.+*?()|\\[\\]{}^$]");

  private RegexPrefix() {}

  /** An expression that matches what begins with the prefix, taken literally. */
  static String of(String prefix) {
    return SYNTAX.matcher(prefix).replaceAll("\\\\$0") + ".*";
  }
}
