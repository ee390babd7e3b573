/** One look at one object: observe, decide, save, act. The same for every kind. */
@NullMarked
package dev.rollouts.controller.turns;

import org.jspecify.annotations.NullMarked;
