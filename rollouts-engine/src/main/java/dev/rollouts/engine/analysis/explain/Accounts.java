package dev.rollouts.engine.analysis.explain;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.MetricResult;
import dev.rollouts.engine.analysis.AnalysisForecast.Outlook;
import dev.rollouts.engine.explain.text.Words;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Puts into words how single metrics did. */
final class Accounts {
  private Accounts() {}

  static MetricAccount of(Outlook metric, boolean runCompleted) {
    MetricResult result = metric.result();
    AnalysisPhase phase = result == null ? null : result.phase();
    boolean open = !runCompleted && (phase == null || !phase.isCompleted());
    return new MetricAccount(
        metric.name(), phase, metric.dryRun(), tallies(result), open ? outlook(metric) : List.of());
  }

  static MetricAccount withoutSpec(MetricResult result) {
    return new MetricAccount(
        result.name(),
        result.phase(),
        result.dryRun(),
        tallies(result) + "; not in the spec as it stands now",
        List.of());
  }

  static String tallies(@Nullable MetricResult result) {
    if (result == null) {
      return "never measured";
    }
    int finished = result.count() + result.error();
    StringBuilder text = new StringBuilder();
    append(text, result.successful(), "successful");
    append(text, result.failed(), "failed");
    append(text, result.inconclusive(), "inconclusive");
    append(text, result.error(), result.error() == 1 ? "error" : "errors");
    String counted = finished == 0 ? "nothing measured yet" : finished + " measured: " + text;
    return result.isInFlight() ? counted + ", one in flight" : counted;
  }

  private static void append(StringBuilder text, int count, String what) {
    if (count > 0) {
      text.append(text.isEmpty() ? "" : ", ").append(count).append(' ').append(what);
    }
  }

  /** What would settle a metric that is open. */
  private static List<String> outlook(Outlook metric) {
    MetricResult result = metric.result();
    int count = result == null ? 0 : result.count();
    int failed = result == null ? 0 : result.failed();
    int inconclusive = result == null ? 0 : result.inconclusive();
    int errors = result == null ? 0 : result.consecutiveError();
    List<String> outlook = new ArrayList<>();
    int streak = metric.consecutiveSuccessLimit();
    if (streak > 0) {
      outlook.add(
          "Successful after %s in a row"
              .formatted(
                  more(streak - (result == null ? 0 : result.consecutiveSuccess()), "success")));
    }
    if (metric.wanted() > 0) {
      String verdict =
          streak <= 0
              ? "Successful"
              : metric.failureLimit() < 0 ? "Failed without that" : "Inconclusive without that";
      outlook.add(
          "%s after %s within the limits, errors not counted"
              .formatted(verdict, more(metric.wanted() - count, "measurement")));
    } else {
      outlook.add("measured until the run is stopped: it has an interval and no count");
    }
    outlook.add(
        "ended early by %s%s, or %s in a row"
            .formatted(
                metric.failureLimit() < 0
                    ? ""
                    : more(metric.failureLimit() + 1 - failed, "failed one") + ", ",
                more(metric.inconclusiveLimit() + 1 - inconclusive, "inconclusive one"),
                more(metric.consecutiveErrorLimit() + 1 - errors, "error")));
    return outlook;
  }

  private static String more(int count, String one) {
    return Math.max(1, count) + " more " + Words.many(Math.max(1, count), one).split(" ", 2)[1];
  }
}
