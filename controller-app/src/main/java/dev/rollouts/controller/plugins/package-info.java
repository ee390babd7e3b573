/**
 * Plugins: how their jars are loaded, and how what they do is kept from harming others. Open {@link
 * dev.rollouts.controller.plugins.InstalledPlugins} first.
 */
@NullMarked
package dev.rollouts.controller.plugins;

import org.jspecify.annotations.NullMarked;
