/** Rollouts on a cluster. */
@NullMarked
package dev.rollouts.controller.rollout;

import org.jspecify.annotations.NullMarked;
