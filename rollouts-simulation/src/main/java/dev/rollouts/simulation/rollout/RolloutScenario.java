package dev.rollouts.simulation.rollout;

import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.codec.Codec;
import dev.rollouts.codec.CodecException;
import dev.rollouts.codec.Document;
import dev.rollouts.simulation.RecordingFiles;
import dev.rollouts.simulation.Script;
import dev.rollouts.simulation.cluster.Autoscaler;
import dev.rollouts.simulation.cluster.ClusterSettings;
import dev.rollouts.simulation.cluster.Load;
import dev.rollouts.simulation.cluster.TrafficScript;
import dev.rollouts.simulation.cluster.VersionModel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A world for a rollout, written in YAML: what people and neighbours do, what metrics answer, how
 * pods behave, and what goes wrong. The format is described in docs/guide/simulation.md.
 */
public final class RolloutScenario {
  /** How long a scenario lasts that does not say. */
  public static final Duration DURATION_DEFAULT = Duration.ofHours(24);

  private final Duration duration;
  private final long seed;
  private final Map<String, Script> metrics;
  private final @Nullable Script otherMetrics;
  private final Map<String, VersionModel> versions;
  private final @Nullable VersionModel otherVersions;
  private final @Nullable Load load;
  private final @Nullable Autoscaler autoscaler;
  private final Function<ClusterSettings, ClusterSettings> cluster;
  private final @Nullable List<PlannedAct> acts;
  private final List<PlannedFault> faults;

  /** An act that is known in full only with the manifests. */
  record PlannedAct(When when, Function<RolloutManifests, List<Act>> acts) {}

  RolloutScenario(
      Duration duration,
      long seed,
      Map<String, Script> metrics,
      @Nullable Script otherMetrics,
      Map<String, VersionModel> versions,
      @Nullable VersionModel otherVersions,
      @Nullable Load load,
      @Nullable Autoscaler autoscaler,
      Function<ClusterSettings, ClusterSettings> cluster,
      @Nullable List<PlannedAct> acts,
      List<PlannedFault> faults) {
    this.duration = duration;
    this.seed = seed;
    this.metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
    this.otherMetrics = otherMetrics;
    this.versions = Collections.unmodifiableMap(new LinkedHashMap<>(versions));
    this.otherVersions = otherVersions;
    this.load = load;
    this.autoscaler = autoscaler;
    this.cluster = cluster;
    this.acts = acts == null ? null : List.copyOf(acts);
    this.faults = List.copyOf(faults);
  }

  /**
   * Reads a file. Recorded series and manifests that it names are looked for beside it.
   *
   * @throws IllegalArgumentException with file, line, column and remedy of every problem
   */
  public static RolloutScenario read(Path file) {
    try {
      return of(file.toString(), Codec.standard().read(file), RecordingFiles.beside(file));
    } catch (CodecException unreadable) {
      throw new IllegalArgumentException(unreadable.getMessage(), unreadable);
    }
  }

  /**
   * Reads a text. Files that it names are looked for in the working directory.
   *
   * @param name what to call the text in messages
   * @throws IllegalArgumentException with line, column and remedy of every problem
   */
  public static RolloutScenario parse(String name, String text) {
    return of(name, Codec.standard().read(name, text), RecordingFiles.beside(Path.of("here")));
  }

  private static RolloutScenario of(String name, List<Document> documents, RecordingFiles files) {
    if (documents.size() != 1) {
      throw new IllegalArgumentException(
          "%s: expected one document with a scenario, found %s".formatted(name, documents.size()));
    }
    return new RolloutScenarioReader(documents.get(0), files).read();
  }

  /** How long to simulate at most; 24 hours by default. */
  public Duration duration() {
    return duration;
  }

  /** Where chance starts; 1 by default. */
  public long seed() {
    return seed;
  }

  /** Whether it says what people do. */
  public boolean hasActs() {
    return acts != null;
  }

  /** Whether it says that requests may fail: by an error rate, or for want of capacity. */
  public boolean failsRequests() {
    return Stream.concat(versions.values().stream(), Stream.ofNullable(otherVersions))
        .anyMatch(each -> !each.errorRates().isEmpty() || each.capacity() < Double.MAX_VALUE);
  }

  /** Metrics that have a script of their own, by name. */
  public List<String> metrics() {
    return List.copyOf(metrics.keySet());
  }

  /** How versions behave that it says something about, by image. */
  public Map<String, VersionModel> versions() {
    return versions;
  }

  /** What people and neighbours do, in this order. */
  public List<ScenarioEvent> events(RolloutManifests manifests) {
    List<ScenarioEvent> events = new ArrayList<>();
    for (PlannedAct each : acts == null ? List.<PlannedAct>of() : acts) {
      each.acts().apply(manifests).forEach(act -> events.add(new ScenarioEvent(each.when(), act)));
    }
    return events;
  }

  /** The simulation in this world; it keeps its own seed. */
  public RolloutSimulation applyTo(RolloutSimulation simulation, RolloutManifests manifests) {
    return simulation.cluster(this::settle).scenario(events(manifests)).faults(faults);
  }

  private ClusterSettings settle(ClusterSettings settings) {
    ClusterSettings here = cluster.apply(settings);
    here = load == null ? here : here.load(load);
    here = autoscaler == null ? here : here.autoscaler(autoscaler);
    here = otherVersions == null ? here : here.otherVersions(otherVersions);
    for (Map.Entry<String, VersionModel> each : versions.entrySet()) {
      here = here.version(each.getKey(), each.getValue());
    }
    for (Map.Entry<String, Script> each : metrics.entrySet()) {
      here = here.metric(each.getKey(), TrafficScript.of(each.getValue()));
    }
    return otherMetrics == null ? here : here.otherMetrics(TrafficScript.of(otherMetrics));
  }

  /** The objects of the files, written again as they are there. */
  static List<Act> reapply(RolloutManifests manifests) {
    List<Act> acts = new ArrayList<>();
    acts.add(Act.apply(manifests.rollout()));
    for (JsonObject tree : manifests.objects()) {
      acts.add(Act.applyObject(tree));
    }
    return acts;
  }
}
