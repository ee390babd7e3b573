/**
 * Measures with Wavefront. Start with {@link dev.rollouts.analysis.wavefront.WavefrontProvider}.
 *
 * <pre>{@code
 * var provider = new WavefrontProvider();
 * Observation seen =
 *     provider.run(context.withSecrets(secrets), new WavefrontQuery("example.wavefront.com", "ts(requests)"));
 * }</pre>
 */
@NullMarked
package dev.rollouts.analysis.wavefront;

import org.jspecify.annotations.NullMarked;
