/**
 * Lets Kayenta judge a canary. Start with {@link dev.rollouts.analysis.kayenta.KayentaProvider}.
 *
 * <p>A measurement starts an execution and stays in progress; each look at it asks Kayenta whether
 * the execution is complete:
 *
 * <pre>{@code
 * var provider = new KayentaProvider();
 * Observation started = provider.run(context, canary);              // InProgress with canaryExecutionId
 * Observation later = provider.resume(context, canary, inFlight);   // InProgress or Verdict
 * }</pre>
 */
@NullMarked
package dev.rollouts.analysis.kayenta;

import org.jspecify.annotations.NullMarked;
