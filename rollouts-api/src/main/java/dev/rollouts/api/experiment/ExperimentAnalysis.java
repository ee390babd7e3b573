package dev.rollouts.api.experiment;

import dev.rollouts.api.analysis.Argument;
import dev.rollouts.api.wire.Required;
import java.util.List;

/**
 * A run that starts once everything is available.
 *
 * @param args {@code value} may hold placeholders (E-040)
 */
public record ExperimentAnalysis(
    @Required String name,
    @Required String templateName,
    boolean clusterScope,
    List<Argument> args,
    boolean requiredForCompletion) {
  public ExperimentAnalysis {
    args = List.copyOf(args);
  }
}
