/**
 * What AWS says of load balancers (T-158, T-200). Open {@link
 * dev.rollouts.controller.aws.AwsVerification} first; only {@code ElbClient} knows the SDK, which
 * is not loaded unless somebody asks.
 */
@NullMarked
package dev.rollouts.controller.aws;

import org.jspecify.annotations.NullMarked;
