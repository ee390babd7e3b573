package dev.rollouts.simulation.cluster;

import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.engine.cluster.ClusterAnswer;
import dev.rollouts.engine.cluster.ClusterEffect;

/** What a step plugin does. Pure. */
@FunctionalInterface
public interface StepPluginScript {
  /** A plugin that has nothing to do. */
  StepPluginScript SUCCESSFUL =
      (call, millis) ->
          new ClusterAnswer.StepPluginAnswered(
              call.index(),
              call.operation(),
              "Successful",
              "",
              null,
              JsonObject.empty(),
              false,
              false,
              null);

  /**
   * What it answers.
   *
   * @param millis since the start
   */
  ClusterAnswer.StepPluginAnswered answer(ClusterEffect.CallStepPlugin call, long millis);
}
