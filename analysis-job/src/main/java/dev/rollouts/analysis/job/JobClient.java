package dev.rollouts.analysis.job;

import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.api.wire.OrderedMap;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the provider asks of a cluster. Reads are current: none is answered from a cache.
 * Implementations are thread-safe and may block.
 */
public interface JobClient {
  /**
   * Creates a Job.
   *
   * @param manifest a batch/v1 Job with name and namespace
   * @throws RefusedException if it was not created, or nobody can tell
   */
  void create(JsonObject manifest) throws RefusedException;

  /** The Job of this name, or nothing when there is none. */
  Optional<JobState> find(String namespace, String name) throws RefusedException;

  /**
   * Deletes a Job and waits in the cluster for its pods to go first; one that is gone already is
   * fine.
   */
  void delete(String namespace, String name) throws RefusedException;

  /**
   * The pods of a Job: those that its selector selects and that carry the label.
   *
   * @param label name and value
   */
  List<PodState> pods(JobState job, Map.Entry<String, String> label) throws RefusedException;

  /**
   * All Jobs in a namespace that carry the label.
   *
   * @param label name and value
   */
  List<JobState> list(String namespace, Map.Entry<String, String> label) throws RefusedException;

  /**
   * A Job as far as anybody asks.
   *
   * @param controllerUid uid of the owner that is its controller; null when it has none
   * @param createdAt null when the cluster does not say
   * @param conditions types in their order, whatever their status
   * @param selector its {@code spec.selector}
   */
  record JobState(
      String namespace,
      String name,
      Map<String, String> labels,
      Map<String, String> annotations,
      @Nullable String controllerUid,
      @Nullable Instant createdAt,
      List<String> conditions,
      JsonObject selector) {
    public JobState {
      labels = OrderedMap.copyOf(labels);
      annotations = OrderedMap.copyOf(annotations);
      conditions = List.copyOf(conditions);
    }
  }

  /**
   * A pod as far as anybody asks.
   *
   * @param waiting containers that wait, init containers first
   */
  record PodState(String name, List<Waiting> waiting) {
    public PodState {
      waiting = List.copyOf(waiting);
    }
  }

  /** A container that waits, and why. */
  record Waiting(String container, String reason, String message) {}

  /** The cluster did not do what it was asked. The message is its own, and may be shown. */
  final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What became of the request. */
    public enum Kind {
      /** There is an object of this name. */
      ALREADY_EXISTS,
      /** Nothing was done. */
      REFUSED,
      /** The answer was lost on its way, or the server gave up: it may have been done. */
      UNCERTAIN
    }

    private final Kind kind;

    /** A request that was not answered with success. */
    public RefusedException(Kind kind, String message) {
      super(message);
      this.kind = kind;
    }

    /** What became of the request. */
    public Kind kind() {
      return kind;
    }
  }
}
