package dev.rollouts.engine.analysis.explain;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.AnalysisRunStatus;
import dev.rollouts.api.analysis.AnalysisSpec;
import dev.rollouts.api.analysis.Measurement;
import dev.rollouts.api.analysis.MetricResult;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A status, written measurement by measurement, as some controller might have left it. */
final class Story {
  static final Instant START = Instant.parse("2026-05-01T10:00:00Z");

  private final AnalysisSpec spec;
  private AnalysisPhase phase = AnalysisPhase.RUNNING;
  private String message = "";
  private @Nullable Instant startedAt = START;
  private @Nullable Instant completedAt;
  private long nowSeconds;
  private final List<MetricResult> results = new ArrayList<>();

  private Story(AnalysisSpec spec) {
    this.spec = spec;
  }

  static Story of(AnalysisSpec spec) {
    return new Story(spec);
  }

  Story notStarted() {
    phase = AnalysisPhase.PENDING;
    startedAt = null;
    return this;
  }

  Story ended(AnalysisPhase how, long seconds, String text) {
    phase = how;
    completedAt = START.plusSeconds(seconds);
    message = text;
    nowSeconds = seconds + 600;
    return this;
  }

  /** Ended before anything was assessed. */
  Story unusable(String text) {
    phase = AnalysisPhase.ERROR;
    message = text;
    startedAt = null;
    return this;
  }

  Story metric(Result result) {
    results.add(result.build());
    return this;
  }

  Story at(long seconds) {
    nowSeconds = seconds;
    return this;
  }

  Explanation explain() {
    return Explanation.of(
        spec,
        new AnalysisRunStatus(phase, message, startedAt, completedAt, null, null, results),
        START.plusSeconds(nowSeconds));
  }

  static Result result(String name, AnalysisPhase phase) {
    return new Result(name, phase);
  }

  /** The result of a metric; counters follow from what was measured. */
  static final class Result {
    private final String name;
    private final AnalysisPhase phase;
    private String message = "";
    private boolean dryRun;
    private final List<Measurement> measurements = new ArrayList<>();
    private final Map<AnalysisPhase, Integer> tally = new EnumMap<>(AnalysisPhase.class);
    private int consecutiveError;
    private int consecutiveSuccess;

    private Result(String name, AnalysisPhase phase) {
      this.name = name;
      this.phase = phase;
    }

    Result says(String text) {
      message = text;
      return this;
    }

    Result dry() {
      dryRun = true;
      return this;
    }

    Result ok(long seconds, String value) {
      return measured(AnalysisPhase.SUCCESSFUL, seconds, value, "");
    }

    Result failed(long seconds, String value) {
      return measured(AnalysisPhase.FAILED, seconds, value, "");
    }

    Result inconclusive(long seconds, String value) {
      return measured(AnalysisPhase.INCONCLUSIVE, seconds, value, "");
    }

    Result error(long seconds, String text) {
      return measured(AnalysisPhase.ERROR, seconds, "", text);
    }

    Result measured(AnalysisPhase outcome, long seconds, String value, String text) {
      Instant at = START.plusSeconds(seconds);
      measurements.add(new Measurement(outcome, text, at, at, value, Map.of(), null));
      return counted(outcome, 1);
    }

    /** Measured so often, but no longer kept. */
    Result counted(AnalysisPhase outcome, int times) {
      tally.merge(outcome, times, Integer::sum);
      consecutiveError = outcome == AnalysisPhase.ERROR ? consecutiveError + times : 0;
      consecutiveSuccess = outcome == AnalysisPhase.SUCCESSFUL ? consecutiveSuccess + times : 0;
      return this;
    }

    Result inFlight(long seconds, @Nullable Long resumeSeconds) {
      measurements.add(
          new Measurement(
              AnalysisPhase.RUNNING,
              "",
              START.plusSeconds(seconds),
              null,
              "",
              Map.of("job-name", "uid.m.1"),
              resumeSeconds == null ? null : START.plusSeconds(resumeSeconds)));
      return this;
    }

    MetricResult build() {
      int successful = tally.getOrDefault(AnalysisPhase.SUCCESSFUL, 0);
      int failed = tally.getOrDefault(AnalysisPhase.FAILED, 0);
      int inconclusive = tally.getOrDefault(AnalysisPhase.INCONCLUSIVE, 0);
      return new MetricResult(
          name,
          phase,
          measurements,
          message,
          successful + failed + inconclusive,
          successful,
          failed,
          inconclusive,
          tally.getOrDefault(AnalysisPhase.ERROR, 0),
          consecutiveError,
          consecutiveSuccess,
          dryRun,
          Map.of());
    }
  }
}
