package dev.rollouts.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.plugin.StepPlugin;
import dev.rollouts.api.plugin.TrafficRouterPlugin;
import dev.rollouts.api.provider.MetricProvider;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.RolloutPhase;
import dev.rollouts.api.rollout.StepPluginStatus;
import dev.rollouts.api.wire.Wire;
import dev.rollouts.controller.kube.StartException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A folder with the example's jar and one that does everything wrong, in a running controller. */
@Tag("it")
class PluginFolderTest {
  private static final String MISDEEDS =
      """
      static Object misdeed(Object kind) throws Exception {
          switch (String.valueOf(kind)) {
            case "error": throw new StackOverflowError("too deep");
            case "gone": throw new NoClassDefFoundError("bad/Gone");
            case "hang": while (true) { try { Thread.sleep(1000); } catch (InterruptedException deaf) { } }
            case "novel": throw new IllegalStateException("once upon a time ".repeat(600_000));
            default: return null;
          }
        }
      """;

  @TempDir static Path folder;

  private static Live live;
  private static Controller controller;

  @BeforeAll
  static void start() throws IOException {
    PluginJars.example(folder);
    Files.writeString(folder.resolve("broken.jar"), "no jar");
    PluginJars.in(folder)
        .source(
            """
            package bad;
            public class Step implements dev.rollouts.api.plugin.StepPlugin {
              public String name() { return "bad/step"; }
              public Result run(Call call) throws Exception {
                return (Result) Step.misdeed(call.config().at("misdeed"));
              }
              %s
            }
            """
                .formatted(MISDEEDS))
        .source(
            """
            package bad;
            import java.util.*;
            import dev.rollouts.api.rollout.WeightDestination;
            public class Edge implements dev.rollouts.api.plugin.TrafficRouterPlugin {
              public String name() { return "bad/edge"; }
              public void updateHash(Target t, String c, String s, List<WeightDestination> a) { }
              public void setWeight(Target t, int w, List<WeightDestination> a) throws Exception {
                if (w > 0) { Step.misdeed("error"); }
              }
            }
            """)
        .source(
            """
            package bad;
            import dev.rollouts.api.provider.*;
            import dev.rollouts.api.provider.config.*;
            public class Queue implements PluginMetricProvider {
              public String pluginName() { return "bad/queue"; }
              public Observation run(MeasurementContext context, PluginConfig config) {
                try {
                  return (Observation) Step.misdeed(config.config().at("misdeed"));
                } catch (Exception e) {
                  return Observation.failure(e.getMessage());
                }
              }
            }
            """)
        .service(StepPlugin.class, "bad.Step")
        .service(TrafficRouterPlugin.class, "bad.Edge")
        .service(MetricProvider.class, "bad.Queue")
        .write("bad.jar");
    live = new Live();
    live.controller().close();
    live.apply(
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: argo-rollouts-config}
        data:
          stepPlugins: |
            - name: acme/off
              location: https://plugins.example/off
              disabled: true
            - name: acme/absent
              location: https://plugins.example/absent
          trafficRouterPlugins: "{"
        """);
    controller = live.start(live.settings("--plugin-folder=" + folder));
  }

  @AfterAll
  static void stop() {
    controller.close();
    live.close();
  }

  private static void await(BooleanSupplier condition, Supplier<String> otherwise)
      throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(6);
    while (!condition.getAsBoolean() && System.nanoTime() < end) {
      Thread.sleep(100);
    }
    assertThat(condition.getAsBoolean()).as(otherwise).isTrue();
  }

  private static void deliver(String name, String routing, String steps) {
    live.apply(
        """
        apiVersion: v1
        kind: Service
        metadata: {name: %1$s-canary}
        spec: {selector: {app: %1$s}, ports: [{port: 80}]}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: %1$s-stable}
        spec: {selector: {app: %1$s}, ports: [{port: 80}]}
        ---
        apiVersion: argoproj.io/v1alpha1
        kind: Rollout
        metadata: {name: %1$s}
        spec:
          replicas: 1
          selector: {matchLabels: {app: %1$s}}
          template:
            metadata: {labels: {app: %1$s}}
            spec: {containers: [{name: web, image: "web:1"}]}
          strategy:
            canary:
              canaryService: %1$s-canary
              stableService: %1$s-stable
              %2$s
              steps: [%3$s]
        """
            .formatted(name, routing, steps));
    live.await(name, RolloutPhase.HEALTHY, "");
    live.image(name, "web:2");
  }

  private static Optional<StepPluginStatus> step(Rollout rollout) {
    return rollout.statusOrEmpty().canary().stepPluginStatuses().stream().findFirst();
  }

  @Test
  @DisplayName("T-751, R-555 to R-558 A step and a router from the example's jar deliver a canary")
  void example() throws Exception {
    String file = live.namespace + "-edge";
    deliver(
        "good",
        "trafficRouting: {plugins: {example/weights: {file: %s}}}".formatted(file),
        "{setWeight: 30}, {plugin: {name: example/warm-up, config: {rounds: 2}}}");
    Path weights = Path.of(System.getProperty("java.io.tmpdir"), "rollouts-example-plugin", file);
    await(
        () ->
            step(live.rollout("good"))
                .map(StepPluginStatus::message)
                .orElse("")
                .equals("1 of 2 rounds"),
        () -> live.rollout("good").status().toString());
    await(() -> says(weights, "good-canary=30"), () -> "no such weight in " + weights);
    await(
        () -> live.rollout("good").statusOrEmpty().phase() == RolloutPhase.HEALTHY,
        () -> live.rollout("good").status().toString());
    await(() -> says(weights, "good-canary=0"), () -> "no such weight in " + weights);
  }

  @Test
  @DisplayName("R-564, O-023 A step that the config map disables is done at once, and not called")
  void disabledStep() throws Exception {
    deliver("skipped", "", "{plugin: {name: acme/off}}, {pause: {}}");
    live.await("skipped", RolloutPhase.PAUSED, "CanaryPauseStep");
    assertThat(step(live.rollout("skipped")).map(StepPluginStatus::disabled)).contains(true);
  }

  @Test
  @DisplayName("R-564, O-003 Who may not read the config map does not start")
  void unreadableConfigMap() {
    assertThatThrownBy(() -> live.start(live.settings(), "nobody", "system:authenticated"))
        .cause()
        .isInstanceOf(StartException.class)
        .hasMessageContaining(
            "ConfigMap %s/argo-rollouts-config cannot be read; the controller's role has to allow that: "
                .formatted(live.namespace));
  }

  /** The router writes the file again and again, so it may be empty for a moment. */
  private static boolean says(Path file, String text) {
    try {
      return Files.readString(file).equals(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  @DisplayName(
      "R-557, R-563, T-753 Whatever a step or a router does is reported by name, and others go on")
  void misbehaving() throws Exception {
    Map<String, String> expected =
        Map.of(
            "error", "plugin \"bad/step\": java.lang.StackOverflowError: too deep",
            "gone", "plugin \"bad/step\": java.lang.NoClassDefFoundError: bad/Gone",
            "hang", "plugin \"bad/step\" did not answer within 30 s",
            "novel", "plugin \"bad/step\": java.lang.IllegalStateException: once upon a time",
            "nothing", "plugin \"bad/step\" answered nothing");
    for (String each : expected.keySet()) {
      deliver(
          "step-" + each, "", "{plugin: {name: bad/step, config: {misdeed: %s}}}".formatted(each));
    }
    deliver("edge", "trafficRouting: {plugins: {bad/edge: {}}}", "{setWeight: 30}, {pause: {}}");
    deliver("absent", "", "{plugin: {name: acme/absent}}");
    deliver("neighbour", "", "{setWeight: 50}, {pause: {duration: 1s}}");
    live.await("neighbour", RolloutPhase.HEALTHY, "");
    for (Map.Entry<String, String> each : expected.entrySet()) {
      String name = "step-" + each.getKey();
      await(
          () -> step(live.rollout(name)).map(StepPluginStatus::phase).orElse("").equals("Error"),
          () -> name + live.rollout(name).status());
      assertThat(step(live.rollout(name)).orElseThrow().message())
          .startsWith(each.getValue())
          .hasSizeLessThan(5000);
      Live.await(
          () -> live.events(name).contains("StepPluginTransition"),
          () -> live.events(name).toString());
    }
    await(
        () -> live.events("edge").contains("TrafficRoutingError"),
        () -> live.events("edge").toString());
    assertThat(message("edge", "TrafficRoutingError")).contains("bad/edge", "too deep");
    await(
        () -> live.events("absent").contains("ReconciliationError"),
        () -> live.events("absent").toString());
    assertThat(message("absent", "ReconciliationError")).contains("acme/absent", "broken.jar");
    live.image("neighbour", "web:3");
    live.await("neighbour", RolloutPhase.HEALTHY, "");
  }

  private static String message(String object, String reason) {
    return live.list("Event").stream()
        .filter(each -> object.equals(each.at("involvedObject", "name")))
        .filter(each -> reason.equals(each.at("reason")))
        .map(each -> String.valueOf(each.at("message")))
        .findFirst()
        .orElse("");
  }

  private static void measure(String name, String plugin, String config) {
    live.apply(
        """
        apiVersion: argoproj.io/v1alpha1
        kind: AnalysisRun
        metadata: {name: %s}
        spec:
          metrics:
          - name: queue
            consecutiveErrorLimit: 0
            successCondition: result < 10
            provider: {plugin: {%s: %s}}
        """
            .formatted(name, plugin, config));
  }

  private static AnalysisRun run(String name) {
    return Wire.decode(
            AnalysisRun.class, live.find(live.key("AnalysisRun", name)).orElseThrow().fields())
        .value();
  }

  private static String text(String name) {
    AnalysisRun run = run(name);
    return run.statusOrPending().phase().wireName() + " " + Wire.encode(run.statusOrPending());
  }

  @Test
  @DisplayName(
      "P-220, P-222 A metric from the example's jar is measured; whatever another does is an Error that names it")
  void metrics() throws Exception {
    Path number =
        Path.of(System.getProperty("java.io.tmpdir"), "rollouts-example-plugin", live.namespace);
    Files.createDirectories(number.getParent());
    Files.writeString(number, "7\n");
    for (String each : List.of("error", "gone", "hang", "novel", "nothing")) {
      measure("bad-" + each, "bad/queue", "{misdeed: %s}".formatted(each));
    }
    measure("absent", "acme/absent", "{}");
    measure("good", "example/number", "{file: %s}".formatted(live.namespace));
    measure("elsewhere", "example/number", "{file: ../../etc/passwd}");
    await(() -> text("good").startsWith("Successful"), () -> text("good"));
    assertThat(text("good")).contains("value=7");
    Map<String, List<String>> expected =
        Map.of(
            "bad-error", List.of("failed to run via plugin: ", "StackOverflowError: too deep"),
            "bad-gone", List.of("failed to run via plugin: ", "NoClassDefFoundError: bad/Gone"),
            "bad-hang", List.of("plugin bad/queue did not answer within"),
            "bad-novel", List.of("failed to run via plugin: once upon a time"),
            "bad-nothing", List.of("failed to run via plugin: ", "it answered null"),
            "absent",
                List.of("plugin \"acme/absent\"", "plugin example/number", "broken.jar: is no jar"),
            "elsewhere", List.of("failed to run via plugin: ", "expected letters"));
    for (Map.Entry<String, List<String>> each : expected.entrySet()) {
      await(() -> text(each.getKey()).startsWith("Error"), () -> text(each.getKey()));
      assertThat(text(each.getKey())).contains(each.getValue()).hasSizeLessThan(400_000);
    }
  }
}
