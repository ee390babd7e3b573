/**
 * What a service does that judges releases by itself. Start with {@link
 * dev.rollouts.examples.ReleaseGate}.
 */
@NullMarked
package dev.rollouts.examples;

import org.jspecify.annotations.NullMarked;
