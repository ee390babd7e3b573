/**
 * Istio whose configuration is in another cluster. Open {@link
 * dev.rollouts.controller.istio.PrimaryCluster} first.
 */
@NullMarked
package dev.rollouts.controller.istio;

import org.jspecify.annotations.NullMarked;
