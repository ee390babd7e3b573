/**
 * The kubectl plugin: the program {@code kubectl-argo-rollouts}. Open {@link
 * dev.rollouts.cli.plugin.Main} first, then {@link dev.rollouts.cli.plugin.Commands}, which lists
 * the commands.
 *
 * <p>A command reads objects through {@link dev.rollouts.cli.kube}, lets the engine say what to
 * write, and shows objects through {@link dev.rollouts.cli.plugin.view}. Words, streams, exit codes
 * and requests: docs/spec/cli.md.
 */
@NullMarked
package dev.rollouts.cli.plugin;

import org.jspecify.annotations.NullMarked;
