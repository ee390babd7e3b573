package dev.rollouts.api.experiment;

import dev.rollouts.api.LabelSelector;
import dev.rollouts.api.rollout.ServiceRef;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.api.wire.Required;
import org.jspecify.annotations.Nullable;

/**
 * One ReplicaSet of an experiment.
 *
 * @param replicas null means 1
 * @param service null means none; an empty name means that of the ReplicaSet
 */
public record ExperimentTemplate(
    @Required String name,
    @Nullable Integer replicas,
    int minReadySeconds,
    @Nullable LabelSelector selector,
    JsonObject template,
    @Nullable ServiceRef service) {}
