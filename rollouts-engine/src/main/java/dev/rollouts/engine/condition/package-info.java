/**
 * The language of {@code successCondition}, {@code failureCondition} and of {@code
 * rangeQuery.start/end}: the expression dialect that Argo Rollouts templates are written in,
 * evaluated by Commons JEXL.
 *
 * <p>Open {@link dev.rollouts.engine.condition.ConditionEvaluator} first.
 *
 * <pre>{@code
 * var evaluator = new ConditionEvaluator();
 * Condition condition = evaluator.compile("result[0] >= 0.95", ResultKind.VECTOR);
 * ConditionOutcome outcome = evaluator.evaluate(condition, List.of(0.97), now);
 * }</pre>
 *
 * <p>May import: the API, Commons JEXL, re2j. No I/O, no clock, no threads.
 */
@NullMarked
package dev.rollouts.engine.condition;

import org.jspecify.annotations.NullMarked;
