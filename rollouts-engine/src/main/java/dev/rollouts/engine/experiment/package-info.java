/**
 * Decisions about Experiments. Start with {@link dev.rollouts.engine.experiment.ExperimentEngine}.
 *
 * <p>Rules: docs/spec/experiment.md.
 */
@NullMarked
package dev.rollouts.engine.experiment;

import org.jspecify.annotations.NullMarked;
