package dev.rollouts.engine.analysis;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.engine.Event;

/** Events in the words of docs/spec/analysis-api.md#events. */
final class Events {
  private Events() {}

  static Event metricCompleted(String metric, AnalysisPhase phase) {
    return new Event(
        isWarning(phase),
        "Metric" + phase.wireName(),
        "Metric '" + metric + "' Completed. Result: " + phase.wireName());
  }

  static Event runCompleted(AnalysisPhase phase) {
    return new Event(
        isWarning(phase),
        "AnalysisRun" + phase.wireName(),
        "Analysis Completed. Result: " + phase.wireName());
  }

  private static boolean isWarning(AnalysisPhase phase) {
    return phase == AnalysisPhase.FAILED || phase == AnalysisPhase.ERROR;
  }
}
