package dev.rollouts.controller;

import dev.rollouts.api.plugin.StepPlugin;
import dev.rollouts.api.wire.JsonObject;
import java.util.Map;

/** A step that is done when it is asked for the second time, as its own status says. */
public final class GatePlugin implements StepPlugin {
  @Override
  public String name() {
    return "test/gate";
  }

  @Override
  public Result run(Call call) {
    return call.status().at("asked") == null
        ? Result.running("opening", null, JsonObject.of(Map.of("asked", true)))
        : Result.successful("open", call.status());
  }
}
