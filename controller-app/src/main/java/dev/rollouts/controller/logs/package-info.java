/** What every log line of a piece of work says besides its message. */
@NullMarked
package dev.rollouts.controller.logs;

import org.jspecify.annotations.NullMarked;
