package dev.rollouts.engine.rollout.validation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.KubernetesObject;
import dev.rollouts.api.analysis.AnalysisTemplate;
import dev.rollouts.api.analysis.AnalysisTemplateSpec;
import dev.rollouts.api.analysis.ClusterAnalysisTemplate;
import dev.rollouts.api.analysis.TemplateRef;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.wire.Decoded;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.api.wire.Wire;
import dev.rollouts.codec.Codec;
import dev.rollouts.codec.Document;
import dev.rollouts.codec.MergePatch;
import dev.rollouts.engine.cluster.ClusterObjects;
import dev.rollouts.engine.cluster.ObjectKey;
import dev.rollouts.engine.rollout.RolloutEngine;
import dev.rollouts.engine.rollout.RolloutObservations;
import dev.rollouts.engine.traffic.RouterSettings;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The catalogue of docs/spec/rollout-api.md#validation, row by row. */
class RolloutValidationTest {
  private static final RouterSettings SETTINGS = RouterSettings.defaults();

  /** One case: a rollout, what the cluster has, and every error in order. */
  record Row(
      String name,
      Rollout rollout,
      boolean resolved,
      RolloutObservations seen,
      List<String> errors) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Row> spec() throws IOException {
    return rows("spec.yaml");
  }

  static List<Row> podTemplates() throws IOException {
    return rows("pod-templates.yaml");
  }

  static List<Row> references() throws IOException {
    return rows("references.yaml");
  }

  @ParameterizedTest(name = "rollout-api 9.2 9.3 {0}")
  @MethodSource("spec")
  void whatASpecMustBe(Row row) {
    assertThat(texts(RolloutValidation.spec(row.rollout(), row.resolved())))
        .containsExactlyElementsOf(row.errors());
  }

  @ParameterizedTest(name = "rollout-api 9.2 row 7: {0}")
  @MethodSource("podTemplates")
  void whatAPodTemplateMustBe(Row row) {
    assertThat(texts(RolloutValidation.spec(row.rollout(), row.resolved())))
        .containsExactlyElementsOf(row.errors());
  }

  @ParameterizedTest(name = "rollout-api 9.4 9.5 {0}")
  @MethodSource("references")
  void whatIsReferredTo(Row row) {
    List<FieldError> errors =
        new ArrayList<>(RolloutValidation.lookups(row.rollout(), row.seen(), SETTINGS));
    errors.addAll(RolloutValidation.contents(row.rollout(), row.seen(), SETTINGS));
    assertThat(texts(errors)).containsExactlyElementsOf(row.errors());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("references")
  @DisplayName("R-510 what is read for validation is all that it looks at")
  void onlyWhatIsReadIsLookedAt(Row row) {
    RolloutObservations read = RolloutObservations.nothing();
    RolloutEngine.Reads wanted = RolloutValidation.reads(row.rollout(), read, SETTINGS);
    for (int turn = 0; turn < 4; turn++) {
      read = only(row.seen(), wanted);
      wanted = RolloutValidation.reads(row.rollout(), read, SETTINGS);
    }
    assertThat(RolloutValidation.allProblems(row.rollout(), read, SETTINGS))
        .isEqualTo(RolloutValidation.allProblems(row.rollout(), row.seen(), SETTINGS));
  }

  @Test
  @DisplayName("R-510 R-511 the first error counts: spec, then lookups, then contents")
  void theFirstErrorCounts() throws IOException {
    Row row =
        references().stream().filter(each -> each.name().startsWith("row 60")).findFirst().get();
    Rollout rollout = row.rollout();
    assertThat(RolloutValidation.firstError(rollout, row.seen(), SETTINGS))
        .contains(row.errors().get(0));
    assertThat(RolloutValidation.firstError(rollout, RolloutObservations.nothing(), SETTINGS))
        .contains(
            "spec.strategy.blueGreen.activeService: Invalid value: \"active\": service \"active\""
                + " not found");
    Rollout negative = rollout.withSpec(rollout.spec().withReplicas(-1));
    assertThat(RolloutValidation.firstError(negative, RolloutObservations.nothing(), SETTINGS))
        .contains("spec.replicas: Invalid value: -1: must be greater than or equal to 0");
  }

  @Test
  @DisplayName("R-512 a service that is made later heals the rollout")
  void whatAppearsHeals() throws IOException {
    Row row =
        references().stream()
            .filter(each -> each.name().equals("row 50: an empty name is passed over"))
            .findFirst()
            .get();
    assertThat(RolloutValidation.firstError(row.rollout(), RolloutObservations.nothing(), SETTINGS))
        .isPresent();
    assertThat(RolloutValidation.firstError(row.rollout(), row.seen(), SETTINGS)).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("spec")
  @DisplayName("R-510 lint finds the place that a message blames")
  void everyErrorHasAPlaceInTheObject(Row row) {
    Document document = Codec.standard().read("it.yaml", Codec.yaml(row.rollout())).get(0);
    for (FieldError error : RolloutValidation.spec(row.rollout(), row.resolved())) {
      assertThat(document.valueAt(error.path().parent().parent()))
          .as(error.path().toString())
          .isNotNull();
    }
  }

  private static List<String> texts(List<FieldError> errors) {
    return errors.stream().map(FieldError::toString).toList();
  }

  private static RolloutObservations only(RolloutObservations all, RolloutEngine.Reads wanted) {
    Map<ObjectKey, JsonObject> objects = new LinkedHashMap<>();
    wanted
        .objects()
        .forEach(key -> all.objects().find(key).ifPresent(tree -> objects.put(key, tree)));
    Map<TemplateRef, AnalysisTemplateSpec> templates = new LinkedHashMap<>();
    wanted
        .templates()
        .forEach(
            ref ->
                Optional.ofNullable(all.templates().get(ref))
                    .ifPresent(template -> templates.put(ref, template)));
    return observations(templates, ClusterObjects.of(objects));
  }

  private static RolloutObservations observations(
      Map<TemplateRef, AnalysisTemplateSpec> templates, ClusterObjects objects) {
    return new RolloutObservations(
        List.of(), List.of(), List.of(), List.of(), templates, objects, List.of());
  }

  private static List<Row> rows(String resource) throws IOException {
    Map<String, Map<String, Object>> bases = new LinkedHashMap<>();
    for (Document base : read("bases.yaml")) {
      bases.put(base.name(), base.tree());
    }
    List<Row> rows = new ArrayList<>();
    for (Document document : read(resource)) {
      Map<String, Object> row = document.tree();
      Map<String, Object> base = bases.get(row.get("base"));
      Map<String, Object> patch = new LinkedHashMap<>();
      patch.put("spec", row.getOrDefault("patch", Map.of()));
      Rollout rollout = decode(Rollout.class, MergePatch.apply(base, patch));
      rows.add(
          new Row(
              String.valueOf(row.get("row")),
              rollout,
              Boolean.TRUE.equals(row.get("resolved")),
              seen((List<?>) row.getOrDefault("objects", List.of())),
              ((List<?>) row.get("errors")).stream().map(String::valueOf).toList()));
    }
    return rows;
  }

  private static RolloutObservations seen(List<?> trees) {
    Map<TemplateRef, AnalysisTemplateSpec> templates = new LinkedHashMap<>();
    List<JsonObject> objects = new ArrayList<>();
    for (Object each : trees) {
      Map<String, Object> tree = new LinkedHashMap<>();
      ((Map<?, ?>) each).forEach((key, value) -> tree.put(String.valueOf(key), value));
      Map<String, Object> metadata = new LinkedHashMap<>();
      metadata.put("namespace", "shop");
      ((Map<?, ?>) tree.get("metadata"))
          .forEach((key, value) -> metadata.put(String.valueOf(key), value));
      tree.put("metadata", metadata);
      if (tree.get("kind").equals("AnalysisTemplate")) {
        add(decode(AnalysisTemplate.class, tree), templates);
      } else if (tree.get("kind").equals("ClusterAnalysisTemplate")) {
        add(decode(ClusterAnalysisTemplate.class, tree), templates);
      } else {
        objects.add(JsonObject.of(tree));
      }
    }
    return observations(templates, ClusterObjects.of(objects));
  }

  private static <R extends Record> R decode(Class<R> type, Map<String, Object> tree) {
    Map<String, Object> inside = new LinkedHashMap<>(tree);
    inside.keySet().removeAll(List.of("apiVersion", "kind"));
    Decoded<R> decoded = Wire.decode(type, inside);
    assertThat(decoded.problems()).isEmpty();
    return decoded.value();
  }

  private static void add(
      KubernetesObject object, Map<TemplateRef, AnalysisTemplateSpec> templates) {
    if (object instanceof AnalysisTemplate template) {
      templates.put(new TemplateRef(template.metadata().name(), false), template.spec());
    } else if (object instanceof ClusterAnalysisTemplate template) {
      templates.put(new TemplateRef(template.metadata().name(), true), template.spec());
    }
  }

  private static List<Document> read(String resource) throws IOException {
    try (InputStream in =
        RolloutValidationTest.class.getResourceAsStream("/validation/" + resource)) {
      return Codec.standard().read(resource, in.readAllBytes());
    }
  }
}
