package dev.rollouts.simulation.cluster;

import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.analysis.AnalysisRunStatus;
import dev.rollouts.api.analysis.AnalysisSpec;
import dev.rollouts.api.analysis.Measurement;
import dev.rollouts.api.analysis.Metric;
import dev.rollouts.engine.Decision;
import dev.rollouts.engine.analysis.AnalysisEffect;
import dev.rollouts.engine.analysis.AnalysisEffect.Asking;
import dev.rollouts.engine.analysis.AnalysisEngine;
import dev.rollouts.engine.analysis.MeasurementId;
import dev.rollouts.engine.analysis.Observed;
import dev.rollouts.engine.analysis.args.Arguments;
import dev.rollouts.engine.analysis.args.Placeholders;
import dev.rollouts.engine.analysis.args.UnresolvedArgumentException;
import dev.rollouts.simulation.AnalysisDecider;
import dev.rollouts.simulation.Question;
import dev.rollouts.simulation.Reply;
import dev.rollouts.simulation.Script;
import dev.rollouts.simulation.Seeds;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** AnalysisRuns, each driven by the analysis engine; scripts stand in for the back-ends. */
final class Analyses {
  static final AnalysisDecider ENGINE = new AnalysisEngine()::decide;

  private static final long NOTICED_AFTER = 20;
  private static final int TURNS_PER_MOMENT_MAX = 1_000;

  private final SimulatedCluster cluster;
  private final VirtualTime time;
  private final ClusterSettings settings;
  private final Map<String, Live> byName = new LinkedHashMap<>();
  private final Map<String, Script> scripts = new HashMap<>();

  Analyses(SimulatedCluster cluster, VirtualTime time, ClusterSettings settings) {
    this.cluster = cluster;
    this.time = time;
    this.settings = settings;
  }

  Collection<AnalysisRun> all() {
    List<AnalysisRun> runs = new ArrayList<>(byName.size());
    byName.values().forEach(live -> runs.add(live.value));
    return runs;
  }

  /** Those of an owner, and those whose names begin like its own would. */
  List<AnalysisRun> of(String owner, String prefix) {
    List<AnalysisRun> runs = new ArrayList<>(byName.size());
    for (Live live : byName.values()) {
      if (live.owner.equals(owner) || live.value.metadata().name().startsWith(prefix)) {
        runs.add(live.value);
      }
    }
    return runs;
  }

  @Nullable Refusal create(AnalysisRun wanted) {
    String name = wanted.metadata().name();
    if (byName.containsKey(name)) {
      return Refusal.alreadyExists("analysisruns.argoproj.io", name);
    }
    Live live =
        new Live(
            new AnalysisRun(
                cluster.born(wanted.metadata(), "run"), wanted.spec(), wanted.status()));
    byName.put(name, live);
    cluster.runChanged(live.value);
    cluster.notify(Kind.ANALYSIS_RUN, live.owner);
    live.timer.in(NOTICED_AFTER);
    return null;
  }

  /** One that is older than the simulation. */
  void adopt(AnalysisRun run) {
    Live live = new Live(new AnalysisRun(cluster.kept(run.metadata()), run.spec(), run.status()));
    byName.put(run.metadata().name(), live);
    if (!live.value.statusOrPending().phase().isCompleted()) {
      cluster.runChanged(live.value);
    }
    cluster.notify(Kind.ANALYSIS_RUN, live.owner);
    live.timer.in(NOTICED_AFTER);
  }

  @Nullable Refusal terminate(String name) {
    Live live = byName.get(name);
    if (live != null && !live.value.spec().terminate()) {
      AnalysisRun value = live.value;
      live.value =
          new AnalysisRun(
              cluster.changed(value.metadata(), value.metadata(), true),
              value.spec().terminated(),
              value.status());
      cluster.notify(Kind.ANALYSIS_RUN, live.owner);
      live.timer.in(NOTICED_AFTER);
    }
    return null;
  }

  @Nullable Refusal delete(String name) {
    Live live = byName.remove(name);
    if (live != null) {
      live.gone = true;
      live.timer.cancel();
      cluster.notify(Kind.ANALYSIS_RUN, live.owner);
    }
    return null;
  }

  private Script script(String metric) {
    return scripts.computeIfAbsent(metric, name -> settings.script(name).over(cluster.traffic()));
  }

  private final class Live {
    AnalysisRun value;
    final String owner;
    final TurnTimer timer = new TurnTimer(time, this::turn);
    boolean gone;

    private List<Observed> arrived = new ArrayList<>();
    private final Set<MeasurementId> underWay = new HashSet<>();
    private final Map<String, Metric> resolved = new HashMap<>();
    private @Nullable Map<String, String> args;
    private long moment = -1;
    private int turnsAtThisMoment;

    Live(AnalysisRun value) {
      this.value = value;
      this.owner = value.metadata().controllerUid();
    }

    void turn() {
      if (gone) {
        return;
      }
      countTurns();
      List<Observed> seen = arrived;
      arrived = new ArrayList<>();
      seen.forEach(each -> underWay.remove(each.id()));
      AnalysisRunStatus before = value.statusOrPending();
      Decision<AnalysisRunStatus, AnalysisEffect> decision =
          settings.analysisDecider().decide(value.spec(), before, seen, cluster.controllerClock());
      save(before, decision.status());
      for (AnalysisEffect effect : decision.effects()) {
        if (effect instanceof Asking asking) {
          ask(asking);
        } else if (effect instanceof AnalysisEffect.DeleteRun) {
          delete(value.metadata().name());
          return;
        }
      }
      if (!arrived.isEmpty()) {
        timer.in(0);
      }
      decision.wakeUp().ifPresent(at -> timer.in(cluster.millisUntil(at)));
    }

    private void countTurns() {
      turnsAtThisMoment = moment == time.now() ? turnsAtThisMoment + 1 : 0;
      moment = time.now();
      if (turnsAtThisMoment > TURNS_PER_MOMENT_MAX) {
        throw new IllegalStateException(
            "time stands still for run %s: a script answers without latency and is asked again and again; give its answers in progress a resumeAt"
                .formatted(value.metadata().name()));
      }
    }

    private void save(AnalysisRunStatus before, AnalysisRunStatus after) {
      if (value.status() != null && after.equals(before)) {
        return;
      }
      boolean phaseChanged = value.status() == null || after.phase() != before.phase();
      value =
          new AnalysisRun(
              cluster.changed(value.metadata(), value.metadata(), false), value.spec(), after);
      cluster.runChanged(value);
      if (phaseChanged) {
        cluster.notify(Kind.ANALYSIS_RUN, owner);
      } else {
        cluster.touched(Kind.ANALYSIS_RUN);
      }
    }

    private void ask(Asking effect) {
      if (!underWay.add(effect.id())) {
        return;
      }
      Instant now = cluster.controllerClock();
      Metric metric;
      try {
        metric = resolve(effect.metric());
      } catch (UnresolvedArgumentException missing) {
        arrived.add(
            new Observed.ArgumentsUnresolved(effect.id(), String.valueOf(missing.getMessage())));
        return;
      }
      Reply reply = script(effect.metric().name()).answer(question(effect, metric, now));
      Observed answer =
          Observed.Answer.of(effect, reply.observation(), now, now.plus(reply.latency()));
      if (reply.latency().isZero()) {
        arrived.add(answer);
        return;
      }
      time.at(
          time.now() + reply.latency().toMillis(),
          () -> {
            if (!gone) {
              arrived.add(answer);
              timer.in(0);
            }
          });
    }

    private Metric resolve(Metric metric) throws UnresolvedArgumentException {
      Metric known = resolved.get(metric.name());
      if (known == null) {
        known = Placeholders.resolve(metric, args());
        resolved.put(metric.name(), known);
      }
      return known;
    }

    private Map<String, String> args() throws UnresolvedArgumentException {
      Map<String, String> known = args;
      if (known == null) {
        AnalysisSpec spec = value.spec();
        known = Arguments.masked(spec.args());
        args = known;
      }
      return known;
    }

    private Question question(Asking effect, Metric metric, Instant now) {
      Measurement inFlight =
          effect instanceof AnalysisEffect.Resume resume
              ? resume.inFlight()
              : effect instanceof AnalysisEffect.Terminate stop ? stop.inFlight() : null;
      Map<String, String> known = args;
      return new Question(
          metric,
          known == null ? Map.of() : known,
          Observed.askedBy(effect),
          effect.id().attempt(),
          Duration.ofMillis(time.now()),
          now,
          inFlight,
          Seeds.mix(
              settings.seed(),
              Seeds.mix(
                  metric.name().hashCode() * 31L + value.metadata().name().hashCode(), time.now())),
          cluster.newest());
    }
  }
}
