/**
 * The {@code rollouts} command. Start with {@link dev.rollouts.cli.Main}; each command is a class
 * named after it.
 *
 * <p>A command reads its input, hands it to the engine, a simulation or a runner, and prints what
 * came of it. It decides nothing.
 */
@NullMarked
package dev.rollouts.cli;

import org.jspecify.annotations.NullMarked;
