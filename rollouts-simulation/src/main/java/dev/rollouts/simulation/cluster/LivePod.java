package dev.rollouts.simulation.cluster;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A pod, as it is. */
final class LivePod {
  static final long NOT_READY = -1;

  final LiveReplicaSet owner;
  final String name;
  final long number;
  final long createdAt;
  final int node;

  long readySince = NOT_READY;
  boolean available;
  boolean gone;

  /** Written over the template's; null while nothing was. */
  @Nullable Map<String, String> labels;

  @Nullable Map<String, String> annotations;

  LivePod(LiveReplicaSet owner, String name, long number, long createdAt, int node) {
    this.owner = owner;
    this.name = name;
    this.number = number;
    this.createdAt = createdAt;
    this.node = node;
  }

  boolean isReady() {
    return readySince != NOT_READY;
  }
}
