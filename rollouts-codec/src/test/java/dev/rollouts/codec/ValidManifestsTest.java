package dev.rollouts.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.KubernetesObject;
import dev.rollouts.api.analysis.AnalysisTemplate;
import dev.rollouts.api.analysis.Metric;
import dev.rollouts.api.wire.Wire;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ValidManifestsTest {
  private static final Path VALID = Path.of("src/test/resources/valid");

  static List<Path> files() {
    try (Stream<Path> files = Files.list(VALID)) {
      return files.sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("files")
  void aValidManifestHasNoProblems(Path file) {
    assertThat(Codec.standard().read(file))
        .isNotEmpty()
        .allSatisfy(document -> assertThat(document.problems()).isEmpty());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("files")
  void aManifestSurvivesEveryFormat(Path file) {
    for (Document document : Codec.standard().read(file)) {
      String yaml = Yaml.write(document.tree());
      String json = Json.write(document.tree());

      assertThat(Codec.standard().read("again.yaml", yaml).get(0).tree())
          .isEqualTo(document.tree());
      assertThat(Codec.standard().read("again.json", json).get(0).tree())
          .isEqualTo(document.tree());
      document
          .object()
          .ifPresent(
              object -> {
                assertThat(Wire.overlay(document.tree(), (Record) object))
                    .isEqualTo(document.tree());
                KubernetesObject again =
                    Codec.standard().readOne(object.getClass(), "a.yaml", Codec.yaml(object));
                assertThat(again).isEqualTo(object);
              });
    }
  }

  @Test
  void everyProviderIsAmongThem() {
    Set<String> providers = new TreeSet<>();
    for (Path file : files()) {
      for (Document document : Codec.standard().read(file)) {
        if (document.object().orElse(null) instanceof AnalysisTemplate template) {
          for (Metric metric : template.spec().metrics()) {
            providers.add(metric.provider().only().key());
          }
        }
      }
    }

    assertThat(providers)
        .containsExactly(
            "cloudWatch",
            "datadog",
            "graphite",
            "influxdb",
            "job",
            "kayenta",
            "newRelic",
            "plugin",
            "prometheus",
            "skywalking",
            "wavefront",
            "web");
  }

  @Test
  void mergeKeysAndAliasesAreExpanded() {
    AnalysisTemplate template =
        Codec.standard().read(VALID.resolve("anchors.yaml")).get(0).as(AnalysisTemplate.class);
    Metric errors = template.spec().metrics().get(0);
    Metric warnings = template.spec().metrics().get(1);
    Metric restarts = template.spec().metrics().get(2);

    assertThat(errors.count()).hasToString("5");
    assertThat(errors.provider().prometheus().query())
        .isEqualTo("sum(rate(errors[1m])) or vector(0)");
    assertThat(warnings.name()).isEqualTo("warnings");
    assertThat(warnings.interval()).isEqualTo("1m");
    assertThat(warnings.provider().prometheus().address()).isEqualTo("http://prometheus:9090");
    assertThat(warnings.provider().prometheus().query()).isEqualTo("sum(rate(warnings[1m]))");
    assertThat(restarts.provider()).isEqualTo(errors.provider());
  }
}
