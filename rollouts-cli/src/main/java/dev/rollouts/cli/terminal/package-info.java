/**
 * What a terminal can show: how wide it is, colours or not, which characters; and drawing within
 * that. Start with {@link dev.rollouts.cli.terminal.Screen}.
 */
@NullMarked
package dev.rollouts.cli.terminal;

import org.jspecify.annotations.NullMarked;
