package dev.rollouts.runner.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollouts.api.ObjectMeta;
import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.analysis.AnalysisRunStatus;
import dev.rollouts.api.analysis.AnalysisSpec;
import dev.rollouts.api.analysis.Measurement;
import dev.rollouts.api.analysis.Metric;
import dev.rollouts.api.analysis.MetricResult;
import dev.rollouts.api.analysis.RunSummary;
import dev.rollouts.api.analysis.TtlStrategy;
import dev.rollouts.api.provider.config.PluginConfig;
import dev.rollouts.api.wire.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FileRunStoreTest {
  private static final Instant NOW = Instant.parse("2026-05-01T10:00:00Z");

  @TempDir private Path directory;
  private FileRunStore store;

  @BeforeEach
  void open() throws IOException {
    store = FileRunStore.in(directory.resolve("new/folder"));
  }

  @Test
  void whatIsSavedIsLoaded() throws IOException {
    SavedRun saved = store.save(SavedRun.fresh(run("shop-42"))).orElseThrow();

    SavedRun loaded =
        FileRunStore.in(directory.resolve("new/folder")).load("shop-42").orElseThrow();

    assertThat(loaded.version()).isEqualTo(saved.version()).isEqualTo(1);
    assertThat(loaded.run().spec()).isEqualTo(saved.run().spec());
    assertThat(loaded.run().status()).isEqualTo(saved.run().status());
    assertThat(loaded.uid()).isEqualTo("u-1");
    assertThat(store.load("other")).isEmpty();
  }

  @Test
  void theFileIsAManifest() throws IOException {
    store.save(SavedRun.fresh(run("shop-42")));

    assertThat(Files.readString(directory.resolve("new/folder/shop-42.run.json")))
        .startsWith(
            """
            {
              "apiVersion": "argoproj.io/v1alpha1",
              "kind": "AnalysisRun",
              "metadata": {
                "name": "shop-42",
                "namespace": "shop",
                "uid": "u-1",
                "resourceVersion": "1"
              },
              "spec": {
            """);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a/../../b",
        "ümläut",
        "with blank",
        "a*b?c:d|e\"f<g>h",
        "%2F",
        "CON.x",
        "a.run.json"
      })
  void aNameMayHoldAnything(String name) throws IOException {
    store.save(SavedRun.fresh(run(name)));

    assertThat(store.load(name)).isPresent();
    assertThat(store.names()).containsExactly(name);
    assertThat(directory.resolve("new/folder").toFile().list()).hasSize(2).contains(".lock");
    store.delete(name, "u-1");
    assertThat(store.names()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..hidden"})
  void aNameThatNoFileCanHaveIsRefused(String name) {
    assertThatThrownBy(() -> store.save(SavedRun.fresh(run(name))))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "run \"%s\": no file can have this name; take 1 to 240 characters and no dot in front"
                .formatted(name));
  }

  @Test
  void theFirstToSaveWins() throws IOException {
    SavedRun first = store.save(SavedRun.fresh(run("shop-42"))).orElseThrow();

    assertThat(store.save(SavedRun.fresh(run("shop-42")))).isEmpty();
    Optional<SavedRun> second = store.save(first);
    assertThat(second).map(SavedRun::version).contains(2L);
    assertThat(store.save(first)).isEmpty();
  }

  @Test
  void aRunThatWasDeletedIsNotSavedAgain() throws IOException {
    SavedRun first = store.save(SavedRun.fresh(run("shop-42"))).orElseThrow();

    store.delete("shop-42", "another uid");
    assertThat(store.load("shop-42")).isPresent();
    store.delete("shop-42", "u-1");
    store.delete("shop-42", "u-1");
    assertThat(store.save(first)).isEmpty();

    AnalysisRun anew = run("shop-42").withMetadata(ObjectMeta.named("shop-42").withUid("u-2"));
    store.save(SavedRun.fresh(anew));
    assertThat(store.save(first)).as("same name and version, another run").isEmpty();
  }

  static Stream<Arguments> broken() {
    return Stream.of(
        Arguments.of("", "not JSON at offset 0: expected a value"),
        Arguments.of("{\"kind\": \"AnalysisRun\"", "not JSON at offset 22: expected ',' or '}'"),
        Arguments.of("[1, 2]", "not a JSON object"),
        Arguments.of("{} {}", "not JSON at offset 3: expected nothing more"),
        Arguments.of("{\"a\": tru}", "not JSON at offset 6: expected true"),
        Arguments.of("{\"a\": \"\\x\"}", "not JSON at offset 8: expected an escape"),
        Arguments.of("{\"a\": \"\\u12\"}", "expected four hexadecimal digits"),
        Arguments.of("{\"a\": 1-2}", "expected a number"),
        Arguments.of("{a: 1}", "not JSON at offset 1: expected a key"),
        Arguments.of("[".repeat(100_000), "expected at most 200 levels"),
        Arguments.of("{\"spec\": {\"metrics\": 3}}", "spec.metrics: expected a list, found 3"),
        Arguments.of(
            "{\"spec\": {\"metrics\": []}}",
            "metadata.resourceVersion: must be a whole number, was \"\""));
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource
  void broken(String text, String message) throws IOException {
    Files.writeString(directory.resolve("new/folder/shop-42.run.json"), text);

    assertThatThrownBy(() -> store.load("shop-42"))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("shop-42.run.json: ")
        .hasMessageContaining(message)
        .hasMessageEndingWith("; mend the file or remove it");
    assertThat(store.names()).containsExactly("shop-42");
  }

  @Test
  void jsonReadsWhatItWrites() throws IOException {
    List<Object> values = new ArrayList<>();
    values.addAll(
        Arrays.asList(
            "a\"b\\c/d\n\r\t\b\f\u0000\u001fü漢😀",
            "\ud800 alone",
            0,
            -1,
            Integer.MIN_VALUE,
            Long.MAX_VALUE,
            new java.math.BigInteger("123456789012345678901234567890"),
            0.1,
            -1e-7,
            1e300,
            true,
            false,
            Map.of(),
            List.of(),
            Map.of("k", List.of(Map.of("", "")))));

    assertThat(Json.read(Json.write(values))).isEqualTo(values);
    assertThat(Json.read(" [null] ")).isEqualTo(Arrays.asList((Object) null));
    assertThat(Json.read("\"\\/\\b\\f\\u00e4\"")).isEqualTo("/\b\fä");
  }

  /**
   * Two processes add to one run, each as often as it says; what one adds the other must not take
   * away.
   */
  @Test
  void processesDoNotOverwriteEachOther() throws Exception {
    store.save(SavedRun.fresh(run("shop-42")));
    List<Process> processes = List.of(adder(), adder());
    for (Process process : processes) {
      assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
      assertThat(process.exitValue()).isZero();
    }
    SavedRun last = store.load("shop-42").orElseThrow();

    assertThat(last.version()).isEqualTo(1 + 2 * Adder.TIMES);
    assertThat(last.run().statusOrPending().metricResults().get(0).count())
        .isEqualTo(2 * Adder.TIMES);
  }

  private Process adder() throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            Adder.class.getName(),
            directory.resolve("new/folder").toString())
        .inheritIO()
        .start();
  }

  /** Counts up in a process of its own. */
  static final class Adder {
    static final int TIMES = 25;

    private Adder() {}

    public static void main(String[] arguments) throws IOException {
      FileRunStore store = FileRunStore.in(Path.of(arguments[0]));
      int added = 0;
      while (added < TIMES) {
        SavedRun before = store.load("shop-42").orElseThrow();
        AnalysisRunStatus status = before.run().statusOrPending();
        AnalysisRunStatus after = status(status.metricResults().get(0).count() + 1);
        if (store
            .save(new SavedRun(before.run().withStatus(after), before.version()))
            .isPresent()) {
          added++;
        }
      }
    }
  }

  private static AnalysisRun run(String name) {
    AnalysisSpec spec =
        AnalysisSpec.builder()
            .metric(
                Metric.named("m")
                    .provider(
                        new PluginConfig(
                            "acme/queue", JsonObject.of(Map.of("depth", 5, "share", 0.25))))
                    .build())
            .arg("service", "shop")
            .dryRun("m")
            .ttlStrategy(new TtlStrategy(60, null, 0))
            .build();
    return new AnalysisRun(
        ObjectMeta.named(name).inNamespace("shop").withUid("u-1"), spec, status(0));
  }

  private static AnalysisRunStatus status(int count) {
    return new AnalysisRunStatus(
        AnalysisPhase.RUNNING,
        "",
        NOW,
        null,
        new RunSummary(1, 0, 0, 0, 0),
        null,
        List.of(
            new MetricResult(
                "m",
                AnalysisPhase.RUNNING,
                List.of(
                    new Measurement(
                        AnalysisPhase.SUCCESSFUL,
                        "said \"ok\"\n",
                        NOW,
                        NOW.plusSeconds(1),
                        "[0.5]",
                        Map.of("warnings", "ü"),
                        null)),
                "",
                count,
                count,
                0,
                0,
                0,
                0,
                count,
                true,
                Map.of())));
  }
}
