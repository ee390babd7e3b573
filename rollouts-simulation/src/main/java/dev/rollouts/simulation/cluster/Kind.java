package dev.rollouts.simulation.cluster;

/** What can be read and watched. */
public enum Kind {
  ROLLOUT,
  REPLICA_SET,
  POD,
  ANALYSIS_RUN,
  EXPERIMENT,
  /** Everything else: Services, Deployments, routers' objects. */
  OBJECT
}
