/** What the guides show, compiled. Start with {@link dev.rollouts.examples.Embedding}. */
@NullMarked
package dev.rollouts.examples;

import org.jspecify.annotations.NullMarked;
