/**
 * Hashes of pod templates and steps, equal to those that Argo Rollouts computes. Start with {@link
 * dev.rollouts.engine.hash.PodTemplateHash}.
 */
@NullMarked
package dev.rollouts.engine.hash;

import org.jspecify.annotations.NullMarked;
