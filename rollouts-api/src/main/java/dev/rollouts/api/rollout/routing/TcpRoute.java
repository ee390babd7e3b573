package dev.rollouts.api.rollout.routing;

/** A TCP route by port. */
public record TcpRoute(long port) {}
