package dev.rollouts.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.rollout.RolloutPhase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What everybody tries first, typed: {@code kubectl argo rollouts} as kubectl runs it. */
@Tag("it")
class PluginWalkthroughTest {
  private static final String MANIFESTS =
      """
      apiVersion: argoproj.io/v1alpha1
      kind: Rollout
      metadata:
        name: rollouts-demo
      spec:
        replicas: 5
        strategy:
          canary:
            steps:
            - setWeight: 20
            - pause: {}
            - setWeight: 40
            - pause: {duration: 2}
            - setWeight: 60
            - pause: {duration: 2}
            - setWeight: 80
            - pause: {duration: 2}
        selector:
          matchLabels:
            app: rollouts-demo
        template:
          metadata:
            labels:
              app: rollouts-demo
          spec:
            containers:
            - name: rollouts-demo
              image: rollouts-demo:blue
      ---
      apiVersion: v1
      kind: Service
      metadata:
        name: rollouts-demo
      spec:
        ports:
        - port: 80
        selector:
          app: rollouts-demo
      """;

  @TempDir Path folder;

  private Live live;

  @BeforeEach
  void start() throws IOException {
    live = new Live();
    Path plugin =
        Files.writeString(
            folder.resolve("kubectl-argo-rollouts"),
            "#!/bin/sh\nexec '%s/bin/java' -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp '%s' dev.rollouts.cli.plugin.Main \"$@\"\n"
                .formatted(
                    System.getProperty("java.home"),
                    System.getProperty(
                        "surefire.test.class.path", System.getProperty("java.class.path"))));
    assertThat(plugin.toFile().setExecutable(true)).isTrue();
    // As ./dev install lays it beside the plugin.
    Path completer =
        Files.writeString(
            folder.resolve("kubectl_complete-argo-rollouts"),
            "#!/bin/sh\nexec kubectl argo rollouts __complete \"$@\"\n");
    assertThat(completer.toFile().setExecutable(true)).isTrue();
    Files.writeString(folder.resolve("demo.yaml"), MANIFESTS);
  }

  @AfterEach
  void stop() {
    live.close();
  }

  private record Ran(int exitCode, String out, String err) {}

  private Ran kubectl(String... words) throws IOException, InterruptedException {
    return run(
        folder + ":" + System.getenv("PATH"),
        Stream.of(Stream.of("kubectl"), Stream.of(words), namespace()).flatMap(each -> each));
  }

  private Ran run(String path, Stream<String> command) throws IOException, InterruptedException {
    List<String> words = command.toList();
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .directory(folder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().put("PATH", path);
    builder.environment().put("KUBECONFIG", live.cluster.controlPlane().kubeconfig().toString());
    Process process = builder.start();
    assertThat(process.waitFor(180, TimeUnit.SECONDS)).as(String.join(" ", words)).isTrue();
    return new Ran(
        process.exitValue(),
        Files.readString(out, StandardCharsets.UTF_8),
        Files.readString(err, StandardCharsets.UTF_8));
  }

  /** kubectl takes no flags before the name of a plugin. */
  private Stream<String> namespace() {
    return Stream.of("-n", live.namespace);
  }

  private Ran plugin(String line) throws IOException, InterruptedException {
    return kubectl(("argo rollouts " + line).split(" "));
  }

  private String rollouts(String line) throws IOException, InterruptedException {
    Ran ran = plugin(line);
    assertThat(ran.err()).as(line).isEmpty();
    assertThat(ran.exitCode()).as(line).isZero();
    return ran.out();
  }

  /** What kubectl offers for the last word, without what it explains about that. */
  private String completed(String... words) throws IOException, InterruptedException {
    return run(
            folder + ":" + System.getenv("PATH"),
            Stream.concat(Stream.of("kubectl", "__complete", "argo", "rollouts"), Stream.of(words)))
        .out();
  }

  /** The screen without names and ages, which differ each time. */
  private String screen() throws IOException, InterruptedException {
    StringBuilder out = new StringBuilder();
    for (String line : rollouts("get rollout rollouts-demo").split("\n")) {
      out.append(
              line.replaceAll("rollouts-demo-[a-z0-9]{8,10}-[a-z0-9]{5}", "POD")
                  .replaceAll("rollouts-demo-[a-z0-9]{8,10}", "REPLICASET")
                  .replaceAll("Namespace: +\\S+", "Namespace:")
                  .replaceAll("  +\\d+[ms]\\S*( |$)", " AGE ")
                  .replaceAll(" +", " ")
                  .stripTrailing())
          .append('\n');
    }
    return out.toString();
  }

  private void await(String screen) {
    String[] last = {""};
    Live.await(
        () -> {
          try {
            last[0] = screen();
            return last[0].equals(screen);
          } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
          }
        },
        () -> "expected:\n" + screen + "but was:\n" + last[0]);
  }

  private static String head(
      String status, String step, int weight, int updated, String... images) {
    String[] parts = status.split(": ", 2);
    StringBuilder out =
        new StringBuilder("Name: rollouts-demo\nNamespace:\nStatus: " + parts[0] + "\n");
    if (parts.length > 1) {
      out.append("Message: ").append(parts[1]).append('\n');
    }
    out.append("Strategy: Canary\n Step: ").append(step).append("\n SetWeight: ").append(weight);
    out.append("\n ActualWeight: ").append(weight).append('\n');
    String label = "Images:";
    for (String each : images) {
      out.append(label).append(' ').append(each).append('\n');
      label = "";
    }
    return out
        + "Replicas:\n Desired: 5\n Current: 5\n Updated: %d\n Ready: 5\n Available: 5\n\nNAME KIND STATUS AGE INFO\n"
            .formatted(updated);
  }

  private static String pods(String bars, int count) {
    StringBuilder out = new StringBuilder();
    for (int i = 1; i <= count; i++) {
      out.append(bars)
          .append(i == count ? "└──" : "├──")
          .append("□ POD Pod ✔ Running AGE ready:1/1\n");
    }
    return out.toString();
  }

  /** K-183: kubectl's own completion, and its list of plugins. */
  private void completions() throws IOException, InterruptedException {
    assertThat(completed("pro")).isEqualTo("promote\tLet a paused Rollout go on\n:4\n");
    assertThat(completed("get", ""))
        .startsWith("analysisrun\t")
        .contains("rollout\t")
        .endsWith(":4\n");
    assertThat(completed("promote", "-n", live.namespace, "roll")).isEqualTo("rollouts-demo\n:4\n");
    assertThat(completed("get", "experiment", "-n", live.namespace, "")).isEqualTo(":4\n");
    assertThat(completed("create", "-f", "")).isEqualTo(":0\n");
    // Elsewhere on PATH there may be plugins that kubectl has something to say about.
    Ran listed = run(folder.toString(), Stream.of("kubectl", "plugin", "list"));
    assertThat(listed.exitCode()).as(listed.err()).isZero();
    assertThat(listed.out()).contains(folder + "/kubectl-argo-rollouts");
    assertThat(listed.out() + listed.err()).doesNotContainIgnoringCase("warning", "error");
  }

  @Test
  @DisplayName(
      "K-001, K-010, K-080 to K-110, K-130, K-180, K-183 The walkthrough: apply, set image, promote, set image, abort, and back to stable")
  void walkthrough() throws IOException, InterruptedException {
    assertThat(kubectl("apply", "-f", "demo.yaml").exitCode()).isZero();
    assertThat(rollouts("status rollouts-demo --timeout 90s")).endsWith("Healthy\n");
    await(
        head("✔ Healthy", "8/8", 100, 5, "rollouts-demo:blue (stable)")
            + "⟳ rollouts-demo Rollout ✔ Healthy AGE\n"
            + "└──# revision:1\n"
            + " └──⧉ REPLICASET ReplicaSet ✔ Healthy AGE stable\n"
            + pods(" ", 5));

    assertThat(rollouts("set image rollouts-demo rollouts-demo=rollouts-demo:yellow"))
        .isEqualTo("rollout \"rollouts-demo\" image updated\n");
    live.await("rollouts-demo", RolloutPhase.PAUSED, "CanaryPauseStep");
    await(
        head(
                "॥ Paused: CanaryPauseStep",
                "1/8",
                20,
                1,
                "rollouts-demo:blue (stable)",
                "rollouts-demo:yellow (canary)")
            + "⟳ rollouts-demo Rollout ॥ Paused AGE\n"
            + "├──# revision:2\n"
            + "│ └──⧉ REPLICASET ReplicaSet ✔ Healthy AGE canary\n"
            + pods("│ ", 1)
            + "└──# revision:1\n"
            + " └──⧉ REPLICASET ReplicaSet ✔ Healthy AGE stable\n"
            + pods(" ", 4));

    assertThat(rollouts("promote rollouts-demo")).isEqualTo("rollout 'rollouts-demo' promoted\n");
    assertThat(rollouts("status rollouts-demo")).endsWith("Healthy\n");
    await(
        head("✔ Healthy", "8/8", 100, 5, "rollouts-demo:yellow (stable)")
            + "⟳ rollouts-demo Rollout ✔ Healthy AGE\n"
            + "├──# revision:2\n"
            + "│ └──⧉ REPLICASET ReplicaSet ✔ Healthy AGE stable\n"
            + pods("│ ", 5)
            + "└──# revision:1\n"
            + " └──⧉ REPLICASET ReplicaSet • ScaledDown AGE\n");

    rollouts("set image rollouts-demo rollouts-demo=rollouts-demo:red");
    live.await("rollouts-demo", RolloutPhase.PAUSED, "CanaryPauseStep");
    assertThat(rollouts("abort rollouts-demo")).isEqualTo("rollout 'rollouts-demo' aborted\n");
    String tree =
        "├──# revision:3\n"
            + "│ └──⧉ REPLICASET ReplicaSet • ScaledDown AGE canary\n"
            + "├──# revision:2\n"
            + "│ └──⧉ REPLICASET ReplicaSet ✔ Healthy AGE stable\n"
            + pods("│ ", 5)
            + "└──# revision:1\n"
            + " └──⧉ REPLICASET ReplicaSet • ScaledDown AGE\n";
    await(
        head(
                "✖ Degraded: RolloutAborted: Rollout aborted update to revision 3",
                "0/8",
                0,
                0,
                "rollouts-demo:yellow (stable)")
            + "⟳ rollouts-demo Rollout ✖ Degraded AGE\n"
            + tree);
    Ran degraded = plugin("status rollouts-demo");
    assertThat(degraded.exitCode()).isEqualTo(1);
    assertThat(degraded.err())
        .isEqualTo(
            "Error: The rollout is in a degraded state with message: RolloutAborted: Rollout aborted update to revision 3\n");

    rollouts("set image rollouts-demo rollouts-demo=rollouts-demo:yellow");
    assertThat(rollouts("status rollouts-demo")).endsWith("Healthy\n");
    await(
        head("✔ Healthy", "8/8", 100, 5, "rollouts-demo:yellow (stable)")
            + "⟳ rollouts-demo Rollout ✔ Healthy AGE\n"
            + "├──# revision:4\n"
            + "│ └──⧉ REPLICASET ReplicaSet ✔ Healthy AGE stable\n"
            + pods("│ ", 5)
            + "├──# revision:3\n"
            + "│ └──⧉ REPLICASET ReplicaSet • ScaledDown AGE\n"
            + "└──# revision:1\n"
            + " └──⧉ REPLICASET ReplicaSet • ScaledDown AGE\n");

    assertThat(rollouts("list rollouts"))
        .matches("(?s)NAME +STRATEGY .*rollouts-demo +Canary +Healthy +8/8 +100 +5/5 +5 +5 +5 +\n");
    assertThat(rollouts("undo rollouts-demo")).isEqualTo("rollout 'rollouts-demo' undo\n");
    live.await("rollouts-demo", RolloutPhase.PAUSED, "CanaryPauseStep");
    assertThat(live.rollout("rollouts-demo").spec().template().toString())
        .contains("rollouts-demo:red");
    assertThat(rollouts("promote rollouts-demo --full"))
        .isEqualTo("rollout 'rollouts-demo' fully promoted\n");
    assertThat(rollouts("status rollouts-demo")).endsWith("Healthy\n");
    assertThat(rollouts("version --short")).startsWith("kubectl-argo-rollouts: v");
    completions();
    assertThat(plugin("get rollout nobody").err())
        .isEqualTo("Error: rollout.argoproj.io \"nobody\" not found\n");
    assertThat(List.of(plugin("explain rollouts-demo").out().split("\n")))
        .first()
        .isEqualTo("Rollout rollouts-demo");
  }
}
