/** Objects as the API server has them, and what this process writes. */
@NullMarked
package dev.rollouts.controller.kube;

import org.jspecify.annotations.NullMarked;
