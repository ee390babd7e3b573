/**
 * The engine as a Kubernetes controller: watches, asks for decisions, saves statuses, performs
 * effects. What is right is decided elsewhere.
 */
@NullMarked
package dev.rollouts.controller;

import org.jspecify.annotations.NullMarked;
