package dev.rollouts.controller.aws;

import dev.rollouts.engine.traffic.AlbTargets;
import dev.rollouts.engine.traffic.AlbWeights;
import java.util.Optional;
import java.util.Set;

/** Load balancers of an AWS account. Thread-safe; each call ends within a bounded time. */
interface LoadBalancers extends AutoCloseable {
  /** The load balancer with this DNS name, with its target groups and listener rules. */
  Optional<AlbWeights.LoadBalancer> find(String hostname) throws AwsException;

  /** The addresses that are registered with a target group. */
  Set<AlbTargets.Target> targets(String targetGroupArn) throws AwsException;

  @Override
  void close();
}
