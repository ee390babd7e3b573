/** Numbers for Prometheus, and who may ask whether the process lives. */
@NullMarked
package dev.rollouts.controller.metrics;

import org.jspecify.annotations.NullMarked;
