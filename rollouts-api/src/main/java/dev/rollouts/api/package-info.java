/**
 * What the kinds have in common. Start with {@link dev.rollouts.api.KubernetesObject}; the analysis
 * kinds are in {@code dev.rollouts.api.analysis}, the interface for metric providers in {@code
 * dev.rollouts.api.provider}.
 */
@NullMarked
package dev.rollouts.api;

import org.jspecify.annotations.NullMarked;
