/**
 * What the kubectl plugin takes on a real API server, as a process: open {@link
 * dev.rollouts.benchmarks.plugin.PluginTimes} first. Nothing here is published.
 */
@NullMarked
package dev.rollouts.benchmarks.plugin;

import org.jspecify.annotations.NullMarked;
