package dev.rollouts.testcluster;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Script, restart policy and time running, to status. */
class PodLifeTest {
  private static final Instant START = Instant.parse("2026-11-23T10:00:00Z");

  @ParameterizedTest(name = "{0}, {1} s, {2}: {3}")
  @MethodSource("lives")
  void statusFollowsTheScript(
      String restartPolicy, long seconds, PodScript script, String expected) {
    PodStatus status = life(pod(restartPolicy), script, seconds).status().orElseThrow();

    assertThat(summary(status)).isEqualTo(expected);
  }

  static Stream<Arguments> lives() {
    PodScript ready = PodScript.ready();
    PodScript slow = ready.readyAfter(Duration.ofSeconds(2));
    PodScript fails = ready.exitsAfter(Duration.ofSeconds(5), 3);
    PodScript ends = ready.exitsAfter(Duration.ofSeconds(5), 0);
    return Stream.of(
        Arguments.of("Always", 0, ready, "Running ready: running"),
        Arguments.of("Always", 1, slow, "Running: running"),
        Arguments.of("Always", 2, slow, "Running ready: running"),
        Arguments.of("Always", 900, ready.butNeverReady(), "Running: running"),
        Arguments.of("Always", 9, ready.butWithoutImage(), "Pending: ImagePullBackOff"),
        Arguments.of("Always", 4, fails, "Running ready: running"),
        Arguments.of("Always", 5, fails, "Running: CrashLoopBackOff"),
        Arguments.of("Always", 5, ends, "Running: CrashLoopBackOff"),
        Arguments.of("OnFailure", 5, fails, "Running: CrashLoopBackOff"),
        Arguments.of("OnFailure", 5, ends, "Succeeded: exit 0"),
        Arguments.of("Never", 4, fails, "Running ready: running"),
        Arguments.of("Never", 5, fails, "Failed: exit 3"),
        Arguments.of("Never", 5, ends, "Succeeded: exit 0"),
        Arguments.of("Never", 0, ready, "Succeeded: exit 0"));
  }

  @Test
  void aStatusIsWrittenOnce() {
    Pod pod = pod("Always");
    PodStatus written = life(pod, PodScript.ready(), 0).status().orElseThrow();

    assertThat(life(with(pod, written), PodScript.ready(), 7).status()).isEmpty();
  }

  @Test
  void aConditionKeepsTheTimeOfItsLastTransition() {
    Pod pod = pod("Always");
    PodStatus running = life(pod, PodScript.ready().butNeverReady(), 0).status().orElseThrow();
    PodStatus ready = life(with(pod, running), PodScript.ready(), 9).status().orElseThrow();

    assertThat(condition(ready, "Initialized").getLastTransitionTime())
        .isEqualTo("2026-11-23T10:00:00Z");
    assertThat(condition(ready, "Ready").getLastTransitionTime()).isEqualTo("2026-11-23T10:00:09Z");
  }

  @Test
  void aReadinessGateHoldsThePodUntilSomebodyOpensIt() {
    Pod gated =
        new PodBuilder(pod("Always"))
            .editSpec()
            .addNewReadinessGate("example.com/registered")
            .endSpec()
            .build();
    PodStatus closed = life(gated, PodScript.ready(), 0).status().orElseThrow();
    Pod opened =
        new PodBuilder(with(gated, closed))
            .editStatus()
            .addNewCondition()
            .withType("example.com/registered")
            .withStatus("True")
            .endCondition()
            .endStatus()
            .build();

    assertThat(condition(closed, "ContainersReady").getStatus()).isEqualTo("True");
    assertThat(condition(closed, "Ready").getReason()).isEqualTo("ReadinessGatesNotReady");
    PodStatus open = life(opened, PodScript.ready(), 1).status().orElseThrow();
    assertThat(condition(open, "Ready").getStatus()).isEqualTo("True");
    assertThat(open.getConditions())
        .extracting(PodCondition::getType)
        .doesNotContain("example.com/registered");
  }

  @Test
  void aPodThatHasEndedStaysAsItIs() {
    Pod pod = pod("Never");
    PodStatus ended = life(pod, PodScript.ready(), 0).status().orElseThrow();

    assertThat(life(with(pod, ended), PodScript.ready().butNeverReady(), 9).status()).isEmpty();
  }

  @Test
  void theNextChangeIsForetold() {
    PodScript script =
        PodScript.ready().readyAfter(Duration.ofSeconds(2)).exitsAfter(Duration.ofSeconds(5), 1);

    assertThat(life(pod("Always"), script, 1).changesIn()).contains(Duration.ofSeconds(1));
    assertThat(life(pod("Always"), script, 2).changesIn()).contains(Duration.ofSeconds(3));
    assertThat(life(pod("Always"), script, 5).changesIn()).isEmpty();
  }

  private static PodLife life(Pod pod, PodScript script, long seconds) {
    return new PodLife(pod, script, "10.128.0.1", START, START.plusSeconds(seconds));
  }

  private static Pod pod(String restartPolicy) {
    return new PodBuilder()
        .withNewMetadata()
        .endMetadata()
        .withNewSpec()
        .withRestartPolicy(restartPolicy)
        .addNewContainer()
        .withName("main")
        .withImage("registry.example/shop:1")
        .endContainer()
        .endSpec()
        .withNewStatus()
        .withPhase("Pending")
        .endStatus()
        .build();
  }

  private static Pod with(Pod pod, PodStatus status) {
    return new PodBuilder(pod).withStatus(status).build();
  }

  private static PodCondition condition(PodStatus status, String type) {
    return status.getConditions().stream()
        .filter(condition -> condition.getType().equals(type))
        .findFirst()
        .orElseThrow();
  }

  private static String summary(PodStatus status) {
    String ready = condition(status, "Ready").getStatus().equals("True") ? " ready" : "";
    return status.getPhase()
        + ready
        + ": "
        + status.getContainerStatuses().stream()
            .map(container -> summary(container.getState()))
            .collect(joining(", "));
  }

  private static String summary(ContainerState state) {
    if (state.getWaiting() != null) {
      return state.getWaiting().getReason();
    }
    return state.getRunning() != null ? "running" : "exit " + state.getTerminated().getExitCode();
  }
}
