package dev.rollouts.engine.explain;

/**
 * Something that a person can do.
 *
 * @param purpose what it is good for, without a full stop
 * @param command what to type; empty where there is no one command for it
 */
public record Action(String purpose, String command) {}
