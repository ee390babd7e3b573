package dev.rollouts.controller.plugins;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.plugin.StepPlugin;
import dev.rollouts.api.provider.MetricProvider;
import dev.rollouts.api.provider.PluginMetricProvider;
import dev.rollouts.api.provider.ProviderSettings;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.controller.PluginJars;
import dev.rollouts.runner.Providers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InstalledPluginsTest {
  @TempDir Path folder;

  private InstalledPlugins load() {
    return InstalledPlugins.load(
        getClass().getClassLoader(),
        Optional.of(folder),
        ProviderSettings.defaults().withEnvironment(Map.of("QUEUE", "high")),
        Duration.ofSeconds(5));
  }

  /** A step whose class says what it is called and what it does. */
  private static String step(String type, String name, String run) {
    return """
        package acme;
        public class %s implements dev.rollouts.api.plugin.StepPlugin {
          public String name() { return %s; }
          public Result run(Call call) throws Exception { %s }
        }
        """
        .formatted(type, name, run);
  }

  private static String good(String type, String name) {
    return step(type, "\"" + name + "\"", "return Result.successful(\"done\", call.status());");
  }

  private void good() throws IOException {
    PluginJars.in(folder)
        .source(good("Good", "acme/good"))
        .service(StepPlugin.class, "acme.Good")
        .write("good.jar");
  }

  private static StepPlugin.Result run(InstalledPlugins plugins, String name) throws Exception {
    StepPlugin plugin = plugins.steps().get(name);
    assertThat(plugin).as(name).isNotNull();
    return plugin.run(new StepPlugin.Call("ns", "web", JsonObject.empty(), JsonObject.empty()));
  }

  @Test
  @DisplayName("P-220, T-751, R-555 The jar of the example brings a plugin of each kind")
  void example() throws Exception {
    PluginJars.example(folder);
    try (InstalledPlugins plugins = load()) {
      assertThat(plugins.faults()).isEmpty();
      assertThat(plugins.steps()).containsKey("example/warm-up");
      assertThat(plugins.routers()).containsOnlyKeys("example/weights");
      assertThat(Providers.of(plugins.providers()).names())
          .containsExactly("plugin example/number");
      StepPlugin.Result result = run(plugins, "example/warm-up");
      assertThat(result.phase()).isEqualTo(StepPlugin.Phase.SUCCESSFUL);
      assertThat(plugins.steps().get("example/warm-up").getClass().getClassLoader().getName())
          .isEqualTo("example-plugin.jar");
    }
  }

  @Test
  @DisplayName("Steps and routers of the class path are there without a folder")
  void classPath() {
    try (InstalledPlugins plugins =
        InstalledPlugins.load(
            getClass().getClassLoader(),
            Optional.empty(),
            ProviderSettings.defaults(),
            Duration.ofSeconds(5))) {
      assertThat(plugins.steps()).containsOnlyKeys("test/gate");
      assertThat(plugins.faults()).isEmpty();
    }
  }

  @Test
  @DisplayName(
      "A jar that is none, one without plugins and one that is cut are named; others are loaded")
  void noJars() throws Exception {
    good();
    Files.writeString(folder.resolve("text.jar"), "this is no archive");
    byte[] whole = Files.readAllBytes(folder.resolve("good.jar"));
    Files.write(folder.resolve("cut.jar"), java.util.Arrays.copyOf(whole, whole.length / 2));
    Files.createDirectory(folder.resolve("folder.jar"));
    PluginJars.in(folder).file("readme.txt", "nothing").write("empty.jar");
    Files.writeString(folder.resolve("readme.txt"), "no jar, and does not say so");
    try (InstalledPlugins plugins = load()) {
      assertThat(plugins.faults())
          .hasSize(4)
          .anyMatch(each -> each.startsWith("text.jar: is no jar: "))
          .anyMatch(each -> each.startsWith("cut.jar: is no jar: "))
          .anyMatch(each -> each.startsWith("folder.jar: is no jar: "))
          .anyMatch(each -> each.startsWith("empty.jar: brings no plugin"));
      assertThat(run(plugins, "acme/good").message()).isEqualTo("done");
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "throws an Error | public Bad() { throw new StackOverflowError(\"deep\"); } | \"acme/bad\" | deep",
        "throws when it is named | | String.valueOf(1 / Integer.parseInt(\"0\")) | by zero",
        "has no name | | null | named \"null\"",
        "has a name without namespace | | \"bad\" | named \"bad\"",
        "has a name to be escaped | | \"a/b\\n\" | named \"a/b",
        "has an endless name | | \"acme/\" + \"x\".repeat(10_000_000) | expected <namespace>/<name>",
        "has a message that throws | public Bad() { throw new Error() { public String getMessage() { throw new Error(); } }; } | \"acme/bad\" | bad.jar",
        "has a private constructor | private Bad() {} | \"acme/bad\" | bad.jar",
      })
  @DisplayName(
      "A plugin that cannot be made is named with its jar; others of the jar and of other jars are loaded")
  void badOnes(String what, String constructor, String name, String fault) throws Exception {
    good();
    String source =
        step("Bad", name, "return null;")
            .replace(
                "public String name",
                (constructor == null ? "" : constructor) + "\n public String name");
    PluginJars.in(folder)
        .source(source)
        .source(good("Other", "acme/other"))
        .service(StepPlugin.class, "acme.Bad", "acme.Missing", "acme.Other")
        .write("bad.jar");
    try (InstalledPlugins plugins = load()) {
      assertThat(plugins.faults()).as(what).hasSize(2);
      assertThat(plugins.faults().get(0))
          .startsWith("bad.jar: ")
          .contains(fault)
          .hasSizeLessThan(5000);
      assertThat(plugins.faults().get(1)).startsWith("bad.jar: ").contains("acme.Missing");
      assertThat(run(plugins, "acme/good").message()).isEqualTo("done");
      assertThat(run(plugins, "acme/other").message()).isEqualTo("done");
    }
  }

  @Test
  @DisplayName("A class that does not link is a fault; others of its jar are loaded")
  void doesNotLink() throws Exception {
    PluginJars.in(folder)
        .source("package acme; public class Base { }")
        .source(good("Bad", "acme/bad").replace("class Bad ", "class Bad extends Base "))
        .source(good("Other", "acme/other"))
        .service(StepPlugin.class, "acme.Bad", "acme.Other")
        .write("bad.jar", "Base");
    try (InstalledPlugins plugins = load()) {
      assertThat(plugins.faults()).hasSize(1);
      assertThat(plugins.faults().get(0)).startsWith("bad.jar: ").contains("acme", "Base");
      assertThat(run(plugins, "acme/other").message()).isEqualTo("done");
    }
  }

  @Test
  @DisplayName("A jar that hangs while it is loaded is given up; what it brought before counts")
  void hangs() throws Exception {
    good();
    String source =
        good("Bad", "acme/bad")
            .replace(
                "public String name",
                """
                static { hang(); }
                static void hang() {
                  while (true) { java.util.concurrent.locks.LockSupport.park(); }
                }
                public String name""");
    PluginJars.in(folder)
        .source(source)
        .source(good("First", "acme/first"))
        .service(StepPlugin.class, "acme.First", "acme.Bad")
        .write("bad.jar");
    try (InstalledPlugins plugins =
        InstalledPlugins.load(
            getClass().getClassLoader(),
            Optional.of(folder),
            ProviderSettings.defaults(),
            Duration.ofSeconds(2))) {
      assertThat(plugins.faults()).containsExactly("bad.jar: did not load within 2 s");
      assertThat(plugins.steps())
          .containsKeys("acme/first", "acme/good")
          .doesNotContainKey("acme/bad");
    }
  }

  @Test
  @DisplayName("Of two with one name the first counts, and the other is said to be left out")
  void twins() throws Exception {
    good();
    PluginJars.in(folder)
        .source(good("Good", "acme/good").replace("done", "twin"))
        .service(StepPlugin.class, "acme.Good")
        .write("twin.jar");
    try (InstalledPlugins plugins = load()) {
      assertThat(plugins.faults())
          .containsExactly(
              "twin.jar: step plugin acme/good is there already, so this one is left out");
      assertThat(run(plugins, "acme/good").message())
          .as("both have a class acme.Good, each its own")
          .isEqualTo("done");
    }
  }

  @Test
  @DisplayName("A jar sees the API and the JDK, and neither the program nor other jars")
  void seesTheApiOnly() throws Exception {
    good();
    String probe =
        """
        StringBuilder seen = new StringBuilder();
        for (String each : new String[] {
            "dev.rollouts.api.rollout.Rollout", "dev.rollouts.engine.Decision", "acme.Good",
            "io.fabric8.kubernetes.client.KubernetesClient", "org.slf4j.Logger", "java.net.http.HttpClient"}) {
          try {
            seen.append(Class.forName(each, false, Thread.currentThread().getContextClassLoader()) == null ? 0 : 1);
          } catch (ClassNotFoundException e) {
            seen.append(0);
          }
        }
        return Result.successful(seen.toString(), call.status());
        """;
    PluginJars.in(folder)
        .source(step("Probe", "\"acme/probe\"", probe))
        .service(StepPlugin.class, "acme.Probe")
        .write("probe.jar");
    try (InstalledPlugins plugins = load()) {
      StepPlugin plugin = plugins.steps().get("acme/probe");
      PluginCalls calls = new PluginCalls("acme/probe", Duration.ofSeconds(20));
      PluginCalls.Outcome<StepPlugin.Result> outcome =
          calls.make(
              plugin.getClass().getClassLoader(),
              () ->
                  plugin.run(
                      new StepPlugin.Call("ns", "web", JsonObject.empty(), JsonObject.empty())));
      assertThat(outcome.error()).isNull();
      assertThat(outcome.value().message()).isEqualTo("100001");
      calls.close();
    }
  }

  @Test
  @DisplayName(
      "P-222 A metric provider of a jar works within the operator's settings; what is missing says which jars could not be loaded")
  void metricProviders() throws Exception {
    String source =
        """
        package acme;
        import dev.rollouts.api.provider.*;
        import dev.rollouts.api.provider.config.*;
        public class Queue implements PluginMetricProvider {
          private final String level;
          public Queue() { this("none"); }
          private Queue(String level) { this.level = level; }
          public String pluginName() { return "acme/queue"; }
          public MetricProvider<PluginConfig> withSettings(ProviderSettings settings) {
            return new QueueOf(settings.variable("QUEUE"));
          }
          public Observation run(MeasurementContext context, PluginConfig config) {
            return Observation.value(level);
          }
          public static class QueueOf extends Queue {
            QueueOf(String level) { super(level); }
          }
        }
        """;
    PluginJars.in(folder)
        .source(source)
        .service(MetricProvider.class, "acme.Queue")
        .write("queue.jar");
    Files.writeString(folder.resolve("text.jar"), "this is no archive");
    try (InstalledPlugins plugins = load()) {
      assertThat(plugins.providers()).hasSize(1);
      MetricProvider<?> provider = plugins.providers().iterator().next();
      assertThat(provider).isInstanceOf(PluginMetricProvider.class);
      assertThat(Providers.of(plugins.providers()).withFaults(plugins.faults()).names())
          .containsExactly("plugin acme/queue");
      assertThat(plugins.faults()).hasSize(1);
    }
  }
}
