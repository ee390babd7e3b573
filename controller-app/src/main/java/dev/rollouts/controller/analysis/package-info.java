/** AnalysisRuns on a cluster. */
@NullMarked
package dev.rollouts.controller.analysis;

import org.jspecify.annotations.NullMarked;
