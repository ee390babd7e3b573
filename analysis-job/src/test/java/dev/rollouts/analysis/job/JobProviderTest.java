package dev.rollouts.analysis.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollouts.analysis.job.InMemoryJobs.Trouble;
import dev.rollouts.analysis.job.JobClient.Waiting;
import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.Measurement;
import dev.rollouts.api.provider.MeasurementContext;
import dev.rollouts.api.provider.MeasurementContext.RunIdentity;
import dev.rollouts.api.provider.Observation;
import dev.rollouts.api.provider.ProviderSettings;
import dev.rollouts.api.provider.config.JobTemplate;
import dev.rollouts.api.provider.config.JobTemplate.JobMetadata;
import dev.rollouts.api.wire.JsonObject;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class JobProviderTest {
  private static final Instant NOW = Instant.parse("2026-05-01T10:00:00Z");
  private static final String UID = "0f9c2d1e-8c1b-4a55-9f0e-6f1f5f3a7b21";
  private static final RunIdentity RUN = new RunIdentity(UID, "shop-6d5f-3-1", "shop");
  private static final String NAME = UID + ".smoke.1";

  private final InMemoryJobs cluster = new InMemoryJobs(Clock.fixed(NOW, ZoneOffset.UTC));
  private final JobProvider provider = new JobProvider(cluster);

  // --- start

  @Test
  @DisplayName("A-190 the measurement is in flight, due at once, and knows its Job")
  void start() {
    assertThat(provider.run(context("smoke", 1), template()))
        .isEqualTo(Observation.inProgress(Map.of("job-name", NAME, "job-namespace", "shop"), NOW));
    assertThat(cluster.created()).containsExactly("shop/" + NAME);
  }

  @Test
  @DisplayName("§8.3 name, labels, annotations and owner of the Job")
  void manifest() {
    JobTemplate template =
        new JobTemplate(
            new JobMetadata(
                Map.of("team", "shop", "analysisrun.argoproj.io/uid", "forged"),
                Map.of("note", "n", "analysisrun.argoproj.io/metric-name", "forged")),
            JsonObject.of(
                Map.of(
                    "backoffLimit",
                    1,
                    "unheardOf",
                    Map.of("x", 1.5),
                    "template",
                    Map.of(
                        "metadata",
                        Map.of("labels", Map.of("app", "smoke"), "name", "n"),
                        "spec",
                        Map.of("restartPolicy", "Never")))));

    provider.run(context("smoke", 1), template);

    assertThat(cluster.manifests())
        .singleElement()
        .extracting(JsonObject::fields)
        .isEqualTo(
            Map.of(
                "apiVersion",
                "batch/v1",
                "kind",
                "Job",
                "metadata",
                Map.of(
                    "name",
                    NAME,
                    "namespace",
                    "shop",
                    "labels",
                    Map.of("team", "shop", "analysisrun.argoproj.io/uid", UID),
                    "annotations",
                    Map.of(
                        "note",
                        "n",
                        "analysisrun.argoproj.io/name",
                        "shop-6d5f-3-1",
                        "analysisrun.argoproj.io/namespace",
                        "shop",
                        "analysisrun.argoproj.io/metric-name",
                        "smoke"),
                    "ownerReferences",
                    List.of(
                        Map.of(
                            "apiVersion",
                            "argoproj.io/v1alpha1",
                            "kind",
                            "AnalysisRun",
                            "name",
                            "shop-6d5f-3-1",
                            "uid",
                            UID,
                            "controller",
                            true,
                            "blockOwnerDeletion",
                            true))),
                "spec",
                Map.of(
                    "backoffLimit",
                    1,
                    "unheardOf",
                    Map.of("x", 1.5),
                    "template",
                    Map.of(
                        "metadata",
                        Map.of(
                            "labels",
                            Map.of("app", "smoke", "analysisrun.argoproj.io/uid", UID),
                            "name",
                            "n"),
                        "spec",
                        Map.of("restartPolicy", "Never")))));
  }

  @ParameterizedTest(name = "{0} {1} -> {2}")
  @CsvSource({
    "smoke, 1, 0f9c2d1e-8c1b-4a55-9f0e-6f1f5f3a7b21.smoke.1",
    "smoke, 12, 0f9c2d1e-8c1b-4a55-9f0e-6f1f5f3a7b21.smoke.12",
    "abcdefghijklmnopqrstuvwxyz, 1, 0f9c2d1e-8c1b-4a55-9f0e-6f1f5f3a7b21.abcdefghijklmnopqrstuvwx.1",
    "abcdefghijklmnopqrstuvwxyz, 100, 0f9c2d1e-8c1b-4a55-9f0e-6f1f5f3a7b21.abcdefghijklmnopqrstuv.100",
    "abcdefghijklmnopqrstuv--yz, 1, 0f9c2d1e-8c1b-4a55-9f0e-6f1f5f3a7b21.abcdefghijklmnopqrstuv.1"
  })
  @DisplayName("§8.3 the metric's part of the name is cut so that the whole has 63 characters")
  void names(String metric, int attempt, String name) {
    assertThat(JobManifest.name(UID, metric, attempt)).isEqualTo(name).hasSizeLessThanOrEqualTo(63);
  }

  @Test
  @DisplayName("A-191 asked twice for one measurement there is one Job")
  void adoption() {
    Observation first = provider.run(context("smoke", 1), template());
    Observation second = provider.run(context("smoke", 1), template());

    assertThat(second).isEqualTo(first);
    assertThat(cluster.created()).hasSize(1);
  }

  static Stream<Arguments> strangers() {
    return Stream.of(
        Arguments.of("A-191 of another run", "other-uid", UID, "", "already exists"),
        Arguments.of("A-191 without a controller", null, UID, "", "already exists"),
        Arguments.of(
            "A-191 in a foreign namespace, of another run",
            null,
            "other-uid",
            "jobs",
            "already exists"),
        Arguments.of("A-191 in a foreign namespace, of this run", null, UID, "jobs", ""));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void strangers(String row, @Nullable String owner, String label, String elsewhere, String error) {
    String where = elsewhere.isEmpty() ? "shop" : elsewhere;
    Map<String, Object> metadata = new LinkedHashMap<>();
    metadata.put("name", NAME);
    metadata.put("namespace", where);
    metadata.put("labels", Map.of("analysisrun.argoproj.io/uid", label));
    if (owner != null) {
      metadata.put("ownerReferences", List.of(Map.of("uid", owner, "controller", true)));
    }
    cluster.put(JsonObject.of(Map.of("metadata", metadata)));

    Observation observation =
        (elsewhere.isEmpty() ? provider : provider.inNamespace(elsewhere))
            .run(context("smoke", 1), template());

    assertThat(observation)
        .isEqualTo(
            error.isEmpty()
                ? Observation.inProgress(Map.of("job-name", NAME, "job-namespace", where), NOW)
                : Observation.failure("jobs.batch \"" + NAME + "\" already exists"));
  }

  @Test
  @DisplayName("A-192 a refused creation is an Error")
  void refused() {
    cluster.next(Trouble.REFUSED);

    assertThat(provider.run(context("smoke", 1), template()))
        .isEqualTo(Observation.failure("jobs.batch is forbidden"));
    assertThat(cluster.created()).isEmpty();
  }

  @Test
  @DisplayName("A-192 a creation whose answer was lost is found instead of done again")
  void lostAnswer() {
    cluster.next(Trouble.LOST_ANSWER);

    assertThat(provider.run(context("smoke", 1), template()))
        .isEqualTo(Observation.inProgress(Map.of("job-name", NAME, "job-namespace", "shop"), NOW));
    assertThat(cluster.created()).hasSize(1);
  }

  @Test
  @DisplayName("A-192 a creation that never arrived is an Error")
  void lostRequest() {
    cluster.next(Trouble.LOST_REQUEST);
    assertThat(provider.run(context("smoke", 1), template()))
        .isEqualTo(Observation.failure("connection reset"));

    cluster.next(Trouble.LOST_REQUEST).next(Trouble.LOST_REQUEST);
    assertThat(provider.run(context("smoke", 1), template()))
        .as("nobody to ask whether it is there")
        .isEqualTo(Observation.failure("connection reset"));
  }

  @ParameterizedTest
  @CsvSource({"Smoke", "smoke_test", "-smoke", "smoke test"})
  @DisplayName("A-193 a metric whose name no Job can have is an Error")
  void illegalNames(String metric) {
    assertThat(provider.run(context(metric, 1), template()))
        .isInstanceOfSatisfying(
            Observation.Failure.class,
            failure -> assertThat(failure.message()).contains("is invalid: metadata.name"));
  }

  @Test
  @DisplayName("§7.2 in another namespace a Job has no owner")
  void elsewhere() {
    JobProvider elsewhere =
        provider.withSettings(
            ProviderSettings.defaults()
                .withEnvironment(Map.of("ARGO_ROLLOUTS_ANALYSIS_JOB_NAMESPACE", "jobs")));

    assertThat(elsewhere.run(context("smoke", 1), template()))
        .isEqualTo(Observation.inProgress(Map.of("job-name", NAME, "job-namespace", "jobs"), NOW));
    assertThat(cluster.manifests().get(0).at("metadata", "ownerReferences")).isNull();
    assertThat(
            provider.withSettings(ProviderSettings.defaults()).run(context("smoke", 2), template()))
        .isEqualTo(
            Observation.inProgress(
                Map.of("job-name", UID + ".smoke.2", "job-namespace", "shop"), NOW));
  }

  @Test
  @DisplayName("§7.2 a kubeconfig that cannot be read makes every measurement an Error")
  void unreadableKubeconfig() {
    JobProvider unreadable =
        provider.withSettings(
            ProviderSettings.defaults()
                .withEnvironment(
                    Map.of("ARGO_ROLLOUTS_ANALYSIS_JOB_KUBECONFIG", "/does/not/exist")));
    JobProvider noPod =
        provider.withSettings(
            ProviderSettings.defaults()
                .withEnvironment(Map.of("ARGO_ROLLOUTS_ANALYSIS_JOB_KUBECONFIG", "in-cluster")));

    assertThat(unreadable.run(context("smoke", 1), template()))
        .isEqualTo(
            Observation.failure(
                "ARGO_ROLLOUTS_ANALYSIS_JOB_KUBECONFIG \"/does/not/exist\": no readable kubeconfig (NoSuchFileException)"));
    assertThat(noPod.run(context("smoke", 1), template()))
        .isEqualTo(
            Observation.failure(
                "ARGO_ROLLOUTS_ANALYSIS_JOB_KUBECONFIG \"in-cluster\": KUBERNETES_SERVICE_HOST is not set: this is no pod"));
  }

  @Test
  void aRunOutsideAClusterMustBeToldWhere() {
    MeasurementContext outside =
        MeasurementContext.of(new RunIdentity(UID, "shop-42", ""), "smoke", 1, NOW);

    assertThat(provider.run(outside, template()))
        .isEqualTo(
            Observation.failure(
                "metric \"smoke\": the run has no namespace to put its Job in; set ARGO_ROLLOUTS_ANALYSIS_JOB_NAMESPACE"));
    assertThat(provider.inNamespace("jobs").run(outside, template()))
        .isInstanceOf(Observation.InProgress.class);
  }

  // --- look

  static Stream<Arguments> conditions() {
    return Stream.of(
        Arguments.of("A-195", List.of("Complete"), AnalysisPhase.SUCCESSFUL),
        Arguments.of("A-195", List.of("Failed"), AnalysisPhase.FAILED),
        Arguments.of(
            "A-195 the later counts", List.of("Failed", "Complete"), AnalysisPhase.SUCCESSFUL),
        Arguments.of("A-195 the later counts", List.of("Complete", "Failed"), AnalysisPhase.FAILED),
        Arguments.of(
            "A-195 others do not",
            List.of("SuccessCriteriaMet", "Complete", "Suspended"),
            AnalysisPhase.SUCCESSFUL),
        Arguments.of("A-195 others do not", List.of("FailureTarget"), null),
        Arguments.of("A-195 others do not", List.of("Suspended", "SuccessCriteriaMet"), null),
        Arguments.of("A-195 none yet", List.of(), null));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource
  void conditions(String rule, List<String> types, @Nullable AnalysisPhase phase) {
    provider.run(context("smoke", 1), template());
    types.forEach(type -> cluster.condition("shop", NAME, type));

    Observation observation = provider.resume(at(50), template(), inFlight());

    assertThat(observation)
        .isEqualTo(
            phase == null
                ? Observation.inProgress(
                    Map.of("job-name", NAME, "job-namespace", "shop"), NOW.plusSeconds(60))
                : Observation.verdict(phase));
  }

  @ParameterizedTest(name = "{0} s -> {1} s")
  @CsvSource({"0, 1", "2, 2", "8, 4", "50, 10", "200, 20", "5000, 100"})
  @DisplayName("A-197 the next look is √(2·elapsed) seconds ahead, one at least")
  void spacing(long elapsed, long wait) {
    provider.run(context("smoke", 1), template());

    assertThat(provider.resume(at(elapsed), template(), inFlight()))
        .isEqualTo(
            Observation.inProgress(
                Map.of("job-name", NAME, "job-namespace", "shop"),
                NOW.plusSeconds(elapsed).plusSeconds(wait)));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({"ErrImagePull", "ImagePullBackOff", "InvalidImageName"})
  @DisplayName("A-196 an image that will not come is Inconclusive, and the Job stays")
  void images(String reason) {
    provider.run(context("smoke", 1), template());
    cluster.waiting("shop", NAME, "p-1", new Waiting("main", reason, "no such image"));

    assertThat(provider.resume(at(5), template(), inFlight()))
        .isEqualTo(
            new Observation.Verdict(
                AnalysisPhase.INCONCLUSIVE,
                "",
                "Pod p-1, container main has terminal error (" + reason + "): no such image\n",
                Map.of()));
    assertThat(cluster.deleted()).isEmpty();
  }

  @Test
  @DisplayName(
      "A-196 a container that waits for anything else goes on; a completed Job's pods are not looked at")
  void otherWaits() {
    provider.run(context("smoke", 1), template());
    cluster.waiting("shop", NAME, "p-1", new Waiting("main", "ContainerCreating", ""));
    assertThat(provider.resume(at(5), template(), inFlight()))
        .isInstanceOf(Observation.InProgress.class);

    cluster.waiting("shop", NAME, "p-2", new Waiting("main", "ErrImagePull", "gone"));
    cluster.complete("shop", NAME);
    assertThat(provider.resume(at(5), template(), inFlight()))
        .isEqualTo(Observation.verdict(AnalysisPhase.SUCCESSFUL));
  }

  @Test
  @DisplayName("A-194 a Job that is gone is an Error, one that is not visible yet is not")
  void gone() {
    provider.run(context("smoke", 1), template());
    cluster.next(Trouble.STALE_READ);
    assertThat(provider.resume(at(0), template(), inFlight()))
        .isEqualTo(
            Observation.inProgress(
                Map.of("job-name", NAME, "job-namespace", "shop"), NOW.plusSeconds(1)));

    cluster.next(Trouble.STALE_READ);
    assertThat(provider.resume(at(10), template(), inFlight()))
        .isEqualTo(Observation.failure("job.batch \"" + NAME + "\" not found"));
  }

  @Test
  @DisplayName("A-192 a look that fails is an Error")
  void unreachable() {
    provider.run(context("smoke", 1), template());
    cluster.next(Trouble.REFUSED);

    assertThat(provider.resume(at(5), template(), inFlight()))
        .isEqualTo(Observation.failure("jobs.batch is forbidden"));
  }

  @Test
  @DisplayName(
      "A-200 without its Job's name a measurement cannot go on; without the namespace it is the run's")
  void metadata() {
    provider.run(context("smoke", 1), template());
    cluster.complete("shop", NAME);

    assertThat(provider.resume(at(5), template(), inFlight(Map.of())))
        .isEqualTo(Observation.failure("job metadata reference missing"));
    assertThat(provider.terminate(at(5), template(), inFlight(Map.of("job-namespace", "shop"))))
        .isEqualTo(Observation.failure("job metadata reference missing"));
    assertThat(provider.resume(at(5), template(), inFlight(Map.of("job-name", NAME))))
        .isEqualTo(Observation.verdict(AnalysisPhase.SUCCESSFUL));
  }

  @Test
  @DisplayName("A-202 a Job has no value to put a condition to")
  void noValue() {
    assertThat(provider.resultKinds(template())).isEmpty();
    assertThat(provider.metadata(template())).isEmpty();
  }

  // --- stop

  @Test
  @DisplayName("A-199 a Job that is stopped is deleted, and it is fine if it is gone")
  void stop() {
    provider.run(context("smoke", 1), template());

    for (int i = 0; i < 2; i++) {
      assertThat(provider.terminate(at(5), template(), inFlight()))
          .isEqualTo(Observation.verdict(AnalysisPhase.INCONCLUSIVE));
    }
    assertThat(cluster.deleted()).containsExactly("shop/" + NAME);
  }

  @ParameterizedTest(name = "request {0} is refused")
  @ValueSource(ints = {1, 2})
  @DisplayName("A-199 a Job that cannot be deleted is an Error")
  void cannotStop(int request) {
    provider.run(context("smoke", 1), template());
    for (int i = 1; i < request; i++) {
      cluster.next(Trouble.NONE);
    }
    cluster.next(Trouble.REFUSED);

    assertThat(provider.terminate(at(5), template(), inFlight()))
        .isEqualTo(Observation.failure("jobs.batch is forbidden"));
    assertThat(cluster.deleted()).isEmpty();
  }

  @Test
  void aStatusThatWasTamperedWithDeletesNoJobOfOthers() {
    cluster.put(
        JsonObject.of(
            Map.of("metadata", Map.of("name", "payroll", "namespace", "hr", "labels", Map.of()))));

    assertThat(
            provider.terminate(
                at(5), template(), inFlight(Map.of("job-name", "payroll", "job-namespace", "hr"))))
        .isEqualTo(
            Observation.failure(
                "job.batch \"payroll\" in namespace \"hr\" was not created for run \"shop-6d5f-3-1\"; it is left alone"));
    assertThat(cluster.deleted()).isEmpty();
  }

  // --- clean up

  @Test
  @DisplayName("A-163 the oldest Jobs of the metric go, those of other metrics and runs stay")
  void garbage() {
    for (int attempt = 1; attempt <= 12; attempt++) {
      provider.run(context("smoke", attempt), template());
      provider.run(context("load", attempt), template());
    }
    provider.run(
        MeasurementContext.of(new RunIdentity("other", "other", "shop"), "smoke", 1, NOW),
        template());

    provider.collectGarbage(context("smoke", 12), template(), 10);

    assertThat(cluster.deleted())
        .containsExactly("shop/" + UID + ".smoke.1", "shop/" + UID + ".smoke.2");
    provider.collectGarbage(context("smoke", 12), template(), 10);
    assertThat(cluster.deleted()).hasSize(2);
  }

  @Test
  @DisplayName("A-162 a cluster that refuses stops the cleaning up")
  void garbageRefused() {
    cluster.next(Trouble.REFUSED);

    assertThatThrownBy(() -> provider.collectGarbage(context("smoke", 12), template(), 10))
        .hasMessage("jobs.batch is forbidden");
  }

  // --- what the rows are made with

  private static MeasurementContext context(String metric, int attempt) {
    return MeasurementContext.of(RUN, metric, attempt, NOW);
  }

  private static MeasurementContext at(long secondsLater) {
    return MeasurementContext.of(RUN, "smoke", 1, NOW.plusSeconds(secondsLater));
  }

  private static JobTemplate template() {
    return new JobTemplate(
        null,
        JsonObject.of(
            Map.of(
                "template",
                Map.of(
                    "spec",
                    Map.of(
                        "restartPolicy",
                        "Never",
                        "containers",
                        List.of(Map.of("name", "main", "image", "smoke:1")))))));
  }

  private static Measurement inFlight() {
    return inFlight(Map.of("job-name", NAME, "job-namespace", "shop"));
  }

  private static Measurement inFlight(Map<String, String> metadata) {
    return new Measurement(AnalysisPhase.RUNNING, "", NOW, null, "", metadata, NOW);
  }
}
