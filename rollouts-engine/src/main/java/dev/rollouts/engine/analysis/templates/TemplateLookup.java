package dev.rollouts.engine.analysis.templates;

import dev.rollouts.api.analysis.AnalysisTemplateSpec;
import dev.rollouts.api.analysis.TemplateRef;
import java.util.Optional;

/**
 * Finds templates by reference: an AnalysisTemplate in the namespace of the run, or a
 * ClusterAnalysisTemplate.
 */
@FunctionalInterface
public interface TemplateLookup {
  /** The template, or empty when it does not exist. */
  Optional<AnalysisTemplateSpec> find(TemplateRef ref);
}
