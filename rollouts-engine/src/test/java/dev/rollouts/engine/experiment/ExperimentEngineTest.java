package dev.rollouts.engine.experiment;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.Condition;
import dev.rollouts.api.ObjectMeta;
import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.analysis.AnalysisSpec;
import dev.rollouts.api.analysis.AnalysisTemplateSpec;
import dev.rollouts.api.analysis.Argument;
import dev.rollouts.api.analysis.Metric;
import dev.rollouts.api.analysis.TemplateRef;
import dev.rollouts.api.experiment.ExperimentRunStatus;
import dev.rollouts.api.experiment.ExperimentStatus;
import dev.rollouts.api.experiment.ExperimentTemplatePhase;
import dev.rollouts.api.experiment.ExperimentTemplateStatus;
import dev.rollouts.api.provider.config.WebRequest;
import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.engine.Event;
import dev.rollouts.engine.cluster.ClusterAnswer.Refusal;
import dev.rollouts.engine.cluster.ClusterAnswer.Refused;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.cluster.ReplicaSet;
import dev.rollouts.engine.cluster.Service;
import dev.rollouts.engine.hash.PodTemplateHash;
import dev.rollouts.engine.rollout.children.PodTemplates;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Turns of an experiment: docs/spec/experiment.md. */
class ExperimentEngineTest {
  private static final String REQUIRED =
      "'analyses': [{'name': 'check', 'templateName': 'good', 'requiredForCompletion': true}]";
  private static final String OPTIONAL = "'analyses': [{'name': 'check', 'templateName': 'good'}]";
  private static final String BOTH =
      "'analyses': [{'name': 'check', 'templateName': 'good', 'requiredForCompletion': true}, {'name': 'extra', 'templateName': 'other'}]";

  /** An experiment that runs, with its analyses started. */
  private static Trial running(String templateFields, String specFields) {
    Trial trial = Trial.single(templateFields, specFields).settleGrowing();
    assertThat(trial.phase()).isEqualTo("Running");
    return trial;
  }

  // The turn.

  @Test
  @DisplayName("E-001 a deleted experiment is left alone")
  void deleted() {
    Trial trial = Trial.single("", "").delete().turn();
    assertThat(trial.last().effects()).isEmpty();
    assertThat(trial.status()).isEqualTo(ExperimentStatus.empty());
  }

  @Test
  @DisplayName("E-001 an invalid spec becomes a condition, nothing else is touched, and it passes")
  void invalidSpec() {
    Trial trial = running("", "");
    ReplicaSet before = trial.replicaSet("a");
    trial.edit("templates", "[" + Trial.template("", "") + "]").settle();
    Condition condition = trial.condition("InvalidSpec").orElseThrow();
    assertThat(condition.status()).isEqualTo("True");
    assertThat(condition.reason()).isEqualTo("InvalidSpec");
    assertThat(condition.message()).isEqualTo("Experiment exp has empty template name at index 0");
    assertThat(trial.replicaSets.values()).containsExactly(before);
    assertThat(trial.phase()).isEqualTo("Running");
    trial.edit("templates", "[" + Trial.template("a", "'minReadySeconds': 900") + "]").settle();
    assertThat(trial.condition("InvalidSpec").orElseThrow().message())
        .startsWith("MinReadySeconds cannot be longer");
    trial.edit("templates", "[" + Trial.template("a", "") + "]").settle();
    assertThat(trial.condition("InvalidSpec")).isEmpty();
  }

  @Test
  @DisplayName("E-002 E-022 a completed experiment still scales down")
  void scalingDownAfterTheEnd() {
    Trial trial = running("", "'duration': '5m'").waitSeconds(301).settle();
    assertThat(trial.phase()).isEqualTo("Successful");
    assertThat(trial.replicaSet("a").replicas()).isEqualTo(1);
    trial.waitSeconds(30).settleGrowing();
    assertThat(trial.replicaSet("a").replicas()).isZero();
    assertThat(trial.template("a").availableReplicas()).isZero();
  }

  @ParameterizedTest(name = "{0}: {1} {2} {3} ends it: {4}")
  @CsvSource({
    "E-003,true,Running,Running,true",
    "E-003,false,Running,Running,false",
    "E-003,false,Failed,Running,true",
    "E-003,false,Error,Running,true",
    "E-003,false,Running,Failed,true",
    "E-003,false,Running,Error,true",
    "E-003,false,Running,Inconclusive,true",
    "E-003,false,Running,Successful,true",
    "E-004,false,Successful,Running,true",
  })
  void theStatusAsReadTellsWhetherAllEnds(
      String rule, boolean terminate, String template, String analysis, boolean ends) {
    Trial trial = running("'replicas': 2", REQUIRED);
    ExperimentStatus status = trial.status();
    ExperimentTemplateStatus old = trial.template("a");
    ExperimentTemplatePhase phase = null;
    for (ExperimentTemplatePhase each : ExperimentTemplatePhase.values()) {
      phase = each.wireName().equals(template) ? each : phase;
    }
    trial.from(
        new ExperimentStatus(
            status.phase(),
            "",
            status.availableAt(),
            List.of(
                new ExperimentTemplateStatus(
                    "a", 2, 2, 2, 2, null, phase, "", old.lastTransitionTime(), "", "")),
            List.of(
                new ExperimentRunStatus(
                    "check", "exp-check", AnalysisPhase.ofWireName(analysis).orElseThrow(), "")),
            List.of()));
    trial.edit("terminate", String.valueOf(terminate)).decide();
    boolean deadline =
        trial.last().effects().stream()
            .filter(ClusterEffect.UpdateReplicaSet.class::isInstance)
            .map(effect -> ((ClusterEffect.UpdateReplicaSet) effect).after())
            .anyMatch(each -> each.annotation(RolloutKeys.SCALE_DOWN_DEADLINE) != null);
    assertThat(deadline).as(rule).isEqualTo(ends);
  }

  @Test
  @DisplayName("E-005 two ReplicaSets for one template are not touched, and said to be in the way")
  void twoReplicaSets() {
    Trial trial = Trial.single("", "").turn();
    ReplicaSet one = trial.replicaSet("a");
    ExperimentObservations seen =
        new ExperimentObservations(
            List.of(one, one.withMetadata(one.metadata().withName("copy"))),
            List.of(),
            List.of(),
            Map.of(),
            List.of());
    var decision = trial.engine().decide(trial.experiment(), seen, trial.now());
    assertThat(decision.effects())
        .containsExactly(
            new ClusterEffect.Retry("multiple ReplicaSets match single experiment template: a"));
    assertThat(decision.status()).isEqualTo(trial.status());
  }

  @Test
  @DisplayName("E-005 of two Services for one template the one that is wanted stays")
  void twoServices() {
    Trial trial = Trial.single("'service': {'name': 'svc'}", "").turn().hide("svc").turn();
    assertThat(trial.services.keySet()).containsExactly("svc");
    trial.edit("templates", "[" + Trial.template("a", "'service': {}") + "]").turn();
    assertThat(trial.services.keySet()).containsExactly("svc", "exp-a");
    trial.showAll().settleGrowing();
    assertThat(trial.services.keySet()).containsExactly("exp-a");
    assertThat(trial.template("a").serviceName()).isEqualTo("exp-a");
    assertThat(trial.phase()).isEqualTo("Running");
  }

  @Test
  @DisplayName("E-005 a ReplicaSet of another owner, experiment or template is not one's own")
  void foreignReplicaSets() {
    Trial trial = Trial.single("", "").turn();
    ReplicaSet own = trial.replicaSet("a");
    trial.replicaSets.clear();
    ReplicaSet foreign =
        own.withMetadata(
            own.metadata()
                .withName("foreign")
                .with(own.metadata().labels(), own.metadata().annotations(), List.of()));
    trial.replicaSets.put("foreign", foreign);
    trial.replicaSets.put(
        "unknown",
        own.withMetadata(own.metadata().withName("unknown"))
            .withAnnotation(RolloutKeys.EXPERIMENT_TEMPLATE, "gone"));
    trial.replicaSets.put(
        "namesake",
        own.withMetadata(own.metadata().withName("namesake"))
            .withAnnotation(RolloutKeys.EXPERIMENT_NAME, "other"));
    trial.turn();
    assertThat(trial.last().effects())
        .anyMatch(ClusterEffect.CreateReplicaSet.class::isInstance)
        .noneMatch(ClusterEffect.UpdateReplicaSet.class::isInstance);
  }

  // Templates.

  @Test
  @DisplayName("E-010 E-081 a ReplicaSet is made empty, with the hash of its own template")
  void creatingTheReplicaSet() {
    Trial trial =
        Trial.of(
            """
            {'templates': [{'name': 'a', 'minReadySeconds': 3,
              'selector': {'matchLabels': {'app': 'web', 'rollouts-pod-template-hash': 'rollout'}},
              'template': {'metadata': {'labels': {'app': 'web', 'rollouts-pod-template-hash': 'rollout'}},
                           'spec': {'containers': []}}}]}
            """);
    trial.turn();
    ReplicaSet made = trial.replicaSet("a");
    String hash = PodTemplateHash.of(trial.experiment().spec().templates().get(0).template(), null);
    assertThat(made.name()).isEqualTo("exp-a");
    assertThat(made.replicas()).isZero();
    assertThat(made.minReadySeconds()).isEqualTo(3);
    assertThat(made.hash()).isEqualTo(hash).isNotEqualTo("rollout");
    assertThat(made.metadata().namespace()).isEqualTo("shop");
    assertThat(made.metadata().labels())
        .isEqualTo(Map.of("app", "web", "rollouts-pod-template-hash", hash));
    assertThat(made.selector().matchLabels()).isEqualTo(made.metadata().labels());
    assertThat(PodTemplates.labels(made.template())).isEqualTo(made.metadata().labels());
    assertThat(made.metadata().annotations())
        .isEqualTo(
            Map.of(
                "experiment.argoproj.io/name", "exp", "experiment.argoproj.io/template-name", "a"));
    assertThat(made.metadata().ownerReferences())
        .containsExactly(
            new ObjectMeta.OwnerReference(
                "argoproj.io/v1alpha1", "Experiment", "exp", "u-exp", true, true));
    assertThat(trial.template("a").lastTransitionTime()).isEqualTo(Trial.START);
    assertThat(trial.templatePhase("a")).isEqualTo("Progressing");
    assertThat(trial.events)
        .contains(Event.normal("NewReplicaSetCreated", "Created ReplicaSet exp-a"));
  }

  @Test
  @DisplayName(
      "E-010 it is made also when all is to end; that of a completed template is not made again")
  void creatingWhileTerminating() {
    Trial trial = Trial.single("", "").terminate().settle();
    assertThat(trial.replicaSet("a").replicas()).isZero();
    assertThat(trial.phase()).isEqualTo("Successful");
    trial.replicaSets.clear();
    trial.settle();
    assertThat(trial.replicaSets).isEmpty();
  }

  @Test
  @DisplayName("E-011 one that exists already is taken over once it is seen")
  void alreadyThere() {
    Trial trial = Trial.single("", "").turn().hide("exp-a").turn().turn();
    assertThat(trial.count(ClusterEffect.CreateReplicaSet.class)).isEqualTo(1);
    assertThat(trial.last().effects()).contains(new ClusterEffect.Retry("the cluster says no"));
    trial.showAll().settleGrowing();
    assertThat(trial.phase()).isEqualTo("Running");
    assertThat(trial.template("a").collisionCount()).isNull();
  }

  @Test
  @DisplayName("E-011 a name that something else has is passed by, also if that something goes")
  void collision() {
    Trial trial = Trial.single("", "");
    ReplicaSet foreign =
        Manifests.replicaSet(
            trial.experiment().withMetadata(ObjectMeta.named("exp").withUid("other")),
            trial.experiment().spec().templates().get(0),
            null);
    trial.replicaSets.put("exp-a", foreign);
    trial.turn();
    assertThat(trial.replicaSet("a").name()).isEqualTo("exp-a-1");
    assertThat(trial.replicaSet("a").hash()).isNotEqualTo(foreign.hash());
    assertThat(trial.template("a").collisionCount()).isEqualTo(1);
    trial.replicaSets.remove("exp-a");
    trial.hide("exp-a-1").turn().showAll().settleGrowing();
    assertThat(trial.replicaSets.keySet()).containsExactly("exp-a-1");
    assertThat(trial.phase()).isEqualTo("Running");
    assertThat(trial.replicaSets.get("exp-a")).isNull();
  }

  @Test
  @DisplayName("E-012 a ReplicaSet that is refused is an Error with the cluster's words")
  void createRefused() {
    Trial trial =
        Trial.single("", "").refuse(ClusterEffect.CreateReplicaSet.class, Refusal.OTHER).settle();
    assertThat(trial.templatePhase("a")).isEqualTo("Error");
    assertThat(trial.template("a").message())
        .isEqualTo("Failed to create ReplicaSet for template 'a': the cluster says no");
    assertThat(trial.phase()).isEqualTo("Error");
    assertThat(trial.status().message()).isEqualTo(trial.template("a").message());
    assertThat(trial.events)
        .contains(
            Event.normal(
                "ReplicaSetCreateError",
                "Failed to create ReplicaSet for template 'a': the cluster says no"));
  }

  @Test
  @DisplayName("E-013 E-014 a Service is made before the pods, and both names are in the status")
  void service() {
    Trial trial = Trial.single("'service': {}", "").turn().turn();
    List<String> order =
        trial.performed.stream().map(effect -> effect.getClass().getSimpleName()).toList();
    assertThat(order.indexOf("CreateService")).isLessThan(order.indexOf("UpdateReplicaSet"));
    Service service = trial.services.values().iterator().next();
    assertThat(service.name()).isEqualTo("exp-a");
    assertThat(service.selector()).isEqualTo(trial.replicaSet("a").metadata().labels());
    assertThat(service.ports())
        .containsExactly(
            Trial.tree("{'name': 'http', 'protocol': 'TCP', 'port': 8080, 'targetPort': 8080}"));
    assertThat(service.metadata().annotations())
        .isEqualTo(trial.replicaSet("a").metadata().annotations());
    assertThat(service.metadata().controllerUid()).isEqualTo("u-exp");
    assertThat(trial.template("a").serviceName()).as("not seen yet").isEmpty();
    trial.settleGrowing();
    assertThat(trial.template("a").serviceName()).isEqualTo("exp-a");
    assertThat(trial.template("a").podTemplateHash()).isEqualTo(trial.replicaSet("a").hash());
  }

  @ParameterizedTest(name = "{0}: ports {1} become {2}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "E-013 | {'containerPort': 80}                                   | {'port': 80, 'targetPort': 80}",
        "E-013 | {'containerPort': 80}, {'containerPort': 81, 'protocol': 'UDP', 'name': 'dns'} | {'name': 'tcp-80', 'port': 80, 'targetPort': 80}, {'name': 'dns', 'protocol': 'UDP', 'port': 81, 'targetPort': 81}",
        "E-013 | {'containerPort': 'http'}, 7, null                      | ``",
        "E-013 | ``                                                      | ``",
      })
  void ports(String rule, String declared, String ports) {
    Trial trial =
        Trial.of(
            ("{'templates': [{'name': 'a', 'service': {'name': 'svc'}, 'selector': {'matchLabels': {'app': 'a'}}, 'template': "
                    + "{'spec': {'containers': [{'ports': [%s]}, {'name': 'side'}, 3]}}}]}")
                .formatted(declared));
    trial.settleGrowing();
    List<JsonObject> made = new ArrayList<>();
    trial.services.values().forEach(each -> made.addAll(each.ports()));
    List<JsonObject> wanted = new ArrayList<>();
    for (String each : ports.split("(?<=}), ")) {
      if (!each.isEmpty()) {
        wanted.add(Trial.tree(each));
      }
    }
    assertThat(made).as(rule).isEqualTo(wanted);
    assertThat(trial.services.keySet()).allMatch(name -> name.equals("svc"));
    assertThat(trial.phase()).isEqualTo("Running");
  }

  @Test
  @DisplayName(
      "E-013 E-014 the Service goes when the pods have gone, or when none is wanted any more")
  void deletingTheService() {
    Trial trial = running("'service': {}", "'duration': '1m'").waitSeconds(61).settle();
    assertThat(trial.services).isNotEmpty();
    assertThat(trial.template("a").serviceName()).isEqualTo("exp-a");
    trial.waitSeconds(30).settle();
    assertThat(trial.services).as("pods are still there").isNotEmpty();
    trial.grow().settle();
    assertThat(trial.services).isEmpty();
    assertThat(trial.template("a").serviceName()).isEmpty();
    assertThat(trial.template("a").podTemplateHash()).isEmpty();

    Trial edited = running("'service': {}", "");
    edited.edit("templates", "[" + Trial.template("a", "") + "]").settle();
    assertThat(edited.services).isEmpty();
    assertThat(edited.template("a").serviceName()).isEmpty();
    assertThat(edited.phase()).isEqualTo("Running");

    Trial orphaned = running("'service': {}", "'duration': '1m'").waitSeconds(61).settle();
    orphaned.replicaSets.clear();
    orphaned.settle();
    assertThat(orphaned.services).isEmpty();
  }

  @Test
  @DisplayName("E-013 a Service of somebody else is not touched, and an Error")
  void foreignService() {
    Trial trial = Trial.single("'service': {'name': 'svc'}", "");
    trial.services.put("svc", new Service(ObjectMeta.named("svc"), Map.of(), List.of()));
    trial.settleGrowing();
    assertThat(trial.template("a").message())
        .isEqualTo(
            "Failed to create Service svc for template 'a': service svc already exists and is not owned by experiment template a");
    assertThat(trial.phase()).isEqualTo("Error");
    assertThat(trial.replicaSet("a").replicas()).isZero();
    assertThat(trial.services).hasSize(1);
  }

  @Test
  @DisplayName("E-013 a Service that is refused is an Error; one that exists already is waited for")
  void serviceRefused() {
    Trial trial =
        Trial.single("'service': {}", "")
            .refuse(ClusterEffect.CreateService.class, Refusal.OTHER)
            .settle();
    assertThat(trial.template("a").message())
        .isEqualTo("Failed to create Service exp-a for template 'a': the cluster says no");
    Trial lagging = Trial.single("'service': {}", "").turn().turn();
    assertThat(lagging.services).hasSize(1);
    Service made = lagging.services.get("exp-a");
    lagging.hide("exp-a");
    ExperimentObservations seen =
        new ExperimentObservations(
            List.copyOf(lagging.replicaSets.values()),
            List.of(),
            List.of(),
            Map.of(),
            List.of(
                new Refused(
                    new ClusterEffect.CreateService(requireNonNull(made)),
                    Refusal.ALREADY_EXISTS,
                    "exists")));
    var decision = lagging.engine().decide(lagging.experiment(), seen, lagging.now());
    assertThat(decision.effects())
        .contains(new ClusterEffect.Retry("exists"))
        .noneMatch(ClusterEffect.CreateService.class::isInstance);
  }

  @Test
  @DisplayName("E-015 pods are asked for once the ReplicaSet is seen; a conflict is tried again")
  void scalingUp() {
    Trial trial = Trial.single("'replicas': 3", "").turn();
    assertThat(trial.replicaSet("a").replicas()).isZero();
    trial
        .refuse(ClusterEffect.UpdateReplicaSet.class, Refusal.CONFLICT)
        .turn()
        .refuseNothing()
        .turn();
    assertThat(trial.replicaSet("a").replicas()).isEqualTo(3);
    assertThat(trial.templatePhase("a")).isEqualTo("Progressing");
    assertThat(trial.events)
        .contains(Event.normal("ScalingReplicaSet", "Scaled up ReplicaSet exp-a from 0 to 3"));
  }

  @Test
  @DisplayName("E-015 another refusal is an Error with the wanted count")
  void scalingRefused() {
    Trial trial =
        Trial.single("'replicas': 3", "")
            .turn()
            .refuse(ClusterEffect.UpdateReplicaSet.class, Refusal.OTHER)
            .settle();
    assertThat(trial.template("a").message())
        .isEqualTo(
            "Unable to scale ReplicaSet for template 'a' to desired replica count '3': the cluster says no");
    assertThat(trial.phase()).isEqualTo("Error");
    assertThat(trial.events.stream().map(Event::reason)).contains("ReplicaSetUpdateError");
  }

  @ParameterizedTest(name = "{0}: {1} seconds of delay, {2} later: {3} pods")
  @CsvSource({
    "E-016,default,29,1",
    "E-016,default,30,0",
    "E-016,5,4,1",
    "E-016,5,5,0",
    "E-016,0,0,0",
    "E-016,-3,0,0",
  })
  void scalingDown(String rule, String delay, int seconds, int pods) {
    Trial trial = running("", delay.equals("default") ? "" : "'scaleDownDelaySeconds': " + delay);
    trial.terminate().settle();
    if (pods > 0 || seconds > 0) {
      String deadline = trial.replicaSet("a").annotation(RolloutKeys.SCALE_DOWN_DEADLINE);
      assertThat(Instant.parse(String.valueOf(deadline)))
          .isEqualTo(trial.now().plusSeconds(delay.equals("default") ? 30 : Long.parseLong(delay)));
      assertThat(trial.last().wakeUp()).contains(Instant.parse(String.valueOf(deadline)));
    }
    trial.waitSeconds(seconds).settle();
    assertThat(trial.replicaSet("a").replicas()).as(rule).isEqualTo(pods);
  }

  @Test
  @DisplayName("E-016 a deadline that cannot be read scales at once; without delay it is removed")
  void oddDeadlines() {
    Trial trial = running("", "");
    ReplicaSet pods = trial.replicaSet("a");
    trial.replicaSets.put(
        pods.name(), pods.withAnnotation(RolloutKeys.SCALE_DOWN_DEADLINE, "soon"));
    trial.terminate().turn();
    assertThat(trial.replicaSet("a").replicas()).isZero();
    assertThat(trial.last().reasons())
        .anyMatch(
            reason ->
                reason.rule().equals("E-016")
                    && "soon".equals(reason.facts().get("unreadableDeadline")));

    Trial quick = running("", "'scaleDownDelaySeconds': 0");
    pods = quick.replicaSet("a");
    quick.replicaSets.put(
        pods.name(), pods.withAnnotation(RolloutKeys.SCALE_DOWN_DEADLINE, "2030-01-01T00:00:00Z"));
    quick.terminate().settle();
    assertThat(quick.replicaSet("a").annotation(RolloutKeys.SCALE_DOWN_DEADLINE)).isNull();
    assertThat(quick.replicaSet("a").replicas()).isZero();
  }

  @Test
  @DisplayName("E-016 fewer wanted pods, but not none, need no delay")
  void shrinking() {
    Trial trial = running("'replicas': 3", "");
    trial.edit("templates", "[" + Trial.template("a", "'replicas': 1") + "]").turn();
    assertThat(trial.replicaSet("a").replicas()).isEqualTo(1);
    trial.settleGrowing();
    assertThat(trial.phase()).isEqualTo("Running");
  }

  @Test
  @DisplayName("E-016 a scale-down that is refused after the end is tried again and again")
  void refusedScaleDown() {
    Trial trial = running("", "'scaleDownDelaySeconds': 0").terminate().decide();
    trial.perform(0).refuse(ClusterEffect.UpdateReplicaSet.class, Refusal.OTHER).turn().turn();
    assertThat(trial.last().effects()).contains(new ClusterEffect.Retry("the cluster says no"));
    assertThat(trial.templatePhase("a")).isEqualTo("Successful");
    trial.refuseNothing().settle();
    assertThat(trial.replicaSet("a").replicas()).isZero();
  }

  @Test
  @DisplayName("E-017 the time of the last transition stands still while a delay passes")
  void noBusyDelay() {
    Trial trial = running("", "").waitSeconds(60).terminate().settle();
    ExperimentStatus settled = trial.status();
    for (int i = 0; i < 20; i++) {
      trial.waitSeconds(1).turn();
      assertThat(trial.last().effects()).isEmpty();
      assertThat(trial.status()).isEqualTo(settled);
    }
  }

  @Test
  @DisplayName("E-018 a change of any counter is a transition")
  void counters() {
    Trial trial = Trial.single("'replicas': 2", "").settle().waitSeconds(10);
    ReplicaSet pods = trial.replicaSet("a");
    trial.replicaSets.put(
        pods.name(), pods.withStatus(new ReplicaSet.Status(2, 1, 0, 1, List.of())));
    trial.settle();
    ExperimentTemplateStatus status = trial.template("a");
    assertThat(status.replicas()).isEqualTo(2);
    assertThat(status.updatedReplicas()).isEqualTo(2);
    assertThat(status.readyReplicas()).isEqualTo(1);
    assertThat(status.availableReplicas()).isZero();
    assertThat(status.lastTransitionTime()).isEqualTo(Trial.START.plusSeconds(10));
    trial.waitSeconds(5).settle();
    assertThat(trial.template("a")).isEqualTo(status);
  }

  @ParameterizedTest(name = "{0}: wanted {1}, available {2}, {3} -> {4}")
  @CsvSource({
    // rule, wanted, available, circumstances, status
    "E-019,1,1,over,Successful",
    "E-019,1,1,terminating,Successful",
    "E-019,1,1,'',Running",
    "E-019,1,0,late,Failed",
    "E-019,1,0,terminating,Successful",
    "E-019,1,0,'',Progressing",
    "E-019,0,0,'',Running",
    "E-021,1,1,atTheEnd,Running",
  })
  void statusOfATemplate(
      String rule, int wanted, int available, String circumstances, String status) {
    Trial trial =
        Trial.single("'replicas': " + wanted, "'duration': '100s', 'progressDeadlineSeconds': 50")
            .settle();
    if (available > 0) {
      trial.grow().settle();
    }
    switch (circumstances) {
      case "over" -> trial.waitSeconds(100.5);
      case "atTheEnd" -> trial.waitSeconds(100);
      case "late" -> trial.waitSeconds(50.5);
      case "terminating" -> trial.terminate();
      default -> {}
    }
    trial.decide();
    assertThat(trial.templatePhase("a")).as(rule).isEqualTo(status);
    if (status.equals("Failed")) {
      assertThat(trial.template("a").message())
          .isEqualTo("Template 'a' exceeded its progressDeadlineSeconds (50)");
    }
  }

  @Test
  @DisplayName("E-020 a running template that loses pods progresses again and can fail")
  void losingPods() {
    Trial trial = running("", "").wait(Duration.ofHours(2)).pods("a", 0).settle();
    assertThat(trial.templatePhase("a")).isEqualTo("Progressing");
    assertThat(trial.phase()).isEqualTo("Pending");
    trial.waitSeconds(600).settle();
    assertThat(trial.templatePhase("a")).isEqualTo("Progressing");
    trial.waitSeconds(1).settle();
    assertThat(trial.templatePhase("a")).isEqualTo("Failed");
    assertThat(trial.phase()).isEqualTo("Failed");
    trial.pods("a", 1).settle();
    assertThat(trial.templatePhase("a")).as("completed is final").isEqualTo("Failed");
  }

  @Test
  @DisplayName("E-020 more wanted pods restart the progress deadline")
  void wantingMore() {
    Trial trial = running("", "").wait(Duration.ofHours(2));
    trial.edit("templates", "[" + Trial.template("a", "'replicas': 2") + "]").settle();
    assertThat(trial.templatePhase("a")).isEqualTo("Progressing");
    assertThat(trial.phase()).isEqualTo("Pending");
    trial.settleGrowing();
    assertThat(trial.phase()).isEqualTo("Running");
  }

  @Test
  @DisplayName("E-020 a ReplicaSet that somebody deletes is made again, with a deadline of its own")
  void deletedReplicaSet() {
    for (int replicas : new int[] {0, 2}) {
      Trial trial = running("'replicas': " + replicas, "").wait(Duration.ofHours(2));
      trial.replicaSets.clear();
      trial.turn();
      assertThat(trial.templatePhase("a")).isEqualTo("Progressing");
      trial.settleGrowing();
      assertThat(trial.phase()).isEqualTo("Running");
      assertThat(trial.replicaSet("a").replicas()).isEqualTo(replicas);
    }
  }

  @Test
  @DisplayName("E-021 a duration that cannot be read has no end")
  void unreadableDuration() {
    Trial trial = running("", "'duration': 'a while'").wait(Duration.ofDays(9)).settle();
    assertThat(trial.phase()).isEqualTo("Running");
    assertThat(trial.last().wakeUp()).isEmpty();
  }

  // Analyses.

  @Test
  @DisplayName("E-030 a missing template fails the experiment before it starts")
  void missingTemplates() {
    Trial trial =
        Trial.single("", "'analyses': [{'name': 'check', 'templateName': 'absent'}]").settle();
    assertThat(trial.analysis("check"))
        .isEqualTo(
            new ExperimentRunStatus(
                "check",
                "",
                AnalysisPhase.ERROR,
                "AnalysisTemplate verification failed for analysis 'check': AnalysisTemplate 'absent' not found"));
    assertThat(trial.phase()).isEqualTo("Error");
    assertThat(trial.status().availableAt()).isNull();
    Trial cluster =
        Trial.single(
                "", "'analyses': [{'name': 'check', 'templateName': 'good', 'clusterScope': true}]")
            .settle();
    assertThat(cluster.analysis("check").message())
        .startsWith("ClusterAnalysisTemplate verification failed for analysis 'check': ");
  }

  @Test
  @DisplayName("E-031 E-032 A-259 a run is made once the experiment is available")
  void startingRuns() {
    Trial trial =
        Trial.of(
            "{'templates': ["
                + Trial.template("a", "")
                + "], 'dryRun': [{'metricName': 'good'}], 'measurementRetention': [{'metricName': 'good', 'limit': 3}], 'analysisRunMetadata': {'labels': {'l': '1'}, 'annotations': {'n': '2'}}, "
                + OPTIONAL
                + "}",
            "{'argo-rollouts.argoproj.io/controller-instance-id': 'two'}");
    trial.settle();
    assertThat(trial.runs).isEmpty();
    assertThat(trial.status().analysisRuns()).isEmpty();
    trial.grow().turn();
    assertThat(trial.status().availableAt()).isEqualTo(Trial.START);
    assertThat(trial.runs).as("not before availableAt has been saved").isEmpty();
    trial.turn();
    AnalysisRun run = requireNonNull(trial.runs.get("exp-check"));
    assertThat(run.metadata().labels())
        .isEqualTo(Map.of("argo-rollouts.argoproj.io/controller-instance-id", "two", "l", "1"));
    assertThat(run.metadata().annotations()).isEqualTo(Map.of("n", "2"));
    assertThat(run.metadata().controllerUid()).isEqualTo("u-exp");
    assertThat(run.spec().dryRun()).hasSize(1);
    assertThat(run.spec().measurementRetention()).hasSize(1);
    trial.turn();
    assertThat(trial.analysis("check"))
        .isEqualTo(new ExperimentRunStatus("check", "exp-check", AnalysisPhase.PENDING, ""));
  }

  @Test
  @DisplayName("E-031 A-247 a run is made once, whatever lags behind, whatever finishes meanwhile")
  void oneRunForAnAnalysis() {
    Trial trial = Trial.single("", OPTIONAL).settle().grow().turn().turn();
    assertThat(trial.runs.keySet()).containsExactly("exp-check");
    trial.hide("exp-check").turn().turn();
    assertThat(trial.last().effects()).contains(new ClusterEffect.Retry("the cluster says no"));
    trial.run("check", AnalysisPhase.SUCCESSFUL, "").showAll().settle();
    assertThat(trial.runs.keySet()).containsExactly("exp-check");
    assertThat(trial.analysisPhase("check")).isEqualTo("Successful");
  }

  @Test
  @DisplayName("E-032 A-247 the name of somebody else's run is passed by")
  void foreignRun() {
    Trial trial = Trial.single("", OPTIONAL);
    trial.runs.put(
        "exp-check",
        new AnalysisRun(
            ObjectMeta.named("exp-check"),
            AnalysisSpec.of(
                Metric.named("x").provider(WebRequest.get("http://metrics.test")).build()),
            null));
    trial.settleGrowing();
    assertThat(trial.analysis("check").analysisRun()).isEqualTo("exp-check.1");
  }

  @Test
  @DisplayName("E-031 a run that cannot be made is an Error with the reason")
  void runsThatCannotBeMade() {
    Trial refused =
        Trial.single("", OPTIONAL)
            .refuse(ClusterEffect.CreateAnalysisRun.class, Refusal.OTHER)
            .settleGrowing();
    assertThat(refused.analysis("check").message())
        .isEqualTo("Failed to create AnalysisRun for analysis 'check': the cluster says no");
    assertThat(refused.phase()).isEqualTo("Error");

    Trial unmerged = Trial.single("", OPTIONAL);
    unmerged.templates.put(
        new TemplateRef("good", false),
        AnalysisTemplateSpec.of().withArgs(List.of(Argument.required("service"))));
    unmerged.settleGrowing();
    assertThat(unmerged.analysis("check").message())
        .isEqualTo(
            "Failed to create AnalysisRun for analysis 'check': args.service was not resolved");
  }

  @Test
  @DisplayName("E-032 nested templates are read and merged")
  void nestedTemplates() {
    Trial trial = Trial.single("", OPTIONAL);
    TemplateRef good = new TemplateRef("good", false);
    TemplateRef other = new TemplateRef("other", false);
    AnalysisTemplateSpec plain = requireNonNull(trial.templates.get(good));
    trial.templates.put(
        good,
        new AnalysisTemplateSpec(
            plain.metrics(), plain.args(), List.of(), List.of(), List.of(other)));
    ExperimentObservations nothing =
        new ExperimentObservations(List.of(), List.of(), List.of(), Map.of(), List.of());
    assertThat(trial.engine().reads(trial.experiment(), nothing)).containsExactly(good);
    assertThat(
            trial
                .engine()
                .reads(
                    trial.experiment(),
                    new ExperimentObservations(
                        List.of(), List.of(), List.of(), trial.templates, List.of())))
        .containsExactlyInAnyOrder(good, other);
    trial.settleGrowing();
    AnalysisRun run = requireNonNull(trial.runs.get("exp-check"));
    assertThat(run.spec().metrics().stream().map(Metric::name)).containsExactly("good", "other");
  }

  @Test
  @DisplayName("E-033 phase and message are copied until the run has ended")
  void followingARun() {
    Trial trial = running("", OPTIONAL);
    trial.run("check", AnalysisPhase.RUNNING, "").settle();
    assertThat(trial.analysisPhase("check")).isEqualTo("Running");
    trial.run("check", AnalysisPhase.SUCCESSFUL, "fine").settle();
    assertThat(trial.analysis("check").message()).isEqualTo("fine");
    trial.run("check", AnalysisPhase.FAILED, "not any more").settle();
    assertThat(trial.analysisPhase("check")).isEqualTo("Successful");
    assertThat(trial.phase()).isEqualTo("Running");
  }

  @Test
  @DisplayName("E-033 a run that is gone is an Error, except after the end")
  void aRunThatIsGone() {
    Trial trial = running("", OPTIONAL);
    trial.runs.clear();
    trial.settle();
    assertThat(trial.analysis("check").message())
        .isEqualTo("analysisruns.argoproj.io \"exp-check\" not found");
    assertThat(trial.phase()).isEqualTo("Error");

    Trial ended = running("", OPTIONAL).terminate().turn();
    ended.turn();
    assertThat(ended.phase()).isEqualTo("Successful");
    ended.runs.clear();
    ended.settle();
    assertThat(ended.analysisPhase("check")).isEqualTo("Pending");
  }

  @Test
  @DisplayName(
      "E-034 unfinished runs are stopped when all ends, once, and their end is still copied")
  void stoppingRuns() {
    Trial trial = running("", BOTH);
    trial.run("check", AnalysisPhase.FAILED, "too slow").settle();
    AnalysisRun extra = requireNonNull(trial.runs.get("exp-extra"));
    assertThat(extra.spec().terminate()).isTrue();
    assertThat(trial.count(ClusterEffect.TerminateAnalysisRun.class)).isEqualTo(1);
    assertThat(trial.events)
        .contains(Event.normal("AnalysisRunTerminating", "Terminating extra (exp-extra)"));
    trial.run("extra", AnalysisPhase.SUCCESSFUL, "Run Terminated").settle();
    assertThat(trial.analysis("extra").message()).isEqualTo("Run Terminated");
  }

  @Test
  @DisplayName("E-034 a run that is seen only after the end is stopped, too")
  void stoppingARunThatNoStatusNames() {
    Trial trial = Trial.single("", OPTIONAL).settle().grow().turn().hide("exp-check").turn();
    assertThat(trial.runs).hasSize(1);
    trial.terminate().turn();
    assertThat(trial.phase()).isEqualTo("Successful");
    trial.showAll().settle();
    assertThat(trial.runs.get("exp-check")).matches(run -> run.spec().terminate());
    trial.run("check", AnalysisPhase.SUCCESSFUL, "").settle();
    assertThat(trial.analysisPhase("check")).isEqualTo("Successful");
  }

  @Test
  @DisplayName("E-034 a stop that is refused is tried again, and does not hold up the rest")
  void stopRefused() {
    Trial trial =
        running("", OPTIONAL)
            .refuse(ClusterEffect.TerminateAnalysisRun.class, Refusal.OTHER)
            .terminate()
            .turn()
            .turn();
    assertThat(trial.last().effects()).contains(new ClusterEffect.Retry("the cluster says no"));
    trial.refuseNothing().settle();
    assertThat(trial.runs.values()).allMatch(run -> run.spec().terminate());
  }

  @ParameterizedTest(name = "{0}: ''{1}'' -> ''{2}''")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "E-040 | {{templates.a.podTemplateHash}}      | HASH",
        "E-040 | x-{{ templates.a.replicaset.name }}. | x-exp-a.",
        "E-040 | {{experiment.availableAt}}           | 2026-05-01T10:00:00Z",
        "E-040 | {{experiment.finishedAt}}            | 2026-05-01T10:05:00Z",
        "E-040 | {{experiment.availableAt}}/{{experiment.finishedAt}} | 2026-05-01T10:00:00Z/2026-05-01T10:05:00Z",
        "E-040 | plain                                | plain",
        "E-040 | {{args.x}}                           | !failed to resolve {{args.x}}",
        "E-040 | {{ templates.z.podTemplateHash }}    | !failed to resolve {{ templates.z.podTemplateHash }}",
        "A-024 | {{templates                          | !Cannot find end tag=\"}}\" in the template=\"{{templates\" starting from \"templates\"",
      })
  void argumentsOfARun(String rule, String given, String value) {
    Trial trial =
        Trial.single(
                "",
                "'duration': '5m', 'analyses': [{'name': 'check', 'templateName': 'good', 'args': [{'name': 'hash', 'value': '"
                    + given
                    + "'}]}]")
            .settleGrowing();
    if (value.startsWith("!")) {
      assertThat(trial.analysis("check").message())
          .as(rule)
          .isEqualTo("Failed to create AnalysisRun for analysis 'check': " + value.substring(1));
    } else {
      AnalysisRun run = requireNonNull(trial.runs.get("exp-check"));
      assertThat(run.spec().args())
          .as(rule)
          .containsExactly(
              Argument.of("hash", value.replace("HASH", trial.replicaSet("a").hash())));
    }
  }

  @Test
  @DisplayName("E-040 without a duration there is no finishedAt; a secret is passed on")
  void moreArguments() {
    Trial endless =
        Trial.single(
                "",
                "'analyses': [{'name': 'check', 'templateName': 'good', 'args': [{'name': 'hash', 'value': '{{experiment.finishedAt}}'}]}]")
            .settleGrowing();
    assertThat(endless.analysis("check").message())
        .endsWith("failed to resolve {{experiment.finishedAt}}");
    Trial secret =
        Trial.single(
            "",
            "'analyses': [{'name': 'check', 'templateName': 'good', 'args': [{'name': 'hash', 'valueFrom': {'secretKeyRef': {'name': 's', 'key': 'k'}}}]}]");
    secret.templates.put(
        new TemplateRef("good", false),
        AnalysisTemplateSpec.of().withArgs(List.of(Argument.required("hash"))));
    secret.settleGrowing();
    AnalysisRun run = requireNonNull(secret.runs.get("exp-check"));
    assertThat(run.spec().args()).containsExactly(Argument.fromSecret("hash", "s", "k"));
  }

  @Test
  @DisplayName("E-040 a run waits for a ReplicaSet that has gone and is made again")
  void waitingForAReplicaSet() {
    Trial trial = Trial.single("", OPTIONAL).settle().grow().turn();
    trial.replicaSets.clear();
    trial.turn();
    assertThat(trial.runs).isEmpty();
    trial.settleGrowing();
    assertThat(trial.runs).hasSize(1);
  }

  @Test
  @DisplayName("E-031 of two analyses with one name the first counts")
  void twoAnalysesWithOneName() {
    Trial trial =
        Trial.single(
                "",
                "'analyses': [{'name': 'check', 'templateName': 'good'}, {'name': 'check', 'templateName': 'other'}]")
            .settleGrowing();
    assertThat(trial.runs.keySet()).containsExactly("exp-check");
    assertThat(trial.status().analysisRuns()).hasSize(1);
  }

  // Phase.

  @Test
  @DisplayName("E-050 the first turn is Pending, whatever else holds")
  void first() {
    Trial trial = Trial.of("{'templates': []}").turn();
    assertThat(trial.phase()).isEqualTo("Pending");
    trial.turn();
    assertThat(trial.phase()).as("E-052 no templates at all").isEqualTo("Successful");
  }

  @ParameterizedTest(name = "{0}: {1} -> {2}")
  @CsvSource({
    "E-052,Successful Running,Running,first running",
    "E-052,Running Progressing,Pending,",
    "E-052,Progressing Error,Error,second",
    "E-052,Error Failed,Failed,second",
    "E-052,Failed Error,Failed,first",
    "E-052,Failed Failed,Failed,first",
    "E-052,Successful none,Pending,",
    "E-052,Successful Successful,Successful,",
  })
  void theWorstTemplateCounts(String rule, String phases, String phase, String message) {
    Trial trial =
        Trial.of(
            "{'templates': [" + Trial.template("a", "") + "," + Trial.template("b", "") + "]}");
    Map<String, ExperimentTemplateStatus> statuses = new HashMap<>();
    String[] words = phases.split(" ");
    for (int i = 0; i < 2; i++) {
      for (ExperimentTemplatePhase each : ExperimentTemplatePhase.values()) {
        if (each.wireName().equals(words[i])) {
          String name = i == 0 ? "a" : "b";
          statuses.put(
              name,
              new ExperimentTemplateStatus(
                  name, 0, 0, 0, 0, null, each, i == 0 ? "first" : "second", null, "", ""));
        }
      }
    }
    Verdict verdict = Verdict.ofTemplates(trial.experiment().spec(), statuses);
    assertThat(verdict.phase().wireName()).as(rule).isEqualTo(phase);
    if (message != null && !message.contains(" ")) {
      assertThat(verdict.message()).isEqualTo(message);
    }
  }

  @ParameterizedTest(name = "{0}: templates {1}, check {2}, extra {3} -> {4}")
  @CsvSource({
    // rule, T, required, other, phase, message
    "E-055,Successful,Successful,Successful,Successful,Required AnalysisRuns completed",
    "E-055,Successful,Running,Successful,Running,",
    "E-055,Successful,Failed,Running,Failed,check",
    "E-055,Successful,Successful,Running,Running,extra",
    "E-055,Failed,Successful,Successful,Failed,a",
    "E-055,Error,Failed,Successful,Error,a",
    "E-055,Running,Failed,Running,Failed,check",
    "E-055,Running,Running,Error,Error,extra",
    "E-055,Pending,Inconclusive,Running,Inconclusive,check",
    "E-055,Running,Successful,Successful,Successful,Required AnalysisRuns completed",
    "E-056,Running,Successful,Running,Running,extra",
    "E-055,Running,Running,Running,Running,a",
    "E-057,Running,none,Successful,Running,a",
    "E-053,Successful,none,Pending,Successful,a",
    "E-055,Successful,none,Inconclusive,Inconclusive,extra",
    "E-055,Running,none,Running,Running,a",
    "E-055,Pending,none,Running,Pending,a",
  })
  void phaseOfTheExperiment(
      String rule, String templates, String required, String other, String phase, String message) {
    Verdict ofTemplates =
        new Verdict(AnalysisPhase.ofWireName(templates).orElseThrow(), "a", false, false, "");
    Trial trial =
        Trial.single(
            "",
            required.equals("none")
                ? "'analyses': [{'name': 'extra', 'templateName': 'other'}]"
                : BOTH);
    List<ExperimentRunStatus> statuses = new ArrayList<>();
    for (String each : List.of("check=" + required, "extra=" + other)) {
      String[] parts = each.split("=");
      AnalysisPhase.ofWireName(parts[1])
          .ifPresent(
              at ->
                  statuses.add(new ExperimentRunStatus(parts[0], "exp-" + parts[0], at, parts[0])));
    }
    trial.settleGrowing();
    statuses.forEach(each -> trial.run(each.name(), requireNonNull(each.phase()), each.message()));
    Analyses analyses =
        new Analyses(
            trial.experiment(),
            Owned.of(
                trial.experiment(),
                new ExperimentObservations(
                    List.of(), List.of(), List.copyOf(trial.runs.values()), Map.of(), List.of())),
            new ExperimentObservations(List.of(), List.of(), List.of(), Map.of(), List.of()),
            false,
            new Output());
    Map<String, ExperimentRunStatus> map = new HashMap<>();
    trial.status().analysisRuns().forEach(each -> map.put(each.name(), each));
    analyses.decide(map);
    Verdict verdict =
        Verdict.of(
            trial.status(), ofTemplates, Verdict.ofAnalyses(trial.experiment().spec(), analyses));
    assertThat(verdict.phase().wireName()).as(rule).isEqualTo(phase);
    if (message != null) {
      assertThat(verdict.message()).isEqualTo(message);
    }
  }

  @Test
  @DisplayName("E-051 a completed experiment stays so, with its message")
  void completedIsFinal() {
    Trial trial = running("", OPTIONAL).run("check", AnalysisPhase.FAILED, "bad").settle();
    assertThat(trial.phase()).isEqualTo("Failed");
    trial.edit("analyses", "[]").edit("duration", "'9h'").pods("a", 0).settle();
    assertThat(trial.phase()).isEqualTo("Failed");
    assertThat(trial.status().message()).isEqualTo("bad");
  }

  @Test
  @DisplayName("R-255, E-031 an experiment without its status begins again, with runs of its own")
  void retried() {
    Trial trial =
        running("", REQUIRED)
            .waitSeconds(30)
            .run("check", AnalysisPhase.FAILED, "bad")
            .settle()
            .waitSeconds(60)
            .settle();
    assertThat(trial.phase()).isEqualTo("Failed");
    assertThat(trial.replicaSet("a").replicas()).isZero();

    trial.from(ExperimentStatus.empty()).settleGrowing();
    assertThat(trial.phase()).isEqualTo("Running");
    assertThat(trial.replicaSets).hasSize(1);
    assertThat(trial.analysis("check").analysisRun()).isEqualTo("exp-check.1");
    trial.run("check.1", AnalysisPhase.SUCCESSFUL, "").settle();
    assertThat(trial.phase()).isEqualTo("Successful");
    assertThat(trial.runs).hasSize(2);
  }

  @Test
  @DisplayName("E-054 availableAt is when all templates first ran together")
  void available() {
    Trial trial =
        Trial.of("{'templates': [" + Trial.template("a", "") + "," + Trial.template("b", "") + "]}")
            .settle()
            .waitSeconds(10)
            .pods("a", 1)
            .settle();
    assertThat(trial.status().availableAt()).isNull();
    trial.waitSeconds(10).pods("b", 1).settle();
    assertThat(trial.status().availableAt()).isEqualTo(Trial.START.plusSeconds(20));
    trial.waitSeconds(10).pods("a", 0).settle().pods("a", 1).settle();
    assertThat(trial.status().availableAt()).isEqualTo(Trial.START.plusSeconds(20));
  }

  @Test
  @DisplayName("E-054 a template without pods runs once its ReplicaSet is there")
  void withoutPods() {
    Trial trial = Trial.single("'replicas': 0", "").turn();
    assertThat(trial.templatePhase("a")).isEqualTo("Progressing");
    assertThat(trial.status().availableAt()).isNull();
    trial.settle();
    assertThat(trial.templatePhase("a")).isEqualTo("Running");
    assertThat(trial.phase()).isEqualTo("Running");
  }

  @Test
  @DisplayName("E-056 without duration and required analyses it runs until it is told to stop")
  void endless() {
    Trial trial = running("", OPTIONAL).run("check", AnalysisPhase.SUCCESSFUL, "").settle();
    trial.wait(Duration.ofDays(30)).settle();
    assertThat(trial.phase()).isEqualTo("Running");
    trial.terminate().settle();
    assertThat(trial.phase()).as("E-058").isEqualTo("Successful");
    assertThat(trial.templatePhase("a")).isEqualTo("Successful");
  }

  @Test
  @DisplayName("E-056 E-022 the duration bounds the pods, required analyses bound the experiment")
  void whatBoundsWhat() {
    Trial early = running("", "'duration': '5m', " + REQUIRED);
    early.waitSeconds(60).run("check", AnalysisPhase.SUCCESSFUL, "").settle();
    assertThat(early.phase()).isEqualTo("Successful");
    assertThat(early.status().message()).isEqualTo("Required AnalysisRuns completed");

    Trial late = running("", "'duration': '5m', " + REQUIRED);
    late.run("check", AnalysisPhase.RUNNING, "").waitSeconds(301).settle();
    assertThat(late.templatePhase("a")).isEqualTo("Successful");
    assertThat(late.phase()).isEqualTo("Running");
    late.waitSeconds(30).settleGrowing();
    assertThat(late.replicaSet("a").replicas()).isZero();
    assertThat(late.phase()).isEqualTo("Running");
    late.run("check", AnalysisPhase.INCONCLUSIVE, "hm").settle();
    assertThat(late.phase()).isEqualTo("Inconclusive");
  }

  @Test
  @DisplayName(
      "E-056 a required analysis is waited for even if the duration ended before it started")
  void requiredAnalysisAfterALongSleep() {
    Trial trial = Trial.single("", "'duration': '1m', " + REQUIRED).settle().grow().turn();
    trial.waitSeconds(3600).turn();
    assertThat(trial.templatePhase("a")).isEqualTo("Successful");
    assertThat(trial.phase()).isEqualTo("Running");
    trial.settle();
    assertThat(trial.runs).hasSize(1);
    assertThat(trial.phase()).isEqualTo("Running");
    trial.run("check", AnalysisPhase.SUCCESSFUL, "").settle();
    assertThat(trial.phase()).isEqualTo("Successful");
  }

  @Test
  @DisplayName(
      "E-059 on purpose unlike the peer: what is stopped counts with its final phase, so it ends")
  void stoppedRunsAreWaitedFor() {
    Trial told = running("", REQUIRED).run("check", AnalysisPhase.RUNNING, "").terminate().settle();
    assertThat(told.phase()).isEqualTo("Running");
    told.run("check", AnalysisPhase.SUCCESSFUL, "Run Terminated").settle();
    assertThat(told.phase()).isEqualTo("Successful");

    Trial both =
        running("", BOTH)
            .run("extra", AnalysisPhase.RUNNING, "")
            .run("check", AnalysisPhase.SUCCESSFUL, "")
            .settle();
    assertThat(both.phase()).isEqualTo("Running");
    assertThat(both.runs.get("exp-extra")).matches(run -> run.spec().terminate());
    both.run("extra", AnalysisPhase.SUCCESSFUL, "Run Terminated").settle();
    assertThat(both.phase()).isEqualTo("Successful");
  }

  @Test
  @DisplayName("E-060 one bad analysis ends the experiment with its phase and message")
  void aBadAnalysis() {
    for (AnalysisPhase bad :
        List.of(AnalysisPhase.FAILED, AnalysisPhase.ERROR, AnalysisPhase.INCONCLUSIVE)) {
      Trial trial = running("", OPTIONAL).run("check", bad, "why").settle();
      assertThat(trial.status().phase()).isEqualTo(bad);
      assertThat(trial.status().message()).isEqualTo("why");
      assertThat(trial.templatePhase("a")).isEqualTo("Successful");
    }
  }

  // Conditions, wake-up, events.

  @Test
  @DisplayName("E-070 E-071 the condition follows the experiment")
  void conditions() {
    Trial trial = Trial.single("", "'duration': '5m'").settle();
    Condition progressing = trial.condition("Progressing").orElseThrow();
    assertThat(progressing)
        .isEqualTo(
            new Condition(
                "Progressing",
                "True",
                Trial.START,
                Trial.START,
                "ReplicaSetUpdated",
                "Experiment \"exp\" is progressing."));
    trial.waitSeconds(7);
    ReplicaSet pods = trial.replicaSet("a");
    trial.replicaSets.put(
        pods.name(), pods.withStatus(new ReplicaSet.Status(1, 0, 0, 1, List.of())));
    trial.settle();
    assertThat(trial.condition("Progressing").orElseThrow().lastUpdateTime())
        .isEqualTo(Trial.START.plusSeconds(7));
    trial.waitSeconds(1).grow().settle();
    Condition running = trial.condition("Progressing").orElseThrow();
    assertThat(running.reason()).isEqualTo("NewReplicaSetAvailable");
    assertThat(running.message()).isEqualTo("Experiment \"exp\" is running.");
    assertThat(running.lastTransitionTime()).isEqualTo(Trial.START);
    trial.waitSeconds(100).settle();
    assertThat(trial.condition("Progressing")).contains(running);
    trial.waitSeconds(201).settle();
    Condition completed = trial.condition("Progressing").orElseThrow();
    assertThat(completed.status()).isEqualTo("False");
    assertThat(completed.reason()).isEqualTo("ExperimentCompleted");
    assertThat(completed.message())
        .isEqualTo("Experiment \"exp\" has successfully ran and completed.");
    assertThat(completed.lastTransitionTime()).isEqualTo(trial.now());
  }

  @Test
  @DisplayName("E-070 a failed experiment does not claim to be running")
  void conditionOfAFailedExperiment() {
    Trial trial = running("", OPTIONAL).run("check", AnalysisPhase.FAILED, "").settle();
    Condition before = trial.condition("Progressing").orElseThrow();
    trial.waitSeconds(5).settle();
    assertThat(trial.condition("Progressing")).contains(before);
  }

  @Test
  @DisplayName("E-072 it wakes up for the end of the duration and for progress deadlines")
  void wakeUps() {
    Trial trial = Trial.single("", "'duration': '5m', 'progressDeadlineSeconds': 100").settle();
    assertThat(trial.last().wakeUp()).contains(Trial.START.plusSeconds(100).plusNanos(1));
    trial.waitSeconds(50).grow().settle();
    assertThat(trial.last().wakeUp()).contains(Trial.START.plusSeconds(350).plusNanos(1));
    trial.waitSeconds(50).pods("a", 0).settle();
    assertThat(trial.last().wakeUp()).contains(Trial.START.plusSeconds(200).plusNanos(1));
    trial.grow().settle().waitSeconds(251).settle();
    assertThat(trial.phase()).isEqualTo("Successful");
    assertThat(trial.last().wakeUp()).contains(trial.now().plusSeconds(30));
    trial.waitSeconds(30).settleGrowing();
    assertThat(trial.last().wakeUp()).isEmpty();
  }

  @Test
  @DisplayName("E-006 deciding at the wake-up, not before it, brings the next change")
  void wakeUpsAreExact() {
    Trial trial = running("", "'duration': '90s'");
    Instant wakeUp = trial.last().wakeUp().orElseThrow();
    trial.wait(Duration.between(trial.now(), wakeUp.minusNanos(1))).settle();
    assertThat(trial.phase()).isEqualTo("Running");
    trial.wait(Duration.ofNanos(1)).settle();
    assertThat(trial.phase()).isEqualTo("Successful");
  }

  @Test
  @DisplayName("E-033 E-055 transitions are told as events")
  void events() {
    Trial trial = running("", OPTIONAL).run("check", AnalysisPhase.FAILED, "too slow").settle();
    assertThat(trial.events)
        .containsSubsequence(
            Event.normal("TemplateProgressing", "Template 'a' transitioned from  -> Progressing"),
            Event.normal("ExperimentPending", "Experiment transitioned from  -> Pending"),
            Event.normal(
                "TemplateRunning", "Template 'a' transitioned from Progressing -> Running"),
            Event.normal("ExperimentRunning", "Experiment transitioned from Pending -> Running"),
            Event.normal("AnalysisRunPending", "AnalysisRun 'check' transitioned from  -> Pending"),
            Event.warning(
                "AnalysisRunFailed",
                "AnalysisRun 'check' transitioned from Pending -> Failed: too slow"),
            Event.warning("ExperimentFailed", "Experiment transitioned from Running -> Failed"),
            Event.normal(
                "TemplateSuccessful", "Template 'a' transitioned from Running -> Successful"));
    assertThat(trial.events).doesNotHaveDuplicates();
  }

  @Test
  @DisplayName("E-012 a bad template is told as a warning")
  void warnings() {
    Trial trial =
        Trial.single("", "'progressDeadlineSeconds': 10").settle().waitSeconds(11).settle();
    assertThat(trial.events)
        .contains(
            Event.warning(
                "TemplateFailed",
                "Template 'a' transitioned from Progressing -> Failed: Template 'a' exceeded its progressDeadlineSeconds (10)"));
  }
}
