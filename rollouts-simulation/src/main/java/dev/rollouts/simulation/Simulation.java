package dev.rollouts.simulation;

import static java.util.Objects.requireNonNull;

import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.analysis.AnalysisRunStatus;
import dev.rollouts.api.analysis.AnalysisSpec;
import dev.rollouts.api.analysis.AnalysisTemplateSpec;
import dev.rollouts.api.analysis.Argument;
import dev.rollouts.api.analysis.Metric;
import dev.rollouts.api.provider.Observation;
import dev.rollouts.engine.analysis.AnalysisEngine;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An analysis that is about to run in virtual time. Immutable: every method returns another
 * simulation. Thread-safe, if the functions given to it are.
 */
public final class Simulation {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final AnalysisDecider ENGINE = new AnalysisEngine()::decide;

  private AnalysisSpec spec;
  private AnalysisRunStatus status;
  private long seed;
  private Map<String, Script> scripts = Map.of();
  private @Nullable Script fallback;
  private Set<Fault> faults = Set.of();
  private Checks checks = Checks.SAMPLED;
  private AnalysisDecider decider = ENGINE;
  private @Nullable Duration terminateAt;
  private Instant startAt = START;
  private boolean needsArgs;
  private LongFunction<String> replay =
      seedToReplay -> "to replay, run the same simulation with seed " + seedToReplay;

  private Simulation(AnalysisSpec spec, AnalysisRunStatus status, long seed) {
    this.spec = requireNonNull(spec, "spec");
    this.status = requireNonNull(status, "status");
    this.seed = seed;
  }

  /** A run of this spec from its beginning. */
  public static Simulation of(AnalysisSpec spec, long seed) {
    return new Simulation(spec, AnalysisRunStatus.pending(), seed);
  }

  /**
   * A run of this template from its beginning. Arguments without a default are given with {@link
   * #arg}.
   *
   * @throws IllegalArgumentException if the template names other templates, which must be merged
   *     first
   */
  public static Simulation of(AnalysisTemplateSpec template, long seed) {
    if (!template.templates().isEmpty()) {
      throw new IllegalArgumentException(
          "the template names other templates, which a simulation cannot look up; build a run from all of them and simulate that");
    }
    return ofTemplate(
        new AnalysisSpec(
            template.metrics(),
            template.args(),
            false,
            template.dryRun(),
            template.measurementRetention(),
            null),
        seed);
  }

  /** A run that nobody has supplied arguments to yet. */
  static Simulation ofTemplate(AnalysisSpec spec, long seed) {
    Simulation simulation = of(spec, seed);
    simulation.needsArgs = true;
    return simulation;
  }

  /** A run that goes on from its status, a second after the latest time in it. */
  public static Simulation of(AnalysisRun run, long seed) {
    Simulation simulation = new Simulation(run.spec(), run.statusOrPending(), seed);
    simulation.startAt = afterwards(run.statusOrPending());
    return simulation;
  }

  private static Instant afterwards(AnalysisRunStatus status) {
    List<@Nullable Instant> times = new ArrayList<>(List.of(START));
    times.add(status.startedAt());
    times.add(status.completedAt());
    for (var result : status.metricResults()) {
      for (var measurement : result.measurements()) {
        times.add(measurement.startedAt());
        times.add(measurement.finishedAt());
      }
    }
    Instant latest = Instant.MIN;
    for (Instant time : times.subList(1, times.size())) {
      latest = time != null && time.isAfter(latest) ? time : latest;
    }
    return latest.equals(Instant.MIN) ? START : latest.plusSeconds(1);
  }

  /** Gives an argument its value; one that the template does not declare is added. */
  public Simulation arg(String name, String value) {
    List<Argument> args = new ArrayList<>();
    boolean declared = false;
    for (Argument arg : spec.args()) {
      declared |= arg.name().equals(name);
      args.add(arg.name().equals(name) ? Argument.of(name, value) : arg);
    }
    if (!declared) {
      args.add(Argument.of(name, value));
    }
    return change(it -> it.spec = spec.withArgs(args));
  }

  /** Gives arguments their values. */
  public Simulation args(Map<String, String> values) {
    Simulation simulation = this;
    for (Map.Entry<String, String> each : values.entrySet()) {
      simulation = simulation.arg(each.getKey(), each.getValue());
    }
    return simulation;
  }

  /** Answers for every metric that has no script of its own, by the time since the start. */
  public Simulation provider(Function<Duration, Observation> observations) {
    return provider(Script.of(observations));
  }

  /** Answers for every metric that has no script of its own. */
  public Simulation provider(Script script) {
    return change(it -> it.fallback = requireNonNull(script, "script"));
  }

  /**
   * Answers for one metric.
   *
   * @param name as the spec has it, placeholders included
   */
  public Simulation metric(String name, Script script) {
    Map<String, Script> more = new LinkedHashMap<>(scripts);
    more.put(name, requireNonNull(script, "script"));
    return change(it -> it.scripts = Collections.unmodifiableMap(more));
  }

  /**
   * Lets these faults hit. Each seed draws its own selection and rates from them. They stop after
   * three quarters of the time, so that the run can end in calm.
   */
  public Simulation swarm(Fault... some) {
    Set<Fault> all = EnumSet.noneOf(Fault.class);
    Collections.addAll(all, some);
    return change(it -> it.faults = Collections.unmodifiableSet(all));
  }

  /** How much is checked after each decision; {@link Checks#SAMPLED} by default. */
  public Simulation checking(Checks howMuch) {
    return change(it -> it.checks = requireNonNull(howMuch, "howMuch"));
  }

  /** Uses this engine instead of one that all simulations of the process share. */
  public Simulation engine(AnalysisEngine engine) {
    return decidedBy(engine::decide);
  }

  /** Puts something else in the engine's place; for tests of the simulation itself. */
  public Simulation decidedBy(AnalysisDecider other) {
    return change(it -> it.decider = requireNonNull(other, "other"));
  }

  /** Sets {@code terminate} that long after the start. */
  public Simulation terminatedAfter(Duration elapsed) {
    return change(it -> it.terminateAt = requireNonNull(elapsed, "elapsed"));
  }

  /** What the clock shows at the start; 2026-01-01T00:00:00Z by default. */
  public Simulation startingAt(Instant start) {
    return change(it -> it.startAt = requireNonNull(start, "start"));
  }

  /** The same simulation with other luck. */
  public Simulation withSeed(long other) {
    return change(it -> it.seed = other);
  }

  /**
   * What to tell somebody who wants to see a failing seed again, by seed; a command line, for
   * instance.
   */
  public Simulation replayedBy(LongFunction<String> instruction) {
    return change(it -> it.replay = requireNonNull(instruction, "instruction"));
  }

  /**
   * Runs it.
   *
   * @param atMost virtual time after which a run that is still open is left as it is
   * @throws InvariantViolation if a decision breaks an {@link Invariant}
   * @throws IllegalArgumentException if a metric has no script, a script no metric, or an argument
   *     of a template no value
   */
  public Trace run(Duration atMost) {
    if (atMost.isNegative() || atMost.isZero()) {
      throw new IllegalArgumentException("a simulation needs a positive time, was " + atMost);
    }
    checkScripts();
    checkArgs();
    return new Shell(this, atMost).run();
  }

  private void checkScripts() {
    Set<String> names =
        spec.metrics().stream()
            .map(Metric::name)
            .collect(Collectors.toCollection(java.util.LinkedHashSet::new));
    for (String scripted : scripts.keySet()) {
      if (!names.contains(scripted)) {
        throw new IllegalArgumentException(
            "there is a script for metric \"%s\", which the spec does not have; it has %s"
                .formatted(scripted, names));
      }
    }
    for (String name : names) {
      if (fallback == null && !scripts.containsKey(name)) {
        throw new IllegalArgumentException(
            "metric \"%s\" has no script; add .metric(\"%s\", …), or .provider(…) for all metrics"
                .formatted(name, name));
      }
    }
  }

  /**
   * Whoever creates a run of a template supplies every argument; without them there would
   * be no run to simulate.
   */
  private void checkArgs() {
    for (Argument arg : spec.args()) {
      if (needsArgs && arg.value() == null && arg.valueFrom() == null) {
        throw new IllegalArgumentException(
            "argument \"%s\" has no value; add .arg(\"%s\", …)".formatted(arg.name(), arg.name()));
      }
    }
  }

  /** The seed. */
  public long seed() {
    return seed;
  }

  /** The spec, with the arguments given so far. */
  public AnalysisSpec spec() {
    return spec;
  }

  AnalysisRunStatus status() {
    return status;
  }

  Script script(Metric metric) {
    return scripts.getOrDefault(metric.name(), requireNonNullElseEmpty(fallback));
  }

  private static Script requireNonNullElseEmpty(@Nullable Script script) {
    return script == null ? Script.empty() : script;
  }

  Set<Fault> faults() {
    return faults;
  }

  Checks checks() {
    return checks;
  }

  AnalysisDecider decider() {
    return decider;
  }

  @Nullable Duration terminateAt() {
    return terminateAt;
  }

  Instant startAt() {
    return startAt;
  }

  String replay() {
    return replay.apply(seed);
  }

  /** The same simulation, from this point on. */
  Simulation continuedFrom(AnalysisSpec from, AnalysisRunStatus saved, Instant at) {
    return change(
        it -> {
          it.spec = from;
          it.status = saved;
          it.startAt = at;
          it.faults = Set.of();
          it.terminateAt = null;
        });
  }

  private Simulation change(Consumer<Simulation> edit) {
    Simulation copy = new Simulation(spec, status, seed);
    copy.scripts = scripts;
    copy.fallback = fallback;
    copy.faults = faults;
    copy.checks = checks;
    copy.decider = decider;
    copy.terminateAt = terminateAt;
    copy.startAt = startAt;
    copy.needsArgs = needsArgs;
    copy.replay = replay;
    edit.accept(copy);
    return copy;
  }
}
