/** A fleet of rollouts on a real API server, and what a controller needs to update them. */
@NullMarked
package dev.rollouts.benchmarks.controller;

import org.jspecify.annotations.NullMarked;
