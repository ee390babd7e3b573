package dev.rollouts.api.rollout;

import dev.rollouts.api.LabelSelector;
import dev.rollouts.api.wire.Required;
import org.jspecify.annotations.Nullable;

/**
 * A version that takes part in an experiment.
 *
 * @param specRef {@code canary} or {@code stable}
 * @param replicas null means 1
 * @param weight share of the traffic; null means none
 */
public record ExperimentStepTemplate(
    @Required String name,
    @Required String specRef,
    @Nullable Integer replicas,
    @Nullable PodTemplateMetadata metadata,
    @Nullable LabelSelector selector,
    @Nullable Integer weight,
    @Nullable ServiceRef service) {}
