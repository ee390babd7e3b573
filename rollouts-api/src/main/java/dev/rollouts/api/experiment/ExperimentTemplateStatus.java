package dev.rollouts.api.experiment;

import dev.rollouts.api.wire.Required;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A template as last seen.
 *
 * @param serviceName only while a Service exists
 * @param podTemplateHash only while a Service exists
 */
public record ExperimentTemplateStatus(
    @Required String name,
    @Required int replicas,
    @Required int updatedReplicas,
    @Required int readyReplicas,
    @Required int availableReplicas,
    @Nullable Integer collisionCount,
    @Nullable ExperimentTemplatePhase status,
    String message,
    @Nullable Instant lastTransitionTime,
    String serviceName,
    String podTemplateHash) {}
