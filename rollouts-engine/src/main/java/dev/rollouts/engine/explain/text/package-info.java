/** Words that explanations share: names, times and tallies as sentences need them, and lines. */
@NullMarked
package dev.rollouts.engine.explain.text;

import org.jspecify.annotations.NullMarked;
