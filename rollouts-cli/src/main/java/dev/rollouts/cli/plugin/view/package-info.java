/**
 * What the plugin shows: objects in, lines out, no I/O and no clock. Open {@link
 * dev.rollouts.cli.plugin.view.RolloutView} first. Rules: docs/spec/cli.md.
 */
@NullMarked
package dev.rollouts.cli.plugin.view;

import org.jspecify.annotations.NullMarked;
