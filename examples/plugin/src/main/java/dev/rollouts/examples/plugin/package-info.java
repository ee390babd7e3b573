/** A plugin of each kind, as small as can be: they read and write files of a shared folder. */
@NullMarked
package dev.rollouts.examples.plugin;

import org.jspecify.annotations.NullMarked;
