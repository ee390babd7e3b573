package dev.rollouts.cli.plugin.view;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.cli.kube.KubeObject;
import dev.rollouts.cli.terminal.Screen;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ListsTest {
  private static final Instant NOW = Instant.parse("2026-05-01T10:05:00.7Z");

  private static final KubeObject SHOP =
      Objects.of(
          """
          metadata: {name: shop, namespace: prod}
          spec: {replicas: 3, strategy: {blueGreen: {activeService: shop}}}
          status: {phase: Paused, message: BlueGreenPause, replicas: 6, readyReplicas: 6, updatedReplicas: 3, availableReplicas: 3}
          """);
  private static final KubeObject WEB =
      Objects.of(
          """
          metadata: {name: web, namespace: prod}
          spec: {replicas: 5, strategy: {canary: {steps: [{setWeight: 10}, {setWeight: 20}, {pause: {}}]}}}
          status: {phase: Progressing, currentStepIndex: 1, replicas: 6, readyReplicas: 5, updatedReplicas: 1, availableReplicas: 5}
          """);
  private static final KubeObject ODD =
      Objects.of("metadata: {name: odd-one-with-a-name, namespace: a}");

  private static String table(Lists lists, KubeObject... rollouts) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(lists.rolloutHead());
    for (KubeObject each : rollouts) {
      rows.add(lists.rolloutRow(each, NOW));
    }
    return String.join("\n", Lists.aligned(rows)) + "\n";
  }

  @Test
  @DisplayName("K-130, K-131, K-132 rollouts in columns of at least their widths")
  void rollouts() {
    assertThat(table(new Lists(new Look(Screen.plain()), false, false), SHOP, WEB))
        .isEqualTo(
            """
            NAME        STRATEGY   STATUS        STEP  SET-WEIGHT  READY  DESIRED  UP-TO-DATE  AVAILABLE
            shop        BlueGreen  Paused        -     -           6/6    3        3           3       \s
            web         Canary     Progressing   1/3   20          5/6    5        1           5       \s
            """);
  }

  @Test
  @DisplayName(
      "K-130, K-133 namespace and time of printing in front; wide cells widen their column")
  void everything() {
    assertThat(table(new Lists(new Look(Screen.plain()), true, true), ODD, WEB))
        .isEqualTo(
            """
            TIMESTAMP             NAMESPACE  NAME                 STRATEGY   STATUS        STEP  SET-WEIGHT  READY  DESIRED  UP-TO-DATE  AVAILABLE
            2026-05-01T10:05:00Z  a          odd-one-with-a-name  unknown    Progressing   -     -           0/0    1        0           0       \s
            2026-05-01T10:05:00Z  prod       web                  Canary     Progressing   1/3   20          5/6    5        1           5       \s
            """);
  }

  @Test
  @DisplayName("K-136 experiments with their time left while they run")
  void experiments() {
    Lists lists = new Lists(new Look(Screen.plain()), false, false);
    List<List<String>> rows = new ArrayList<>();
    rows.add(lists.experimentHead());
    for (String each :
        List.of(
            "{metadata: {name: run, creationTimestamp: '2026-05-01T10:00:00Z'}, spec: {duration: 1h}, status: {phase: Running, availableAt: '2026-05-01T10:04:00Z'}}",
            "{metadata: {name: over, creationTimestamp: '2026-05-01T09:00:00Z'}, spec: {duration: 5m}, status: {phase: Running, availableAt: '2026-05-01T09:04:00Z'}}",
            "{metadata: {name: done, creationTimestamp: '2026-05-01T09:00:00Z'}, spec: {duration: 5h}, status: {phase: Successful, availableAt: '2026-05-01T09:04:00Z'}}",
            "{metadata: {name: open, creationTimestamp: '2026-05-01T09:00:00Z'}, spec: {duration: bad}}")) {
      rows.add(lists.experimentRow(Objects.of(each), NOW));
    }
    assertThat(String.join("\n", Lists.aligned(rows)))
        .isEqualTo(
            """
            NAME        STATUS      DURATION  REMAINING  AGE
            run         Running     60m       58m        5m\s
            over        Running     5m        -          65m
            done        Successful  5h        -          65m
            open                    -         -          65m""");
  }
}
