package dev.rollouts.api.rollout;

import dev.rollouts.api.Condition;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What has been observed and decided so far; all that a restarted process needs to go on. Times are
 * whole seconds. Spec: docs/spec/rollout-api.md#status.
 *
 * @param abort the update is aborted; a client sets and clears it
 * @param controllerPause true with empty {@code pauseConditions} means that somebody has just
 *     resumed
 * @param currentPodHash hash label of the new ReplicaSet
 * @param currentStepIndex from 0; the number of steps when all are done; null without steps
 * @param observedGeneration decimal
 * @param stableRS hash of the last fully promoted ReplicaSet; empty until the first
 * @param promoteFull somebody asked to skip everything that is left
 */
public record RolloutStatus(
    boolean abort,
    List<PauseCondition> pauseConditions,
    boolean controllerPause,
    @Nullable Instant abortedAt,
    String currentPodHash,
    String currentStepHash,
    int replicas,
    int updatedReplicas,
    int readyReplicas,
    int availableReplicas,
    @Nullable Integer currentStepIndex,
    @Nullable Integer collisionCount,
    String observedGeneration,
    List<Condition> conditions,
    CanaryStatus canary,
    BlueGreenStatus blueGreen,
    int HPAReplicas,
    String selector,
    String stableRS,
    @Nullable Instant restartedAt,
    boolean promoteFull,
    @Nullable RolloutPhase phase,
    String message,
    String workloadObservedGeneration,
    @Nullable AlbStatus alb,
    List<AlbStatus> albs,
    @Nullable RolloutDuration duration) {
  public RolloutStatus {
    pauseConditions = List.copyOf(pauseConditions);
    conditions = List.copyOf(conditions);
    albs = List.copyOf(albs);
  }

  private static final RolloutStatus EMPTY =
      new RolloutStatus(
          false,
          List.of(),
          false,
          null,
          "",
          "",
          0,
          0,
          0,
          0,
          null,
          null,
          "",
          List.of(),
          CanaryStatus.empty(),
          BlueGreenStatus.empty(),
          0,
          "",
          "",
          null,
          false,
          null,
          "",
          "",
          null,
          List.of(),
          null);

  /** The status of a rollout that nobody has looked at yet. */
  public static RolloutStatus empty() {
    return EMPTY;
  }

  /** A builder that starts from this status. */
  public Builder toBuilder() {
    return new Builder(this);
  }

  /** The condition of a type, if it was ever written. */
  public Optional<Condition> condition(String type) {
    return conditions.stream().filter(each -> each.type().equals(type)).findFirst();
  }

  /** Whether the controller has paused for a reason. */
  public boolean isPausedFor(String reason) {
    return pauseConditions.stream().anyMatch(each -> each.reason().equals(reason));
  }

  /** Changes a status field by field. Not thread-safe. */
  public static final class Builder {
    private boolean abort;
    private List<PauseCondition> pauseConditions;
    private boolean controllerPause;
    private @Nullable Instant abortedAt;
    private String currentPodHash;
    private String currentStepHash;
    private int replicas;
    private int updatedReplicas;
    private int readyReplicas;
    private int availableReplicas;
    private @Nullable Integer currentStepIndex;
    private @Nullable Integer collisionCount;
    private String observedGeneration;
    private List<Condition> conditions;
    private CanaryStatus canary;
    private BlueGreenStatus blueGreen;
    private int HPAReplicas;
    private String selector;
    private String stableRS;
    private @Nullable Instant restartedAt;
    private boolean promoteFull;
    private @Nullable RolloutPhase phase;
    private String message;
    private String workloadObservedGeneration;
    private @Nullable AlbStatus alb;
    private List<AlbStatus> albs;
    private @Nullable RolloutDuration duration;

    private Builder(RolloutStatus from) {
      abort = from.abort;
      pauseConditions = from.pauseConditions;
      controllerPause = from.controllerPause;
      abortedAt = from.abortedAt;
      currentPodHash = from.currentPodHash;
      currentStepHash = from.currentStepHash;
      replicas = from.replicas;
      updatedReplicas = from.updatedReplicas;
      readyReplicas = from.readyReplicas;
      availableReplicas = from.availableReplicas;
      currentStepIndex = from.currentStepIndex;
      collisionCount = from.collisionCount;
      observedGeneration = from.observedGeneration;
      conditions = from.conditions;
      canary = from.canary;
      blueGreen = from.blueGreen;
      HPAReplicas = from.HPAReplicas;
      selector = from.selector;
      stableRS = from.stableRS;
      restartedAt = from.restartedAt;
      promoteFull = from.promoteFull;
      phase = from.phase;
      message = from.message;
      workloadObservedGeneration = from.workloadObservedGeneration;
      alb = from.alb;
      albs = from.albs;
      duration = from.duration;
    }

    /** Sets {@code abort}. */
    public Builder abort(boolean value) {
      abort = value;
      return this;
    }

    /** Sets {@code pauseConditions}. */
    public Builder pauseConditions(List<PauseCondition> value) {
      pauseConditions = value;
      return this;
    }

    /** Sets {@code controllerPause}. */
    public Builder controllerPause(boolean value) {
      controllerPause = value;
      return this;
    }

    /** Sets {@code abortedAt}. */
    public Builder abortedAt(@Nullable Instant value) {
      abortedAt = value;
      return this;
    }

    /** Sets {@code currentPodHash}. */
    public Builder currentPodHash(String value) {
      currentPodHash = value;
      return this;
    }

    /** Sets {@code currentStepHash}. */
    public Builder currentStepHash(String value) {
      currentStepHash = value;
      return this;
    }

    /** Sets {@code replicas}. */
    public Builder replicas(int value) {
      replicas = value;
      return this;
    }

    /** Sets {@code updatedReplicas}. */
    public Builder updatedReplicas(int value) {
      updatedReplicas = value;
      return this;
    }

    /** Sets {@code readyReplicas}. */
    public Builder readyReplicas(int value) {
      readyReplicas = value;
      return this;
    }

    /** Sets {@code availableReplicas}. */
    public Builder availableReplicas(int value) {
      availableReplicas = value;
      return this;
    }

    /** Sets {@code currentStepIndex}. */
    public Builder currentStepIndex(@Nullable Integer value) {
      currentStepIndex = value;
      return this;
    }

    /** Sets {@code collisionCount}. */
    public Builder collisionCount(@Nullable Integer value) {
      collisionCount = value;
      return this;
    }

    /** Sets {@code observedGeneration}. */
    public Builder observedGeneration(String value) {
      observedGeneration = value;
      return this;
    }

    /** Sets {@code conditions}. */
    public Builder conditions(List<Condition> value) {
      conditions = value;
      return this;
    }

    /** Sets {@code canary}. */
    public Builder canary(CanaryStatus value) {
      canary = value;
      return this;
    }

    /** Sets {@code blueGreen}. */
    public Builder blueGreen(BlueGreenStatus value) {
      blueGreen = value;
      return this;
    }

    /** Sets {@code HPAReplicas}. */
    public Builder HPAReplicas(int value) {
      HPAReplicas = value;
      return this;
    }

    /** Sets {@code selector}. */
    public Builder selector(String value) {
      selector = value;
      return this;
    }

    /** Sets {@code stableRS}. */
    public Builder stableRS(String value) {
      stableRS = value;
      return this;
    }

    /** Sets {@code restartedAt}. */
    public Builder restartedAt(@Nullable Instant value) {
      restartedAt = value;
      return this;
    }

    /** Sets {@code promoteFull}. */
    public Builder promoteFull(boolean value) {
      promoteFull = value;
      return this;
    }

    /** Sets {@code phase}. */
    public Builder phase(@Nullable RolloutPhase value) {
      phase = value;
      return this;
    }

    /** Sets {@code message}. */
    public Builder message(String value) {
      message = value;
      return this;
    }

    /** Sets {@code workloadObservedGeneration}. */
    public Builder workloadObservedGeneration(String value) {
      workloadObservedGeneration = value;
      return this;
    }

    /** Sets {@code alb}. */
    public Builder alb(@Nullable AlbStatus value) {
      alb = value;
      return this;
    }

    /** Sets {@code albs}. */
    public Builder albs(List<AlbStatus> value) {
      albs = value;
      return this;
    }

    /** Sets {@code duration}. */
    public Builder duration(@Nullable RolloutDuration value) {
      duration = value;
      return this;
    }

    /** The status. */
    public RolloutStatus build() {
      return new RolloutStatus(
          abort,
          pauseConditions,
          controllerPause,
          abortedAt,
          currentPodHash,
          currentStepHash,
          replicas,
          updatedReplicas,
          readyReplicas,
          availableReplicas,
          currentStepIndex,
          collisionCount,
          observedGeneration,
          conditions,
          canary,
          blueGreen,
          HPAReplicas,
          selector,
          stableRS,
          restartedAt,
          promoteFull,
          phase,
          message,
          workloadObservedGeneration,
          alb,
          albs,
          duration);
    }
  }
}
