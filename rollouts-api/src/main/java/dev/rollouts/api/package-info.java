/**
 * What the model of every kind has in common.
 */
@NullMarked
package dev.rollouts.api;

import org.jspecify.annotations.NullMarked;
