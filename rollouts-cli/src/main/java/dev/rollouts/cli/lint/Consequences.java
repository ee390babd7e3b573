package dev.rollouts.cli.lint;

import dev.rollouts.api.wire.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Passes on what is found about one document, but not what only follows from a value that could not
 * be read or is absent: whoever mends that sees whether anything is left. Expects what strict
 * reading found first.
 */
final class Consequences implements Consumer<Finding> {
  private final Consumer<Finding> next;
  private final List<Finding> causes = new ArrayList<>();

  Consequences(Consumer<Finding> next) {
    this.next = next;
  }

  @Override
  public void accept(Finding finding) {
    if (finding.rule() == Rule.WRONG_TYPE || finding.rule() == Rule.MISSING_FIELD) {
      causes.add(finding);
    } else if (finding.rule().compareTo(Rule.ROLLOUT_INVALID) >= 0
        && causes.stream().anyMatch(cause -> follows(finding.path(), cause))) {
      return;
    }
    next.accept(finding);
  }

  private static boolean follows(Path path, Finding cause) {
    if (cause.rule() == Rule.MISSING_FIELD) {
      return path.equals(cause.path());
    }
    List<Object> unread = cause.path().segments();
    List<Object> judged = path.segments();
    return judged.size() >= unread.size()
        ? judged.subList(0, unread.size()).equals(unread)
        : path.equals(cause.path().parent());
  }
}
