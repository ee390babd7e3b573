package dev.rollouts.engine.rollout.replicas;

/** Pods of the new and of the stable version. */
public record CanarySplit(int canary, int stable) {}
