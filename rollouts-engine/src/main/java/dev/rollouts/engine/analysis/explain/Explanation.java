package dev.rollouts.engine.analysis.explain;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.AnalysisRunStatus;
import dev.rollouts.api.analysis.AnalysisSpec;
import dev.rollouts.api.analysis.MetricResult;
import dev.rollouts.engine.analysis.AnalysisForecast;
import dev.rollouts.engine.analysis.AnalysisForecast.Outlook;
import dev.rollouts.engine.explain.text.Words;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why a run stands as it does, what it waits for, and what would have to change. A value; reads
 * spec and status only, whoever wrote them.
 *
 * @param phase of the run
 * @param at the moment that times are told from
 * @param startedAt null before the first decision
 * @param completedAt null while the run goes on, and for runs whose spec was unusable
 * @param message the status', control characters escaped; often empty
 * @param causes from the phase down to the numbers
 * @param changes what would have led elsewhere, the likeliest first; empty when all is well
 * @param waits what the run waits for, the earliest first; empty when nothing more happens to it
 * @param metrics in spec order, then those that only the status knows
 */
public record Explanation(
    AnalysisPhase phase,
    Instant at,
    @Nullable Instant startedAt,
    @Nullable Instant completedAt,
    String message,
    List<Cause> causes,
    List<String> changes,
    List<Wait> waits,
    List<MetricAccount> metrics) {
  public Explanation {
    causes = List.copyOf(causes);
    changes = List.copyOf(changes);
    waits = List.copyOf(waits);
    metrics = List.copyOf(metrics);
  }

  /**
   * Explains a run.
   *
   * @param spec as it stands now; where it was edited after the run completed and no longer fits,
   *     the explanation says so
   * @param status as last saved, by this engine or by Argo Rollouts
   * @param now what waiting and overdue are told from
   */
  public static Explanation of(AnalysisSpec spec, AnalysisRunStatus status, Instant now) {
    AnalysisForecast forecast = AnalysisForecast.of(spec, status, now);
    return new Explanation(
        status.phase(),
        now,
        status.startedAt(),
        status.completedAt(),
        Words.shown(status.message()),
        new Causes(spec, status, forecast, now).all(),
        new Changes(status, forecast).all(),
        new Waits(spec, status, forecast, now).all(),
        accounts(status, forecast));
  }

  private static List<MetricAccount> accounts(AnalysisRunStatus status, AnalysisForecast forecast) {
    List<MetricAccount> accounts = new ArrayList<>();
    boolean completed = status.phase().isCompleted();
    for (Outlook outlook : forecast.metrics()) {
      accounts.add(Accounts.of(outlook, completed));
    }
    for (MetricResult result : status.metricResults()) {
      if (forecast.metric(result.name()).isEmpty()) {
        accounts.add(Accounts.withoutSpec(result));
      }
    }
    return accounts;
  }

  /** The explanation in plain words, lines of any length. */
  public String text() {
    return text(0);
  }

  /**
   * The explanation in plain words.
   *
   * @param width where lines are broken, if they can be; 0 for never
   */
  public String text(int width) {
    return new PlainText(this, width).render();
  }

  /**
   * As {@link #text(int)}, without the lines that tell the phase and since when; for a place that
   * has told it.
   *
   * @param width where lines are broken, if they can be; 0 for never
   */
  public String body(int width) {
    return new PlainText(this, width).body();
  }
}
