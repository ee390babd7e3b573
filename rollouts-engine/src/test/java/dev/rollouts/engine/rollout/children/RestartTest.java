package dev.rollouts.engine.rollout.children;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.engine.cluster.ClusterAnswer;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.cluster.Pod;
import dev.rollouts.engine.cluster.ReplicaSet;
import dev.rollouts.engine.rollout.RolloutEngine;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Restarts: docs/spec/children.md, restart. */
class RestartTest {
  private static final Instant AT = Children.START.plusSeconds(600);
  private static final Instant NOW = AT.plusSeconds(5);
  private static final ReplicaSet STABLE = Children.replicaSet("old", 4, 0);
  private static final ReplicaSet FRESH = Children.replicaSet("new", 0, 1);

  private static Rollout rollout(String strategy, String restartedAt) {
    return Children.rollout(
        "{'replicas': 4, 'selector': {'matchLabels': {'app': 'web'}}, 'restartAt': '2026-05-01T10:10:00Z', 'strategy': "
            + strategy
            + "}",
        restartedAt.isEmpty() ? "{}" : "{'restartedAt': '" + restartedAt + "'}");
  }

  private static Rollout rollout(int unavailable) {
    return rollout("{'canary': {'maxUnavailable': " + unavailable + "}}", "");
  }

  /** Letters: o old, y young, t old and being deleted, u old and unavailable. */
  private static List<Pod> pods(String letters, ReplicaSet owner) {
    List<Pod> pods = new ArrayList<>();
    for (int i = 0; i < letters.length(); i++) {
      char letter = letters.charAt(i);
      pods.add(
          Children.pod(
              owner.hash() + "-" + pods.size(),
              owner,
              letter == 'y' ? AT : AT.minusSeconds(1),
              letter != 'u',
              letter == 't'));
    }
    return pods;
  }

  private static List<String> evicted(Restart restart) {
    return restart.effects().stream()
        .filter(ClusterEffect.EvictPod.class::isInstance)
        .map(effect -> ((ClusterEffect.EvictPod) effect).pod().name())
        .toList();
  }

  private static Restart decide(Rollout rollout, List<Pod> pods, ClusterAnswer... answers) {
    return Restart.decide(rollout, List.of(STABLE, FRESH), pods, List.of(answers), NOW);
  }

  @Test
  @DisplayName("R-420 nothing without restartAt, nor when it is done; a future one is waited for")
  void whenItIsNeeded() {
    Rollout none = Children.rollout("{}");
    assertThat(decide(none, pods("oooo", STABLE)).effects()).isEmpty();
    assertThat(Restart.isDue(none, NOW)).isFalse();

    Rollout done = rollout("{'canary': {}}", "2026-05-01T10:10:00Z");
    assertThat(decide(done, pods("oooo", STABLE)).effects()).isEmpty();
    assertThat(Restart.isDue(done, NOW)).isFalse();

    RolloutEngine engine = new RolloutEngine();
    assertThat(engine.readsPods(none, List.of())).isFalse();
    assertThat(engine.readsPods(done, List.of())).as("pods are not listed for ever").isFalse();
    assertThat(engine.readsPods(rollout(1), List.of())).isTrue();

    Rollout asked = rollout(1);
    Restart early = Restart.decide(asked, List.of(STABLE), pods("oooo", STABLE), List.of(), AT);
    assertThat(early.effects()).isEmpty();
    assertThat(early.restartedAt()).isNull();
    Instant wakeUp = early.wakeUp().orElseThrow();
    assertThat(wakeUp).isAfter(AT);
    assertThat(Restart.isDue(asked, AT)).isFalse();
    assertThat(Restart.isDue(asked, wakeUp)).isTrue();
  }

  @ParameterizedTest(name = "{0}: {1} with maxUnavailable {2} evicts {3}")
  @CsvSource({
    "R-421,oooo,1,1",
    "R-421,oooo,2,2",
    "R-421,oooo,0,1",
    "R-421,yooo,4,3",
    "R-421,tooo,1,0",
    "R-421,tooo,2,1",
    "R-421,uooo,2,1",
    "R-422,uuoo,1,0",
    "R-426,yyyo,1,1",
  })
  void theBudgetBoundsEvictions(String rule, String letters, int unavailable, int evictions) {
    Restart restart = decide(rollout(unavailable), pods(letters, STABLE));
    assertThat(evicted(restart)).as(rule).hasSize(evictions);
    assertThat(restart.pending()).isTrue();
    assertThat(restart.restartedAt()).isNull();
    assertThat(restart.wakeUp()).as("R-423").contains(NOW.plusSeconds(30));
  }

  @Test
  @DisplayName("R-421 blue-green counts its own maxUnavailable; surge pods of both versions count")
  void blueGreen() {
    Rollout rollout = rollout("{'blueGreen': {'activeService': 'a', 'maxUnavailable': 3}}", "");
    assertThat(evicted(decide(rollout, pods("oooo", STABLE)))).hasSize(3);
    ReplicaSet both = FRESH.withReplicas(2);
    List<Pod> all = new ArrayList<>(pods("oooo", STABLE));
    all.addAll(pods("yy", both));
    assertThat(evicted(Restart.decide(rollout(1), List.of(STABLE, both), all, List.of(), NOW)))
        .hasSize(1);
  }

  @Test
  @DisplayName("R-425 pods of the stable version go first, in the order in which they are listed")
  void order() {
    List<Pod> all = new ArrayList<>(pods("o", FRESH));
    all.addAll(pods("ooo", STABLE));
    assertThat(evicted(decide(rollout(2), all))).containsExactly("old-0", "old-1");
  }

  @Test
  @DisplayName("R-421 pods of other owners, or that the selector does not match, are left alone")
  void foreignPods() {
    List<Pod> pods = pods("oooo", Children.replicaSet("else", 4, 0));
    assertThat(decide(rollout(4), pods).restartedAt()).isEqualTo(AT);
    Rollout other =
        Children.rollout(
            "{'replicas': 4, 'selector': {'matchLabels': {'app': 'other'}}, 'restartAt': '2026-05-01T10:10:00Z', 'strategy': {'canary': {}}}");
    assertThat(decide(other, pods("oooo", STABLE)).effects()).isEmpty();
  }

  @Test
  @DisplayName("R-422 a pod that a disruption budget protects is tried again after 30 s")
  void disruptionBudget() {
    List<Pod> pods = pods("oooo", STABLE);
    Restart blocked =
        decide(
            rollout(2),
            pods,
            new ClusterAnswer.Refused(
                new ClusterEffect.EvictPod(pods.get(0)), ClusterAnswer.Refusal.BLOCKED, "budget"));
    assertThat(blocked.effects()).isEmpty();
    assertThat(blocked.wakeUp()).contains(NOW.plusSeconds(30));
    assertThat(blocked.pending()).isTrue();
  }

  @Test
  @DisplayName("R-422 another error is one to try again for; a pod that is gone is none")
  void otherErrors() {
    List<Pod> pods = pods("oooo", STABLE);
    ClusterEffect evict = new ClusterEffect.EvictPod(pods.get(0));
    assertThat(
            decide(
                    rollout(1),
                    pods,
                    new ClusterAnswer.Refused(evict, ClusterAnswer.Refusal.OTHER, "no network"))
                .effects())
        .containsExactly(new ClusterEffect.Retry("no network"));
    assertThat(
            evicted(
                decide(
                    rollout(1),
                    pods.subList(1, 4),
                    new ClusterAnswer.Refused(evict, ClusterAnswer.Refusal.NOT_FOUND, "gone"))))
        .isEmpty();
    assertThat(
            evicted(
                decide(
                    rollout(2),
                    pods.subList(1, 4),
                    new ClusterAnswer.Refused(evict, ClusterAnswer.Refusal.NOT_FOUND, "gone"))))
        .hasSize(1);
  }

  @ParameterizedTest(name = "{0}: {1} leaves it {2}")
  @CsvSource({"R-423,yyyy,finished", "R-424,'',finished", "R-423,yyyt,outstanding"})
  void itIsFinishedWhenNoOldPodIsLeft(String rule, String letters, String state) {
    Restart restart = decide(rollout(1), pods(letters, STABLE));
    if (state.equals("finished")) {
      assertThat(restart.restartedAt()).as(rule).isEqualTo(AT);
      assertThat(restart.pending()).isFalse();
      assertThat(restart.wakeUp()).isEmpty();
    } else {
      assertThat(restart.restartedAt()).as(rule).isNull();
      assertThat(restart.wakeUp()).contains(NOW.plusSeconds(30));
    }
  }

  @Test
  @DisplayName("R-427 a paused rollout restarts all the same")
  void paused() {
    Rollout paused = rollout(1).withSpec(rollout(1).spec().withPaused(true));
    assertThat(evicted(decide(paused, pods("oooo", STABLE)))).hasSize(1);
  }
}
