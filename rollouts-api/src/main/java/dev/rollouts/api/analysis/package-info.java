/**
 * The model of analysis: templates, runs, metrics and what was measured.
 */
@NullMarked
package dev.rollouts.api.analysis;

import org.jspecify.annotations.NullMarked;
