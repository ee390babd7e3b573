package dev.rollouts.cli.migrate;

/**
 * One thing to know before another controller takes over.
 *
 * @param rule its stable name
 * @param object what it is about, such as {@code Rollout shop/web}; empty for the cluster
 * @param message what would be different
 * @param remedy what to do; empty when there is nothing
 */
public record Finding(Severity severity, String rule, String object, String message, String remedy)
    implements Comparable<Finding> {
  /** How bad it is; worse ones first. */
  public enum Severity {
    /** Something would not work. */
    PROBLEM("problem"),
    /** Something would be different, or is better done first. */
    WARNING("warning"),
    /** Good to know. */
    NOTE("note");

    private final String word;

    Severity(String word) {
      this.word = word;
    }

    /** As it is printed. */
    public String word() {
      return word;
    }
  }

  @Override
  public int compareTo(Finding other) {
    int order = severity.compareTo(other.severity);
    order = order != 0 ? order : rule.compareTo(other.rule);
    order = order != 0 ? order : object.compareTo(other.object);
    order = order != 0 ? order : message.compareTo(other.message);
    return order != 0 ? order : remedy.compareTo(other.remedy);
  }
}
