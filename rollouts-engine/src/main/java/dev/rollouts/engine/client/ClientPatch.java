package dev.rollouts.engine.client;

import dev.rollouts.api.wire.JsonObject;

/**
 * A JSON merge patch of a rollout, a run or an experiment. One of the status goes to the {@code
 * status} subresource, and to the object itself where there is none.
 *
 * @param ofStatus whether it is of the status rather than of the spec
 * @param body the whole patch, from the root of the object; null values remove
 */
public record ClientPatch(boolean ofStatus, JsonObject body) {}
