package dev.rollouts.simulation;

import dev.rollouts.codec.Codec;
import dev.rollouts.codec.CodecException;
import dev.rollouts.codec.Document;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A world for a template, written in YAML: what each back-end would answer, what goes wrong, and
 * for how long. The format is described in docs/guide/simulation.md.
 *
 * @param duration how long to simulate at most; default 24 hours
 * @param seed default 1
 * @param args values for arguments, by name
 * @param faults what may go wrong; default nothing
 * @param terminateAfter when somebody stops the run; null means never
 * @param scripts answers by name of metric
 * @param otherwise answers for metrics that are not named; null when every metric must be
 */
public record Scenario(
    Duration duration,
    long seed,
    Map<String, String> args,
    Set<Fault> faults,
    @Nullable Duration terminateAfter,
    Map<String, Script> scripts,
    @Nullable Script otherwise) {
  /** How long a scenario lasts that does not say. */
  public static final Duration DURATION_DEFAULT = Duration.ofHours(24);

  public Scenario {
    args = Collections.unmodifiableMap(new LinkedHashMap<>(args));
    faults = Set.copyOf(faults);
    scripts = Collections.unmodifiableMap(new LinkedHashMap<>(scripts));
  }

  /**
   * Reads a file. Recorded series that it names are looked for beside it.
   *
   * @throws IllegalArgumentException with file, line, column and remedy of every problem
   */
  public static Scenario read(Path file) {
    try {
      return of(file.toString(), Codec.standard().read(file), RecordingFiles.beside(file));
    } catch (CodecException unreadable) {
      throw new IllegalArgumentException(unreadable.getMessage(), unreadable);
    }
  }

  /**
   * Reads a text. Recorded series that it names are looked for in the working directory.
   *
   * @param name what to call the text in messages
   * @throws IllegalArgumentException with line, column and remedy of every problem
   */
  public static Scenario parse(String name, String text) {
    return of(name, Codec.standard().read(name, text), RecordingFiles.beside(Path.of("here")));
  }

  private static Scenario of(String name, List<Document> documents, RecordingFiles files) {
    if (documents.size() != 1) {
      throw new IllegalArgumentException(
          "%s: expected one document with a scenario, found %s".formatted(name, documents.size()));
    }
    return new ScenarioReader(documents.get(0), files).read();
  }

  /** The simulation in this world; it keeps its own seed. */
  public Simulation applyTo(Simulation simulation) {
    Simulation here = simulation.args(args).swarm(faults.toArray(Fault[]::new));
    for (Map.Entry<String, Script> each : scripts.entrySet()) {
      here = here.metric(each.getKey(), each.getValue());
    }
    here = otherwise == null ? here : here.provider(otherwise);
    return terminateAfter == null ? here : here.terminatedAfter(terminateAfter);
  }
}
