/** Kubernetes events. */
@NullMarked
package dev.rollouts.controller.events;

import org.jspecify.annotations.NullMarked;
