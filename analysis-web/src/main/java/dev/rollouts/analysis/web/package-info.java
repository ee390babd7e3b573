/**
 * Measures with any endpoint that answers JSON or text. Start with {@link
 * dev.rollouts.analysis.web.WebProvider}.
 *
 * <pre>{@code
 * var provider = new WebProvider();
 * Observation seen = provider.run(context, WebRequest.get("https://shop/health").withJsonPath("{$.data.ok}"));
 * }</pre>
 */
@NullMarked
package dev.rollouts.analysis.web;

import org.jspecify.annotations.NullMarked;
