package dev.rollouts.analysis.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.rollouts.analysis.job.JobClient.JobState;
import dev.rollouts.analysis.job.JobClient.PodState;
import dev.rollouts.analysis.job.JobClient.RefusedException;
import dev.rollouts.analysis.job.JobClient.Waiting;
import dev.rollouts.api.wire.JsonObject;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Against fabric8's stand-in for an API server; its fields are set by its extension. */
@NullUnmarked
class KubernetesJobsTest {
  private static final Map.Entry<String, String> OURS =
      Map.entry("analysisrun.argoproj.io/uid", "u-1");

  /** A server that keeps what it is given. */
  @Nested
  @EnableKubernetesMockClient(crud = true)
  class WithObjects {
    private KubernetesMockServer server;
    private KubernetesClient client;
    private JobClient jobs;

    @BeforeEach
    void connect() {
      jobs = new KubernetesJobs(client);
    }

    @Test
    void whatIsCreatedIsFound() throws Exception {
      jobs.create(manifest("u-1.smoke.1", "u-1", "owner-1"));

      Optional<JobState> found = jobs.find("shop", "u-1.smoke.1");

      assertThat(found)
          .hasValueSatisfying(
              job -> {
                assertThat(job.namespace()).isEqualTo("shop");
                assertThat(job.name()).isEqualTo("u-1.smoke.1");
                assertThat(job.labels()).containsEntry("analysisrun.argoproj.io/uid", "u-1");
                assertThat(job.annotations()).containsEntry("note", "n");
                assertThat(job.controllerUid()).isEqualTo("owner-1");
                assertThat(job.createdAt()).isNotNull();
                assertThat(job.conditions()).isEmpty();
              });
      assertThat(jobs.find("shop", "u-1.smoke.2")).isEmpty();
      assertThat(jobs.find("other", "u-1.smoke.1")).isEmpty();
    }

    @Test
    void theJobGoesOutAsItWasWritten() throws Exception {
      jobs.create(manifest("u-1.smoke.1", "u-1", "owner-1"));

      GenericKubernetesResource job =
          client
              .genericKubernetesResources("batch/v1", "Job")
              .inNamespace("shop")
              .withName("u-1.smoke.1")
              .get();
      assertThat(job.<Object>get("spec", "unheardOf", "x")).isEqualTo(1.5);
    }

    @Test
    void aNameThatIsTakenIsSaidSo() throws Exception {
      jobs.create(manifest("u-1.smoke.1", "u-1", "owner-1"));

      RefusedException refusal =
          catchThrowableOfType(
              RefusedException.class, () -> jobs.create(manifest("u-1.smoke.1", "u-1", "owner-1")));

      assertThat(refusal.kind()).isEqualTo(RefusedException.Kind.ALREADY_EXISTS);
    }

    @Test
    void conditionsComeInTheirOrder() throws Exception {
      jobs.create(manifest("u-1.smoke.1", "u-1", "owner-1"));
      Job job = client.batch().v1().jobs().inNamespace("shop").withName("u-1.smoke.1").get();
      client
          .resource(
              new JobBuilder(job)
                  .withNewStatus()
                  .addNewCondition()
                  .withType("FailureTarget")
                  .withStatus("True")
                  .endCondition()
                  .addNewCondition()
                  .withType("Failed")
                  .withStatus("False")
                  .endCondition()
                  .endStatus()
                  .build())
          .updateStatus();

      assertThat(jobs.find("shop", "u-1.smoke.1").orElseThrow().conditions())
          .containsExactly("FailureTarget", "Failed");
    }

    @Test
    void deletingIsForegroundAndTwiceIsFine() throws Exception {
      jobs.create(manifest("u-1.smoke.1", "u-1", "owner-1"));

      jobs.delete("shop", "u-1.smoke.1");

      assertThat(server.getLastRequest().getMethod()).isEqualTo("DELETE");
      assertThat(server.getLastRequest().getUtf8Body())
          .contains("\"propagationPolicy\":\"Foreground\"");
      assertThat(jobs.find("shop", "u-1.smoke.1")).isEmpty();
      jobs.delete("shop", "u-1.smoke.1");
    }

    @Test
    void onlyJobsOfTheRunAreListed() throws Exception {
      jobs.create(manifest("u-1.smoke.1", "u-1", "owner-1"));
      jobs.create(manifest("u-1.smoke.2", "u-1", "owner-1"));
      jobs.create(manifest("u-2.smoke.1", "u-2", "owner-2"));

      assertThat(jobs.list("shop", OURS))
          .extracting(JobState::name)
          .containsExactlyInAnyOrder("u-1.smoke.1", "u-1.smoke.2");
      assertThat(jobs.list("other", OURS)).isEmpty();
    }

    @Test
    void podsAreThoseOfTheJobWithInitContainersFirst() throws Exception {
      pod("mine", "c-1", "u-1");
      pod("of-another-job", "c-2", "u-1");
      pod("of-another-run", "c-1", "u-2");
      JobState job =
          new JobState(
              "shop",
              "u-1.smoke.1",
              Map.of(),
              Map.of(),
              null,
              null,
              List.of(),
              JsonObject.of(Map.of("matchLabels", Map.of("controller-uid", "c-1"))));

      assertThat(jobs.pods(job, OURS))
          .containsExactly(
              new PodState(
                  "mine",
                  List.of(
                      new Waiting("init", "ErrImagePull", "no init"),
                      new Waiting("main", "PodInitializing", ""))));
    }

    private void pod(String name, String controller, String run) {
      client
          .resource(
              new PodBuilder()
                  .withNewMetadata()
                  .withNamespace("shop")
                  .withName(name)
                  .addToLabels("controller-uid", controller)
                  .addToLabels("analysisrun.argoproj.io/uid", run)
                  .endMetadata()
                  .withNewStatus()
                  .withContainerStatuses(waiting("main", "PodInitializing", null), running())
                  .withInitContainerStatuses(waiting("init", "ErrImagePull", "no init"))
                  .endStatus()
                  .build())
          .create();
    }

    private static ContainerStatus waiting(String name, String reason, String message) {
      return new ContainerStatusBuilder()
          .withName(name)
          .withNewState()
          .withNewWaiting()
          .withReason(reason)
          .withMessage(message)
          .endWaiting()
          .endState()
          .build();
    }

    private static ContainerStatus running() {
      return new ContainerStatusBuilder()
          .withName("sidecar")
          .withNewState()
          .withNewRunning()
          .endRunning()
          .endState()
          .build();
    }
  }

  /** A server that answers as the test says. */
  @Nested
  @EnableKubernetesMockClient
  class WithAnswers {
    private KubernetesMockServer server;
    private KubernetesClient client;

    @Test
    void theServersWordsAreTheMessage() {
      server
          .expect()
          .post()
          .withPath("/apis/batch/v1/namespaces/shop/jobs")
          .andReturn(
              403,
              new StatusBuilder()
                  .withCode(403)
                  .withReason("Forbidden")
                  .withMessage(
                      "jobs.batch is forbidden: User \"x\" cannot create resource \"jobs\"")
                  .build())
          .always();

      RefusedException refusal = refusal(askingOnce());

      assertThat(refusal)
          .hasMessage("jobs.batch is forbidden: User \"x\" cannot create resource \"jobs\"");
      assertThat(refusal.kind()).isEqualTo(RefusedException.Kind.REFUSED);
    }

    @Test
    void aServerThatGaveUpMayHaveDoneIt() {
      server
          .expect()
          .post()
          .withPath("/apis/batch/v1/namespaces/shop/jobs")
          .andReturn(504, new StatusBuilder().withCode(504).withMessage("timeout").build())
          .always();

      RefusedException refusal = refusal(askingOnce());

      assertThat(refusal).hasMessage("timeout");
      assertThat(refusal.kind()).isEqualTo(RefusedException.Kind.UNCERTAIN);
    }

    @Test
    void aServerThatIsNotThereMayHaveDoneIt() {
      Config nowhere =
          new ConfigBuilder(Config.empty())
              .withMasterUrl("http://127.0.0.1:1")
              .withRequestRetryBackoffLimit(0)
              .build();
      try (KubernetesClient lost = new KubernetesClientBuilder().withConfig(nowhere).build()) {
        assertThat(refusal(lost).kind()).isEqualTo(RefusedException.Kind.UNCERTAIN);
      }
    }

    /** By default a client asks ten times. */
    private KubernetesClient askingOnce() {
      return new KubernetesClientBuilder()
          .withConfig(
              new ConfigBuilder(client.getConfiguration()).withRequestRetryBackoffLimit(0).build())
          .build();
    }

    private RefusedException refusal(KubernetesClient asked) {
      return catchThrowableOfType(
          RefusedException.class,
          () -> new KubernetesJobs(asked).create(manifest("u-1.smoke.1", "u-1", "owner-1")));
    }
  }

  private static JsonObject manifest(String name, String run, String owner) {
    return JsonObject.of(
        Map.of(
            "apiVersion",
            "batch/v1",
            "kind",
            "Job",
            "metadata",
            Map.of(
                "name",
                name,
                "namespace",
                "shop",
                "labels",
                Map.of("analysisrun.argoproj.io/uid", run),
                "annotations",
                Map.of("note", "n"),
                "ownerReferences",
                List.of(
                    Map.of(
                        "apiVersion",
                        "argoproj.io/v1alpha1",
                        "kind",
                        "AnalysisRun",
                        "name",
                        "r",
                        "uid",
                        owner,
                        "controller",
                        true))),
            "spec",
            Map.of("unheardOf", Map.of("x", 1.5), "template", Map.of("spec", Map.of()))));
  }
}
