package dev.rollouts.cli.plugin.line;

import org.jspecify.annotations.Nullable;

/**
 * A flag of a command.
 *
 * @param shorthand one letter; empty without
 * @param fallback what counts when it is not given, as written; empty for none
 * @param usage for the help
 * @param deprecated what to use instead; such a flag is not in the help
 */
public record Flag(
    String name,
    String shorthand,
    Type type,
    String fallback,
    String usage,
    @Nullable String deprecated) {
  /** What values a flag takes. */
  public enum Type {
    BOOL(""),
    TEXT("string"),
    TEXTS("stringArray"),
    INT("int"),
    LONG("int"),
    DURATION("duration");

    private final String word;

    Type(String word) {
      this.word = word;
    }

    /** How the help calls the value. */
    String word() {
      return word;
    }
  }

  /** A flag that is on when it is given. */
  public static Flag bool(String name, String shorthand, boolean fallback, String usage) {
    return new Flag(name, shorthand, Type.BOOL, String.valueOf(fallback), usage, null);
  }

  /** A flag with a text. */
  public static Flag text(String name, String shorthand, String fallback, String usage) {
    return new Flag(name, shorthand, Type.TEXT, fallback, usage, null);
  }

  /** A flag that may be given several times. */
  public static Flag texts(String name, String shorthand, String usage) {
    return new Flag(name, shorthand, Type.TEXTS, "", usage, null);
  }

  /** A flag with a number. */
  public static Flag number(String name, String shorthand, Type type, String usage) {
    return new Flag(name, shorthand, type, "0", usage, null);
  }

  /** The same flag, which still works but should not be used. */
  public Flag deprecated(String instead) {
    return new Flag(name, shorthand, type, fallback, usage, instead);
  }

  boolean isHidden() {
    return deprecated != null;
  }

  /** {@code -n, --namespace}, {@code --to-revision}: how messages call it. */
  String shown() {
    return shorthand.isEmpty() ? "--" + name : "-" + shorthand + ", --" + name;
  }
}
