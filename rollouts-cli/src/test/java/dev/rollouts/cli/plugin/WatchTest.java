package dev.rollouts.cli.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.cli.Interrupts;
import dev.rollouts.cli.Tty;
import dev.rollouts.cli.kube.Resource;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Watching, through changes, restarts of the API server and Ctrl-C. */
@Tag("it")
class WatchTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String ROLLOUT =
      """
      apiVersion: argoproj.io/v1alpha1
      kind: Rollout
      metadata: {name: web}
      spec:
        strategy: {canary: {steps: [{setWeight: 20}]}}
        selector: {matchLabels: {app: web}}
        template:
          metadata: {labels: {app: web}}
          spec: {containers: [{name: web, image: "web:1"}]}
      status: {observedGeneration: "1", phase: Progressing, message: at first}
      """;
  private static final Tty TERMINAL =
      new Tty() {
        @Override
        public boolean isTerminal() {
          return true;
        }

        @Override
        public int columns() {
          return 60;
        }

        @Override
        public Size size() {
          return new Size(60, 15);
        }
      };

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final AtomicReference<Runnable> interrupt = new AtomicReference<>();
  private Stage stage;

  @BeforeEach
  void start() {
    stage = new Stage();
    stage.create(ROLLOUT);
  }

  @AfterEach
  void stop() {
    stage.close();
  }

  private CompletableFuture<Integer> run(Plugin plugin, String... command) {
    Interrupts interrupts =
        first -> {
          interrupt.set(first);
          return () -> {};
        };
    return CompletableFuture.supplyAsync(
        () ->
            plugin
                .interruptedBy(interrupts)
                .run(
                    new PrintStream(out, true, StandardCharsets.UTF_8),
                    new PrintStream(err, true, StandardCharsets.UTF_8),
                    command));
  }

  private String shown() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private void await(String text) {
    await(() -> shown().contains(text), text);
  }

  private void await(BooleanSupplier condition, String what) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean() && System.nanoTime() < end) {
      Thread.onSpinWait();
      java.util.concurrent.locks.LockSupport.parkNanos(20_000_000);
    }
    assertThat(condition.getAsBoolean())
        .as("%s in:%n%s%nand:%n%s", what, shown(), err.toString(StandardCharsets.UTF_8))
        .isTrue();
  }

  private void interrupted(CompletableFuture<Integer> running) throws Exception {
    interrupt.get().run();
    assertThat(running.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isZero();
  }

  private void message(String text) {
    stage.status(Resource.ROLLOUTS, "web", "{\"message\":\"" + text + "\"}");
  }

  @Test
  @DisplayName(
      "K-120, K-122 on a terminal each change is drawn over the last screen, within it; Ctrl-C ends it with 0")
  void terminal() throws Exception {
    CompletableFuture<Integer> running =
        run(stage.plugin().on(TERMINAL).with("TERM", "xterm"), "get", "ro", "web", "-w");
    await("at first");
    assertThat(shown()).startsWith("\u001b[H\u001b[2J\u001b[0;0HName:            web");
    message("changed");
    await("changed");
    String last = shown().substring(shown().lastIndexOf("\u001b[HName"));
    assertThat(last.replaceAll("\u001b\\[[0-9;]*[A-Za-z]", "").lines())
        .hasSizeLessThanOrEqualTo(14)
        .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(60));
    assertThat(last).contains("more lines");
    interrupted(running);
  }

  @Test
  @DisplayName(
      "K-120 an API server that goes away and comes back is survived, and what changed meanwhile is shown")
  void restart() throws Exception {
    CompletableFuture<Integer> running = run(stage.plugin(), "get", "ro", "web", "-w");
    await("at first");
    stage.cluster.controlPlane().stopApiServer();
    await(() -> err.toString(StandardCharsets.UTF_8).contains("level=warning"), "a warning");
    stage.cluster.controlPlane().startApiServer();
    message("after the restart");
    await("after the restart");
    assertThat(shown()).doesNotContain("\u001b");
    interrupted(running);
  }

  @Test
  @DisplayName(
      "K-121, K-122 the last picture stays when it is deleted, and --timeout-seconds ends the watch with 0")
  void deleted() throws Exception {
    CompletableFuture<Integer> running =
        run(stage.plugin(), "get", "ro", "web", "-w", "--timeout-seconds", "20");
    await("at first");
    stage
        .cluster
        .client()
        .genericKubernetesResources("argoproj.io/v1alpha1", "Rollout")
        .inNamespace(stage.namespace)
        .withName("web")
        .delete();
    await(
        () -> err.toString(StandardCharsets.UTF_8).contains("rollout web no longer exists"),
        "a warning");
    assertThat(running.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isZero();
  }

  @Test
  @DisplayName("K-062 status tells each change until it is over")
  void status() throws Exception {
    CompletableFuture<Integer> running = run(stage.plugin(), "status", "web");
    await("Progressing - at first\n");
    message("then");
    await("Progressing - then\n");
    stage.status(Resource.ROLLOUTS, "web", "{\"phase\":\"Healthy\",\"message\":\"\"}");
    assertThat(running.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isZero();
    assertThat(shown()).isEqualTo("Progressing - at first\nProgressing - then\nHealthy\n");
  }

  @Test
  @DisplayName("K-062 status that is interrupted fails as if its time were over")
  void interruptedStatus() throws Exception {
    CompletableFuture<Integer> running = run(stage.plugin(), "status", "web");
    await("Progressing - at first\n");
    interrupt.get().run();
    assertThat(running.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .isEqualTo("Error: Rollout status watch exceeded timeout\n");
  }

  @Test
  @DisplayName("K-135 list prints a line for each change of a cell, and none for others")
  void list() throws Exception {
    CompletableFuture<Integer> running = run(stage.plugin(), "list", "ro", "-w");
    await("web ");
    message("which no column shows");
    stage.status(Resource.ROLLOUTS, "web", "{\"phase\":\"Paused\"}");
    await("Paused");
    interrupted(running);
    assertThat(shown().lines()).hasSize(3);
  }
}
