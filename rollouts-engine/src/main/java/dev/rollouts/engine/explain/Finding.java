package dev.rollouts.engine.explain;

import dev.rollouts.engine.analysis.explain.Wait;
import dev.rollouts.engine.explain.text.Words;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What an explainer found out about one situation; collects as it goes. */
final class Finding {
  /** A decision takes a moment and stored times are whole seconds; later than this is overdue. */
  static final Duration OVERDUE = Duration.ofSeconds(30);

  final Situation situation;
  final String summary;
  final List<Link> links = new ArrayList<>();
  final List<Wait> waits = new ArrayList<>();
  final List<Action> actions = new ArrayList<>();

  /** Names of runs and experiments that are to be explained in full. */
  final List<String> children = new ArrayList<>();

  private Finding(Situation situation, String summary) {
    this.situation = situation;
    this.summary = summary;
  }

  /**
   * A situation.
   *
   * @param summary one sentence without its full stop
   */
  static Finding of(Situation situation, String summary) {
    return new Finding(situation, summary);
  }

  /**
   * A status that does not say where its object stands.
   *
   * @param unread what is wrong with it
   */
  static Finding malformedStatus(Situation situation, List<String> unread) {
    Finding finding = of(situation, "its status is malformed, so where it stands cannot be told");
    unread.forEach(each -> finding.why(Words.shown(each), ""));
    return finding;
  }

  Finding why(String text, String rule) {
    links.add(Link.of(text, rule));
    return this;
  }

  Finding why(String text, String rule, List<Link> because) {
    links.add(Link.of(text, rule, because));
    return this;
  }

  Finding why(List<Link> more) {
    links.addAll(more);
    return this;
  }

  /** Waits for something that only somebody else can bring about. */
  Finding awaits(String what, String rule) {
    waits.add(new Wait("", what, null, false, rule));
    return this;
  }

  Finding awaits(String what, Instant until, Instant now, String rule) {
    waits.add(new Wait("", what, until, until.plus(OVERDUE).isBefore(now), rule));
    return this;
  }

  Finding awaits(List<Wait> more) {
    waits.addAll(more);
    return this;
  }

  /** One of the things to do; the first purpose of a command counts. */
  Finding act(String purpose, String command) {
    boolean known =
        !command.isEmpty() && actions.stream().anyMatch(each -> each.command().equals(command));
    if (!known) {
      actions.add(new Action(purpose, command));
    }
    return this;
  }

  Finding act(String purpose) {
    return act(purpose, "");
  }

  Finding child(String name) {
    if (!children.contains(name)) {
      children.add(name);
    }
    return this;
  }
}
