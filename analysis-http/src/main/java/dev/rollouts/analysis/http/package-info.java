/**
 * What HTTP metric providers share. Start with {@link dev.rollouts.analysis.http.HttpTransport}.
 *
 * <p>A provider words an {@link dev.rollouts.analysis.http.Exchange}, the transport carries it out
 * within a {@link dev.rollouts.analysis.http.Deadline} and within what the operator allows, and
 * {@link dev.rollouts.analysis.http.Json} reads the answer:
 *
 * <pre>{@code
 * HttpAnswer answer = transport.send(Exchange.get(url).header("Accept", "application/json"), deadline);
 * Object document = Json.parse(answer.text());
 * }</pre>
 */
@NullMarked
package dev.rollouts.analysis.http;

import org.jspecify.annotations.NullMarked;
