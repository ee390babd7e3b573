package dev.rollouts.engine.cluster;

import dev.rollouts.api.Condition;
import dev.rollouts.api.LabelSelector;
import dev.rollouts.api.ObjectMeta;
import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.api.wire.JsonObject;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A ReplicaSet as read, or as it should be.
 *
 * @param replicas {@code spec.replicas}
 * @param template the pod template, hash label and injected parts included
 */
public record ReplicaSet(
    ObjectMeta metadata,
    int replicas,
    int minReadySeconds,
    LabelSelector selector,
    JsonObject template,
    Status status) {

  /** Name of the object. */
  public String name() {
    return metadata.name();
  }

  /** The hash label; empty when there is none. */
  public String hash() {
    return metadata.labels().getOrDefault(RolloutKeys.POD_TEMPLATE_HASH, "");
  }

  /** The revision; 0 when it is not a number. */
  public long revision() {
    return number(RolloutKeys.REVISION).orElse(0);
  }

  /**
   * {@code spec.replicas} of the rollout when this was last scaled; empty when it does not parse.
   */
  public Optional<Integer> desiredReplicas() {
    int parsed = number(RolloutKeys.DESIRED_REPLICAS).orElse(Integer.MIN_VALUE);
    return parsed == Integer.MIN_VALUE ? Optional.empty() : Optional.of(parsed);
  }

  /** An annotation; null when absent. */
  public @Nullable String annotation(String key) {
    return metadata.annotations().get(key);
  }

  /**
   * Pods that are available, as far as the ReplicaSet's controller has seen the current spec; at
   * most {@link #replicas()} while it has not (pain 68).
   */
  public int available() {
    return isObserved()
        ? status.availableReplicas()
        : Math.min(replicas, status.availableReplicas());
  }

  /** Whether the status belongs to the current spec. */
  public boolean isObserved() {
    return status.observedGeneration() >= metadata.generation();
  }

  /** Whether every wanted pod is available, and there are some. */
  public boolean isFullyAvailable() {
    return replicas != 0 && available() >= replicas;
  }

  /** The same ReplicaSet with another size. */
  public ReplicaSet withReplicas(int count) {
    return new ReplicaSet(metadata, count, minReadySeconds, selector, template, status);
  }

  /** The same ReplicaSet with an annotation, or without it when the value is null. */
  public ReplicaSet withAnnotation(String key, @Nullable String value) {
    return withMetadata(metadata.withAnnotation(key, value));
  }

  /** The same ReplicaSet with other metadata. */
  public ReplicaSet withMetadata(ObjectMeta other) {
    return new ReplicaSet(other, replicas, minReadySeconds, selector, template, status);
  }

  /** The same ReplicaSet with another pod template. */
  public ReplicaSet withTemplate(JsonObject other) {
    return new ReplicaSet(metadata, replicas, minReadySeconds, selector, other, status);
  }

  /** The same ReplicaSet with another ready time. */
  public ReplicaSet withMinReadySeconds(int seconds) {
    return new ReplicaSet(metadata, replicas, seconds, selector, template, status);
  }

  /** The same ReplicaSet with another status. */
  public ReplicaSet withStatus(Status other) {
    return new ReplicaSet(metadata, replicas, minReadySeconds, selector, template, other);
  }

  private Optional<Integer> number(String key) {
    String text = metadata.annotations().get(key);
    return text != null && isNumber(text) ? Optional.of(Integer.valueOf(text)) : Optional.empty();
  }

  /** Whether it is of the form -?[0-9]{1,9}; asked too often for a regular expression. */
  private static boolean isNumber(String text) {
    int start = text.startsWith("-") ? 1 : 0;
    int digits = text.length() - start;
    if (digits < 1 || digits > 9) {
      return false;
    }
    for (int i = start; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return true;
  }

  /**
   * What the ReplicaSet's controller has reported.
   *
   * @param conditions such as {@code ReplicaFailure}
   */
  public record Status(
      int replicas,
      int readyReplicas,
      int availableReplicas,
      long observedGeneration,
      List<Condition> conditions) {
    private static final Status EMPTY = new Status(0, 0, 0, 0, List.of());

    public Status {
      conditions = List.copyOf(conditions);
    }

    /** Nothing reported yet. */
    public static Status empty() {
      return EMPTY;
    }
  }
}
