package dev.rollouts.engine.explain;

import dev.rollouts.engine.analysis.explain.Wait;
import dev.rollouts.engine.explain.text.Words;
import dev.rollouts.engine.explain.text.Wrapping;
import java.time.Instant;
import java.util.List;

/** An account as text for people. */
final class AccountText {
  private static final int NARROWEST = 20;

  private final Account account;
  private final int width;
  private final StringBuilder out = new StringBuilder();

  AccountText(Account account, int width) {
    this.account = account;
    this.width = width;
  }

  String render() {
    String phase = account.phase().isEmpty() ? "" : account.phase() + ": ";
    line(0, "", phase + account.summary() + " [" + account.situation().id() + "]");
    section("Why", account.causes().isEmpty());
    account.causes().forEach(each -> cause(each, 1, false));
    section("Waiting for", account.waits().isEmpty());
    account.waits().forEach(this::waiting);
    section("What you can do", account.actions().isEmpty());
    account.actions().forEach(this::action);
    section("Where it stands", account.facts().isEmpty());
    account.facts().forEach(each -> line(2, "- ", each));
    section("Not looked at", account.unseen().isEmpty());
    account.unseen().forEach(each -> line(2, "- ", each));
    account.runs().forEach(this::run);
    return out.toString();
  }

  private void section(String title, boolean empty) {
    if (!empty) {
      out.append('\n').append(title).append('\n');
    }
  }

  private void cause(Link link, int depth, boolean because) {
    String rule = link.rule().isEmpty() ? "" : " [" + link.rule() + "]";
    line(2 * depth, because ? "because " : "", link.text() + rule);
    link.because().forEach(below -> cause(below, depth + 1, true));
  }

  private void waiting(Wait wait) {
    Instant until = wait.until();
    String when =
        until == null
            ? ""
            : ", %s (%s)"
                .formatted(Words.time(until, account.at()), Words.away(until, account.at()));
    line(
        2,
        "- ",
        (wait.subject().isEmpty() ? "" : Words.shown(wait.subject()) + ": ")
            + wait.what()
            + when
            + (wait.overdue() ? "; overdue, no controller seems to look after it" : "")
            + (wait.rule().isEmpty() ? "" : " [" + wait.rule() + "]"));
  }

  private void action(Action action) {
    boolean typed = !action.command().isEmpty();
    line(2, "- ", action.purpose() + (typed ? ":" : ""));
    if (typed) {
      out.append("      ").append(action.command()).append('\n');
    }
  }

  private void run(Account.Run run) {
    section("AnalysisRun " + run.name(), false);
    String text = run.explanation().text(width <= 0 ? 0 : Math.max(NARROWEST, width - 2));
    text.lines().forEach(each -> out.append(each.isEmpty() ? "" : "  " + each).append('\n'));
  }

  /** One paragraph; broken at blanks, further lines indented. */
  private void line(int indent, String bullet, String text) {
    List<String> lines =
        width <= 0
            ? List.of(bullet + text)
            : Wrapping.lines(bullet + text, Math.max(NARROWEST, width - indent - 2));
    for (int i = 0; i < lines.size(); i++) {
      out.append(" ".repeat(i == 0 || bullet.isEmpty() ? indent : indent + 2))
          .append(lines.get(i))
          .append('\n');
    }
  }
}
