package dev.rollouts.engine.rollout;

import dev.rollouts.api.rollout.CanaryStep;
import dev.rollouts.api.rollout.PluginStep;
import dev.rollouts.api.rollout.RolloutPhase;
import dev.rollouts.api.rollout.StepPluginStatus;
import dev.rollouts.api.wire.GoDuration;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.engine.Event;
import dev.rollouts.engine.cluster.ClusterAnswer.StepPluginAnswered;
import dev.rollouts.engine.cluster.ClusterEffect;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Steps that plugins perform. */
final class StepPlugins {
  private static final String RUN = "Run";
  private static final String TERMINATE = "Terminate";
  private static final String ABORT = "Abort";
  private static final String RUNNING = "Running";
  private static final String SUCCESSFUL = "Successful";
  private static final String FAILED = "Failed";
  private static final String ERROR = "Error";
  private static final Duration BACKOFF = Duration.ofSeconds(30);
  private static final Duration BACKOFF_MIN = Duration.ofSeconds(10);
  private static final Duration GRACE = Duration.ofSeconds(5);

  private final Turn turn;
  private final StepPosition position;
  private final List<StepPluginStatus> statuses;

  StepPlugins(Turn turn, StepPosition position) {
    this.turn = turn;
    this.position = position;
    this.statuses = new ArrayList<>(turn.before.canary().stepPluginStatuses());
  }

  /**
   * What the plugins came to.
   *
   * @param isDone whether the current step, if a plugin performs it, has ended
   */
  record Outcome(List<StepPluginStatus> statuses, boolean isDone) {
    Outcome {
      statuses = List.copyOf(statuses);
    }
  }

  /** Folds answers, calls what is due, and judges the current step. */
  Outcome reconcile() {
    fold();
    if (turn.pauses.isAborted()) {
      abort();
      return new Outcome(statuses, false);
    }
    if (turn.before.promoteFull() || turn.isFullyPromoted()) {
      terminate();
      return new Outcome(statuses, false);
    }
    discardStale();
    CanaryStep step = position.current();
    PluginStep plugin = step == null ? null : step.plugin();
    if (plugin == null) {
      return new Outcome(statuses, false);
    }
    run(plugin);
    return new Outcome(statuses, isDone(plugin));
  }

  private void fold() {
    for (var answer : turn.seen.answers()) {
      if (answer instanceof StepPluginAnswered said) {
        StepPluginStatus known = find(said.index(), said.operation()).orElse(null);
        boolean expected =
            known != null
                || (said.operation().equals(RUN) && said.index() == position.index())
                || find(said.index(), RUN).isPresent();
        if (expected && (known == null || !isFinal(known))) {
          fold(said, known);
        }
      }
    }
  }

  private void fold(StepPluginAnswered said, @Nullable StepPluginStatus known) {
    String name = name(said.index(), known);
    String phase = said.error() != null ? ERROR : said.phase();
    if (!said.operation().equals(RUN) && !phase.equals(SUCCESSFUL)) {
      phase = phase.equals(ERROR) ? ERROR : FAILED;
    }
    boolean waits = phase.equals(RUNNING) || phase.equals(ERROR);
    Duration asked = said.requeueAfter();
    Duration backoff =
        phase.equals(RUNNING) && asked != null && asked.compareTo(BACKOFF_MIN) > 0
            ? asked
            : BACKOFF;
    if (said.infrastructure() && said.error() != null) {
      turn.tell(
          Event.warning(
              "ReconciliationError", "Reconciliation failed with error: " + said.error()));
    }
    put(
        new StepPluginStatus(
            said.index(),
            name,
            said.error() != null ? said.error() : said.message(),
            said.disabled() ? SUCCESSFUL : phase,
            known == null || known.startedAt() == null ? turn.now : known.startedAt(),
            turn.now,
            waits ? null : turn.now,
            waits ? GoDuration.format(backoff) : "",
            known == null ? 1 : known.executions() + 1,
            said.operation(),
            said.disabled(),
            said.status()),
        known);
  }

  private String name(int index, @Nullable StepPluginStatus known) {
    if (known != null) {
      return known.name();
    }
    PluginStep plugin = index < position.count() ? position.steps().get(index).plugin() : null;
    return plugin == null ? "" : plugin.name();
  }

  /** Stores an entry and tells of a new phase. */
  private void put(StepPluginStatus entry, @Nullable StepPluginStatus known) {
    statuses.removeIf(
        each -> each.index() == entry.index() && each.operation().equals(entry.operation()));
    statuses.add(entry);
    turn.reason("R-556", entry.name(), "step", entry.index(), "phase", entry.phase());
    boolean quiet =
        entry.disabled() || (entry.operation().equals(RUN) && entry.phase().equals(SUCCESSFUL));
    if (quiet || (known != null && known.phase().equals(entry.phase()))) {
      return;
    }
    String what =
        switch (entry.operation()) {
          case ABORT -> "aborted (%s)".formatted(entry.phase());
          case TERMINATE -> "terminated (%s)".formatted(entry.phase());
          default -> "transitioned to " + entry.phase();
        };
    turn.tell(
        new Event(
            entry.phase().equals(ERROR) || entry.phase().equals(FAILED),
            "StepPluginTransition",
            "Step plugin %s (step %d) %s".formatted(entry.name(), entry.index() + 1, what)));
  }

  private static boolean isFinal(StepPluginStatus entry) {
    return entry.disabled()
        || entry.phase().equals(SUCCESSFUL)
        || entry.phase().equals(FAILED)
        || (!entry.operation().equals(RUN) && entry.phase().equals(ERROR));
  }

  private Optional<StepPluginStatus> find(int index, String operation) {
    return statuses.stream()
        .filter(each -> each.index() == index && each.operation().equals(operation))
        .findFirst();
  }

  private void discardStale() {
    if (position.index() == 0) {
      statuses.removeIf(stale(turn.before.canary().stepPluginStatuses()));
    }
  }

  /** What does not count after a retry: all that the earlier attempt came to. */
  static Predicate<StepPluginStatus> stale(List<StepPluginStatus> statuses) {
    boolean firstIsUnderWay =
        statuses.stream()
            .noneMatch(each -> each.index() == 0 && each.operation().equals(RUN) && isFinal(each));
    return each -> each.index() != 0 || !each.operation().equals(RUN) || !firstIsUnderWay;
  }

  private void run(PluginStep plugin) {
    int index = position.index();
    StepPluginStatus entry = find(index, RUN).orElse(null);
    if (turn.settings.disabledStepPlugins().contains(plugin.name())) {
      if (entry == null || !entry.disabled()) {
        put(entry(index, plugin.name(), SUCCESSFUL, "", true), entry);
      }
      return;
    }
    if (entry != null && isFinal(entry)) {
      return;
    }
    Instant due = entry == null ? turn.now : due(entry);
    if (due.isAfter(turn.now)) {
      turn.wakeAt(due.plus(GRACE));
      turn.reason("R-557", plugin.name(), "calledAgainAt", due.toString());
      return;
    }
    if (turn.before.phase() != RolloutPhase.PROGRESSING) {
      return;
    }
    if (!turn.settings.stepPlugins().contains(plugin.name())) {
      List<String> faults = turn.settings.pluginFaults();
      String error =
          "step plugin %s is not configured%s"
              .formatted(
                  plugin.name(),
                  faults.isEmpty() ? "" : "; could not be loaded: " + String.join(", ", faults));
      if (entry == null) {
        turn.tell(
            Event.warning("ReconciliationError", "Reconciliation failed with error: " + error));
      }
      put(entry(index, plugin.name(), ERROR, error, false), entry);
      turn.wakeAt(turn.now.plus(BACKOFF));
      return;
    }
    call(index, plugin.name(), RUN, plugin.config(), entry);
  }

  private StepPluginStatus entry(
      int index, String name, String phase, String message, boolean disabled) {
    boolean waits = phase.equals(ERROR);
    return new StepPluginStatus(
        index,
        name,
        message,
        phase,
        turn.now,
        turn.now,
        waits ? null : turn.now,
        waits ? GoDuration.format(BACKOFF) : "",
        0,
        RUN,
        disabled,
        JsonObject.empty());
  }

  private static Instant due(StepPluginStatus entry) {
    Instant last = entry.updatedAt();
    return last == null
        ? Instant.MIN
        : last.plus(GoDuration.tryParse(entry.backoff()).orElse(BACKOFF));
  }

  private void call(
      int index,
      String name,
      String operation,
      JsonObject config,
      @Nullable StepPluginStatus last) {
    turn.perform(
        new ClusterEffect.CallStepPlugin(
            index, name, operation, config, last == null ? JsonObject.empty() : last.status()));
  }

  private boolean isDone(PluginStep plugin) {
    StepPluginStatus entry = find(position.index(), RUN).orElse(null);
    if (entry == null) {
      return false;
    }
    if (entry.phase().equals(FAILED)) {
      turn.reason("R-558", plugin.name(), "step", position.index(), "phase", entry.phase());
      turn.pauses.abort(
          "Step Plugin %d (%s) failed: %s"
              .formatted(position.index() + 1, plugin.name(), entry.message()));
    }
    boolean stopped =
        find(position.index(), TERMINATE).isPresent() || find(position.index(), ABORT).isPresent();
    return isFinal(entry) || (entry.phase().equals(RUNNING) && stopped);
  }

  /** Undoes what ran, last first, each at most once. */
  private void abort() {
    for (int i = statuses.size() - 1; i >= 0; i--) {
      StepPluginStatus each = statuses.get(i);
      boolean ran =
          each.operation().equals(RUN)
              && !each.disabled()
              && (each.phase().equals(RUNNING) || each.phase().equals(SUCCESSFUL));
      if (ran && find(each.index(), ABORT).isEmpty()) {
        call(each.index(), each.name(), ABORT, config(each.index()), each);
      }
    }
  }

  /** Stops what still runs. */
  private void terminate() {
    for (int i = statuses.size() - 1; i >= 0; i--) {
      StepPluginStatus each = statuses.get(i);
      if (each.operation().equals(RUN) && each.phase().equals(RUNNING)) {
        if (find(each.index(), TERMINATE).isEmpty()) {
          call(each.index(), each.name(), TERMINATE, config(each.index()), each);
        }
        return;
      }
    }
  }

  private JsonObject config(int index) {
    PluginStep plugin = index < position.count() ? position.steps().get(index).plugin() : null;
    return plugin == null ? JsonObject.empty() : plugin.config();
  }
}
