package dev.rollouts.testcluster;

import dev.rollouts.testcluster.PodScript.Waiting;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.PodReadinessGate;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What the status of a pod on a node must say; a pure function of the pod, its script and the time.
 *
 * @param pod as the API server has it
 * @param script what becomes of it
 * @param ip its address
 * @param startedAt since when its containers run
 * @param now the time
 */
record PodLife(Pod pod, PodScript script, String ip, Instant startedAt, Instant now) {
  private static final Set<String> FINAL = Set.of("Succeeded", "Failed");

  private enum Stage {
    WAITING,
    RUNNING,
    READY,
    CRASHED,
    SUCCEEDED,
    FAILED
  }

  /** The part of the status that is the kubelet's, unless the pod has it already. */
  Optional<PodStatus> status() {
    if (FINAL.contains(String.valueOf(pod.getStatus().getPhase()))) {
      return Optional.empty();
    }
    PodStatus own = status(stage());
    return isWritten(own) ? Optional.empty() : Optional.of(own);
  }

  private boolean isWritten(PodStatus own) {
    PodStatus present = pod.getStatus();
    return Objects.equals(own.getPhase(), present.getPhase())
        && Objects.equals(own.getPodIP(), present.getPodIP())
        && Objects.equals(own.getContainerStatuses(), present.getContainerStatuses())
        && present.getConditions().containsAll(own.getConditions());
  }

  /** How long until the status becomes another one by itself. */
  Optional<Duration> changesIn() {
    return Stream.concat(Stream.of(script.readyAfter()), runFor().stream())
        .map(turn -> turn.minus(ran()))
        .filter(left -> !left.isNegative() && !left.isZero())
        .min(Duration::compareTo);
  }

  private Duration ran() {
    return Duration.between(startedAt, now);
  }

  /** Empty: for ever. */
  private Optional<Duration> runFor() {
    return isRestarted() || script.runFor().isPresent()
        ? script.runFor()
        : Optional.of(Duration.ZERO);
  }

  private boolean isRestarted() {
    return "Always".equals(pod.getSpec().getRestartPolicy());
  }

  private Stage stage() {
    if (script.waiting().isPresent()) {
      return Stage.WAITING;
    }
    if (runFor().filter(end -> ran().compareTo(end) >= 0).isPresent()) {
      return ended();
    }
    return script.neverReady() || ran().compareTo(script.readyAfter()) < 0
        ? Stage.RUNNING
        : Stage.READY;
  }

  private Stage ended() {
    if (isRestarted()) {
      return Stage.CRASHED;
    }
    if (script.exitCode() == 0) {
      return Stage.SUCCEEDED;
    }
    return "OnFailure".equals(pod.getSpec().getRestartPolicy()) ? Stage.CRASHED : Stage.FAILED;
  }

  private PodStatus status(Stage stage) {
    return new PodStatusBuilder()
        .withPhase(phase(stage))
        .withPodIP(ip)
        .withStartTime(text(startedAt))
        .withContainerStatuses(
            pod.getSpec().getContainers().stream()
                .map(container -> container(container, stage))
                .toList())
        .withConditions(conditions(stage))
        .build();
  }

  private static String phase(Stage stage) {
    return switch (stage) {
      case WAITING -> "Pending";
      case RUNNING, READY, CRASHED -> "Running";
      case SUCCEEDED -> "Succeeded";
      case FAILED -> "Failed";
    };
  }

  private ContainerStatus container(Container container, Stage stage) {
    return new ContainerStatusBuilder()
        .withName(container.getName())
        .withImage(container.getImage())
        .withImageID(stage == Stage.WAITING ? "" : container.getImage())
        .withReady(stage == Stage.READY)
        .withStarted(stage == Stage.RUNNING || stage == Stage.READY)
        .withRestartCount(stage == Stage.CRASHED ? 1 : 0)
        .withState(state(stage))
        .withLastState(stage == Stage.CRASHED ? terminated() : new ContainerState())
        .build();
  }

  private ContainerState state(Stage stage) {
    return switch (stage) {
      case WAITING -> waiting(script.waiting().orElseThrow());
      case RUNNING, READY ->
          new ContainerStateBuilder()
              .withNewRunning()
              .withStartedAt(text(startedAt))
              .endRunning()
              .build();
      case CRASHED ->
          waiting(new Waiting("CrashLoopBackOff", "Back-off restarting, as the script says"));
      case SUCCEEDED, FAILED -> terminated();
    };
  }

  private static ContainerState waiting(Waiting why) {
    return new ContainerStateBuilder()
        .withNewWaiting()
        .withReason(why.reason())
        .withMessage(why.message())
        .endWaiting()
        .build();
  }

  private ContainerState terminated() {
    return new ContainerStateBuilder()
        .withNewTerminated()
        .withExitCode(script.exitCode())
        .withReason(script.exitCode() == 0 ? "Completed" : "Error")
        .withStartedAt(text(startedAt))
        .withFinishedAt(text(startedAt.plus(runFor().orElse(Duration.ZERO))))
        .endTerminated()
        .build();
  }

  /** Without those of readiness gates, which are somebody else's to write. */
  private List<PodCondition> conditions(Stage stage) {
    Optional<String> running = running(stage);
    return List.of(
        condition("Initialized", Optional.empty()),
        condition("ContainersReady", running),
        condition("Ready", running.or(this::closedGate)));
  }

  /** Why the containers are not ready. */
  private static Optional<String> running(Stage stage) {
    return switch (stage) {
      case READY -> Optional.empty();
      case SUCCEEDED -> Optional.of("PodCompleted");
      case FAILED -> Optional.of("PodFailed");
      case WAITING, RUNNING, CRASHED -> Optional.of("ContainersNotReady");
    };
  }

  private Optional<String> closedGate() {
    return pod.getSpec().getReadinessGates().stream()
        .map(PodReadinessGate::getConditionType)
        .filter(gate -> present(gate, "True").isEmpty())
        .map(gate -> "ReadinessGatesNotReady")
        .findFirst();
  }

  private PodCondition condition(String type, Optional<String> whyNot) {
    String status = whyNot.isPresent() ? "False" : "True";
    String since =
        present(type, status).map(PodCondition::getLastTransitionTime).orElseGet(() -> text(now));
    PodConditionBuilder condition =
        new PodConditionBuilder().withType(type).withStatus(status).withLastTransitionTime(since);
    whyNot.ifPresent(condition::withReason);
    return condition.build();
  }

  private Optional<PodCondition> present(String type, String status) {
    return pod.getStatus().getConditions().stream()
        .filter(there -> there.getType().equals(type) && there.getStatus().equals(status))
        .findFirst();
  }

  /** As Kubernetes writes times: whole seconds. */
  private static String text(Instant instant) {
    return instant.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
