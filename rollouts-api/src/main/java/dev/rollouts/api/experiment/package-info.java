/**
 * Experiment as immutable records: temporary ReplicaSets side by side, with analyses. Start with
 * {@link dev.rollouts.api.experiment.Experiment}.
 */
@NullMarked
package dev.rollouts.api.experiment;

import org.jspecify.annotations.NullMarked;
