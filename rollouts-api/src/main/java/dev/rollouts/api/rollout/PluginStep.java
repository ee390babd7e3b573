package dev.rollouts.api.rollout;

import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.api.wire.Required;

/**
 * A step that a plugin performs.
 *
 * @param name {@code <owner>/<repo>}
 * @param config what the plugin wants to know
 */
public record PluginStep(@Required String name, JsonObject config) {}
