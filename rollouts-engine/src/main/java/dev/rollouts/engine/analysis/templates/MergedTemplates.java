package dev.rollouts.engine.analysis.templates;

import dev.rollouts.api.analysis.AnalysisSpec;
import dev.rollouts.api.wire.InvalidObjectException;
import dev.rollouts.api.wire.Problem;
import java.util.List;

/**
 * What templates come to when they are put together.
 *
 * @param spec as far as it could be built; to be used only without problems
 * @param problems in the order in which they were met; a controller reports the first, lint all
 */
public record MergedTemplates(AnalysisSpec spec, List<Problem> problems) {
  public MergedTemplates {
    problems = List.copyOf(problems);
  }

  /**
   * The spec of the run.
   *
   * @throws InvalidObjectException with every problem
   */
  public AnalysisSpec orThrow() {
    if (!problems.isEmpty()) {
      throw new InvalidObjectException("analysis", problems);
    }
    return spec;
  }
}
