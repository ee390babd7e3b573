package dev.rollouts.runner;

import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.analysis.AnalysisRunStatus;
import dev.rollouts.api.analysis.Measurement;
import dev.rollouts.engine.Decision;
import dev.rollouts.engine.Event;
import dev.rollouts.engine.analysis.AnalysisEffect;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A listener that writes everything down. */
final class Heard implements AnalysisListener {
  final List<AnalysisRunStatus> statuses = Collections.synchronizedList(new ArrayList<>());
  final List<String> measured = Collections.synchronizedList(new ArrayList<>());
  final List<String> announced = Collections.synchronizedList(new ArrayList<>());
  final List<AnalysisRun> completed = Collections.synchronizedList(new ArrayList<>());
  final List<String> troubles = Collections.synchronizedList(new ArrayList<>());

  @Override
  public void decided(AnalysisRun run, Decision<AnalysisRunStatus, AnalysisEffect> decision) {
    statuses.add(decision.status());
  }

  @Override
  public void measured(AnalysisRun run, String metric, Measurement measurement) {
    measured.add(metric + " " + measurement.phase().wireName());
  }

  @Override
  public void announced(AnalysisRun run, Event event) {
    announced.add(event.reason());
  }

  @Override
  public void completed(AnalysisRun run) {
    completed.add(run);
  }

  @Override
  public void troubled(String run, String problem, @Nullable Throwable cause) {
    troubles.add(run + ": " + problem + (cause == null ? "" : ": " + cause.getMessage()));
  }
}
