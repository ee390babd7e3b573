/**
 * What the engine costs, by JMH: {@code ./dev bench}. Each figure stands beside its baseline,
 * measured in the same run; the table is in docs/benchmarks.md.
 */
@NullMarked
package dev.rollouts.benchmarks;

import org.jspecify.annotations.NullMarked;
