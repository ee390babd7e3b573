package dev.rollouts.engine.analysis.explain;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.Measurement;
import dev.rollouts.api.analysis.MetricResult;
import dev.rollouts.engine.Reason;
import dev.rollouts.engine.analysis.AnalysisForecast.Exceeded;
import dev.rollouts.engine.analysis.AnalysisForecast.Outlook;
import dev.rollouts.engine.analysis.explain.Cause.Level;
import dev.rollouts.engine.explain.text.Words;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The chain from the phase of a metric down to the numbers. */
final class MetricCauses {
  private static final int MEASUREMENTS_SHOWN = 3;

  private final Outlook metric;
  private final Instant near;

  MetricCauses(Outlook metric, Instant near) {
    this.metric = metric;
    this.near = near;
  }

  Cause cause() {
    MetricResult result = metric.result();
    if (result == null) {
      return link(Level.METRIC, "A-086", "was never measured", List.of());
    }
    if (!result.phase().isCompleted()) {
      return link(
          Level.METRIC,
          "A-173",
          "was still " + result.phase().wireName() + " when the run ended",
          List.of());
    }
    String is =
        "is "
            + result.phase().wireName()
            + (metric.dryRun() ? ", but dry-run: that does not count" : "");
    Cause below = below(result);
    return link(Level.METRIC, metric.dryRun() ? "A-142" : "A-063", is, List.of(below));
  }

  private Cause below(MetricResult result) {
    Exceeded exceeded = metric.exceeded();
    AnalysisPhase phase = result.phase();
    if (exceeded != null && exceeded.phase() == phase) {
      return new Cause(
          Level.LIMIT,
          Reason.of(
              "A-063",
              metric.name(),
              exceeded.tally(),
              exceeded.value(),
              exceeded.limit(),
              exceeded.limitValue()),
          tolerated(exceeded),
          measurements(result, phase));
    }
    int streak = metric.consecutiveSuccessLimit();
    if (phase == AnalysisPhase.SUCCESSFUL && streak > 0 && result.consecutiveSuccess() >= streak) {
      return link(
          Level.LIMIT,
          "A-064",
          "%s in a row, and consecutiveSuccessLimit wants %d"
              .formatted(Words.many(result.consecutiveSuccess(), "success"), streak));
    }
    if (metric.wanted() > 0 && result.count() >= metric.wanted() && exceeded == null) {
      Cause counted = counted(result, phase, streak);
      if (counted != null) {
        return counted;
      }
    }
    if (phase == AnalysisPhase.SUCCESSFUL && exceeded == null) {
      return link(
          Level.LIMIT,
          "A-066",
          "no limit was exceeded when the run was stopped; " + Accounts.tallies(result));
    }
    return link(
        Level.LIMIT,
        "A-060",
        "the limits of the spec as it stands now do not explain this; the spec was edited since, or the"
            + " status was written by hand ("
            + Accounts.tallies(result)
            + ")");
  }

  private static String tolerated(Exceeded exceeded) {
    String counted =
        switch (exceeded.phase()) {
          case FAILED -> Words.many(exceeded.value(), "measurement") + " failed";
          case INCONCLUSIVE -> Words.many(exceeded.value(), "inconclusive measurement");
          default -> Words.many(exceeded.value(), "error") + " in a row";
        };
    return "%s; %s tolerates %d".formatted(counted, exceeded.limit(), exceeded.limitValue());
  }

  /** Count reached; null when that does not give this phase. */
  private @Nullable Cause counted(MetricResult result, AnalysisPhase phase, int streak) {
    String count =
        metric.wanted() == 1
            ? "the one measurement wanted was taken"
            : "all %d measurements wanted were taken".formatted(metric.wanted());
    if (phase == AnalysisPhase.SUCCESSFUL && streak <= 0) {
      String tolerated =
          result.failed() > 0
              ? "; %d failed, and failureLimit tolerates %d"
                  .formatted(result.failed(), metric.failureLimit())
              : "";
      String judged =
          metric.metric().successCondition() == null
                  && metric.metric().failureCondition() == null
                  && Judged.byConditions(metric.metric())
              ? "; without conditions every answer is Successful"
              : "";
      return link(Level.LIMIT, "A-065", count + tolerated + judged);
    }
    AnalysisPhase unmet =
        metric.failureLimit() < 0 ? AnalysisPhase.FAILED : AnalysisPhase.INCONCLUSIVE;
    if (streak > 0 && phase == unmet) {
      return link(
          Level.LIMIT,
          "A-065",
          count
              + ", and at their end only %s in a row where consecutiveSuccessLimit wants %d"
                  .formatted(Words.many(result.consecutiveSuccess(), "success"), streak),
          lastSpoiler(result));
    }
    return null;
  }

  /** The newest kept measurement that broke the streak of successes. */
  private List<Cause> lastSpoiler(MetricResult result) {
    List<Measurement> kept = result.measurements();
    for (int i = kept.size() - 1; i >= 0; i--) {
      if (kept.get(i).phase() != AnalysisPhase.SUCCESSFUL) {
        return List.of(new MeasurementCauses(metric, near).cause(kept.get(i)));
      }
    }
    return List.of();
  }

  /** The newest kept measurements of the phase that counted, newest first; alike ones once. */
  private List<Cause> measurements(MetricResult result, AnalysisPhase phase) {
    List<Measurement> counted = counted(result.measurements(), phase);
    List<Cause> causes = new ArrayList<>();
    Set<String> messages = new HashSet<>();
    int alike = 0;
    for (Measurement measurement : counted) {
      boolean known = !measurement.message().isEmpty() && !messages.add(measurement.message());
      alike += known ? 1 : 0;
      if (!known && causes.size() < MEASUREMENTS_SHOWN) {
        causes.add(new MeasurementCauses(metric, near).cause(measurement));
      }
    }
    int total =
        switch (phase) {
          case FAILED -> result.failed();
          case INCONCLUSIVE -> result.inconclusive();
          default -> result.consecutiveError();
        };
    int gone = Math.max(0, total - counted.size());
    int hidden = total - causes.size();
    if (hidden > 0) {
      String how =
          gone == hidden
              ? ", no longer kept"
              : alike == hidden
                  ? ", with the same message"
                  : gone == 0 ? "" : ", of which %d no longer kept".formatted(gone);
      causes.add(
          link(
              Level.MEASUREMENT, "A-160", "%d more %s%s".formatted(hidden, phase.wireName(), how)));
    }
    return causes;
  }

  /** Those of a phase, newest first; of errors only those in a row. */
  private static List<Measurement> counted(List<Measurement> kept, AnalysisPhase phase) {
    List<Measurement> counted = new ArrayList<>();
    for (int i = kept.size() - 1; i >= 0; i--) {
      if (kept.get(i).phase() == phase) {
        counted.add(kept.get(i));
      } else if (phase == AnalysisPhase.ERROR) {
        break;
      }
    }
    return counted;
  }

  private Cause link(Level level, String rule, String text) {
    return link(level, rule, text, List.of());
  }

  private Cause link(Level level, String rule, String text, List<Cause> because) {
    return new Cause(
        level,
        Reason.of(rule, metric.name()),
        level == Level.METRIC ? "metric " + Words.quoted(metric.name()) + " " + text : text,
        because);
  }
}
