/**
 * Command lines as the programs around kubectl have them: a tree of commands with flags of their
 * own, {@code --flag=value} or {@code --flag value}, short ones that may be joined, and their words
 * for what is wrong. Open {@link dev.rollouts.cli.plugin.line.CommandLine} first.
 *
 * <p>Knows nothing of Rollouts. docs/adr/0011-a-command-line-of-its-own.md says why it is here.
 */
@NullMarked
package dev.rollouts.cli.plugin.line;

import org.jspecify.annotations.NullMarked;
