/** Experiments on a cluster. */
@NullMarked
package dev.rollouts.controller.experiment;

import org.jspecify.annotations.NullMarked;
