package dev.rollouts.cli.lint;

import static java.util.Objects.requireNonNull;

import dev.rollouts.api.wire.Path;
import dev.rollouts.codec.Position;

/**
 * One thing that lint found.
 *
 * @param file the name under which the text was read
 * @param position of the value or key that is to blame
 * @param path from the object: {@code spec.metrics[0].interval}; the root where none applies
 * @param message why it is a problem
 * @param suggestion what to write instead; empty when the message says it all
 */
public record Finding(
    String file,
    Position position,
    Severity severity,
    Rule rule,
    Path path,
    String message,
    String suggestion) {
  public Finding {
    requireNonNull(file, "file");
    requireNonNull(position, "position");
    requireNonNull(severity, "severity");
    requireNonNull(rule, "rule");
    requireNonNull(path, "path");
    requireNonNull(message, "message");
    requireNonNull(suggestion, "suggestion");
  }

  /** {@code file:line:column: severity rule message}. */
  @Override
  public String toString() {
    String subject = path.segments().isEmpty() ? "" : path + ": ";
    return "%s:%s: %s %s %s%s".formatted(file, position, severity, rule.id(), subject, message);
  }
}
