package dev.rollouts.cli.report;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.engine.analysis.explain.Explanation;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a run looked like. Plain data; texts may hold anything, the renderings escape them.
 *
 * @param title what was run: the name of the template
 * @param facts what else identifies it, such as files, arguments and seed
 * @param phase the verdict, or Running when there was none in time
 * @param length time that the timeline covers
 * @param events what changed, in order
 * @param series one per metric, in spec order
 * @param odds what many runs came to; null for a single one
 */
public record Report(
    String title,
    List<Fact> facts,
    AnalysisPhase phase,
    Duration length,
    List<Event> events,
    List<Series> series,
    Explanation explanation,
    @Nullable Odds odds) {
  public Report {
    facts = List.copyOf(facts);
    events = List.copyOf(events);
    series = List.copyOf(series);
  }

  /** Something that identifies a run. */
  public record Fact(String name, String value) {}

  /**
   * A row of the timeline.
   *
   * @param at since the start
   * @param subject a metric's name, or empty for the run and what befell it
   * @param phase of the measurement, or what became of the subject; null where no phase is
   *     concerned
   */
  public record Event(
      Duration at, Kind kind, String subject, @Nullable AnalysisPhase phase, String text) {
    /** What sort of row. */
    public enum Kind {
      /** A measurement was finished. */
      MEASURED,
      /** A measurement goes on in the back-end. */
      STARTED,
      /** A metric has its verdict. */
      METRIC,
      /** The run started or has its verdict. */
      RUN,
      /** Trouble that the simulation made. */
      FAULT
    }
  }
}
