package dev.rollouts.api.rollout;

import dev.rollouts.api.wire.IntOrString;
import dev.rollouts.api.wire.Required;
import org.jspecify.annotations.Nullable;

/**
 * Two versions side by side and a Service that is switched between them. Spec:
 * docs/spec/blue-green.md.
 *
 * @param activeService Service that points at the live version
 * @param previewService Service that always points at the newest version; empty for none
 * @param previewReplicaCount size of the preview before it is released; null means full size
 * @param autoPromotionEnabled null means true
 * @param autoPromotionSeconds pause before the switch, in seconds; 0 means none
 * @param maxUnavailable used for restarts only; null means 25 %
 * @param scaleDownDelaySeconds null means 30
 * @param scaleDownDelayRevisionLimit old ReplicaSets that may wait out their delay; null means any
 * @param abortScaleDownDelaySeconds null means 30, 0 keeps the preview
 */
public record BlueGreenStrategy(
    @Required String activeService,
    String previewService,
    @Nullable Integer previewReplicaCount,
    @Nullable Boolean autoPromotionEnabled,
    int autoPromotionSeconds,
    @Nullable IntOrString maxUnavailable,
    @Nullable Integer scaleDownDelaySeconds,
    @Nullable Integer scaleDownDelayRevisionLimit,
    @Nullable RolloutAnalysis prePromotionAnalysis,
    @Nullable RolloutAnalysis postPromotionAnalysis,
    @Nullable AntiAffinity antiAffinity,
    @Nullable PodTemplateMetadata previewMetadata,
    @Nullable PodTemplateMetadata activeMetadata,
    @Nullable Integer abortScaleDownDelaySeconds) {}
