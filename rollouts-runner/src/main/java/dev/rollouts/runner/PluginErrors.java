package dev.rollouts.runner;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.provider.Observation;
import dev.rollouts.api.provider.config.PluginConfig;
import dev.rollouts.api.provider.config.ProviderConfig;
import dev.rollouts.engine.analysis.AnalysisEffect;

/** Errors of plugins say what was tried (P-220). */
final class PluginErrors {
  private PluginErrors() {}

  /** What an error of this provider begins with; empty when it is no plugin. */
  static String prefix(ProviderConfig config, AnalysisEffect.Asking effect) {
    if (!(config instanceof PluginConfig)) {
      return "";
    }
    String verb =
        effect instanceof AnalysisEffect.Resume
            ? "resume"
            : effect instanceof AnalysisEffect.Terminate ? "terminate" : "run";
    return "failed to " + verb + " via plugin: ";
  }

  /** The observation, with the prefix if it is an error. */
  static Observation named(
      ProviderConfig config, AnalysisEffect.Asking effect, Observation observation) {
    String prefix = prefix(config, effect);
    if (prefix.isEmpty()) {
      return observation;
    }
    if (observation instanceof Observation.Failure failure) {
      return new Observation.Failure(prefix + failure.message(), failure.metadata());
    }
    if (observation instanceof Observation.Verdict verdict
        && verdict.phase() == AnalysisPhase.ERROR) {
      return new Observation.Verdict(
          verdict.phase(), verdict.value(), prefix + verdict.message(), verdict.metadata());
    }
    return observation;
  }
}
