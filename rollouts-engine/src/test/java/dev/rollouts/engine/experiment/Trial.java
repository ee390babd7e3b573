package dev.rollouts.engine.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.Condition;
import dev.rollouts.api.ObjectMeta;
import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.analysis.AnalysisRunStatus;
import dev.rollouts.api.analysis.AnalysisTemplateSpec;
import dev.rollouts.api.analysis.Argument;
import dev.rollouts.api.analysis.Metric;
import dev.rollouts.api.analysis.TemplateRef;
import dev.rollouts.api.experiment.Experiment;
import dev.rollouts.api.experiment.ExperimentRunStatus;
import dev.rollouts.api.experiment.ExperimentSpec;
import dev.rollouts.api.experiment.ExperimentStatus;
import dev.rollouts.api.experiment.ExperimentTemplateStatus;
import dev.rollouts.api.provider.config.WebRequest;
import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.api.wire.Wire;
import dev.rollouts.engine.Decision;
import dev.rollouts.engine.Event;
import dev.rollouts.engine.cluster.ClusterAnswer;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.cluster.ReplicaSet;
import dev.rollouts.engine.cluster.Service;
import dev.rollouts.engine.rollout.children.Owners;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import net.minidev.json.JSONValue;
import org.jspecify.annotations.Nullable;

/**
 * An experiment in a test: a small cluster that does what decisions ask, a clock that the test
 * turns, and invariants that are checked after every decision.
 */
final class Trial {
  static final Instant START = Instant.parse("2026-05-01T10:00:00Z");
  private static final int SETTLED_MAX = 25;

  private final ExperimentEngine engine = new ExperimentEngine();
  final Map<String, ReplicaSet> replicaSets = new LinkedHashMap<>();
  final Map<String, Service> services = new LinkedHashMap<>();
  final Map<String, AnalysisRun> runs = new LinkedHashMap<>();
  final Map<TemplateRef, AnalysisTemplateSpec> templates = new HashMap<>();
  final List<Event> events = new ArrayList<>();
  final List<ClusterEffect> performed = new ArrayList<>();
  private final Set<String> hidden = new HashSet<>();
  private List<ClusterAnswer> answers = new ArrayList<>();
  private Function<ClusterEffect, Optional<ClusterAnswer.Refusal>> refusing =
      effect -> Optional.empty();
  private Experiment experiment;
  private Instant now = START;
  private int resourceVersion;
  private int attempts;
  private final Set<String> analyses = new HashSet<>();
  private @Nullable Decision<ExperimentStatus, ClusterEffect> last;

  private Trial(Experiment experiment) {
    this.experiment = experiment;
    for (String name : List.of("good", "other")) {
      templates.put(
          new TemplateRef(name, false),
          AnalysisTemplateSpec.of(
                  Metric.named(name).provider(WebRequest.get("http://metrics.test")).build())
              .withArgs(List.of(Argument.of("hash", "none"))));
    }
  }

  /** An experiment named exp from JSON in which single quotes stand for double ones. */
  static Trial of(String spec) {
    return of(spec, "{}");
  }

  static Trial of(String spec, String labels) {
    return new Trial(
        Wire.decode(
                Experiment.class,
                json(
                    "{'metadata': {'name': 'exp', 'namespace': 'shop', 'uid': 'u-exp', 'labels': "
                        + labels
                        + "}, 'spec': "
                        + spec
                        + "}"))
            .value());
  }

  /** One template a, with more fields. */
  static Trial single(String templateFields, String specFields) {
    return of("{'templates': [" + template("a", templateFields) + "]" + more(specFields) + "}");
  }

  static String template(String name, String fields) {
    return """
    {'name': '%s', 'selector': {'matchLabels': {'app': '%s'}},
     'template': {'metadata': {'labels': {'app': '%s'}},
       'spec': {'containers': [{'name': 'web', 'image': 'web:1', 'ports': [{'containerPort': 8080, 'name': 'http', 'protocol': 'TCP'}]}]}}%s}
    """
        .formatted(name, name, name, more(fields));
  }

  private static String more(String fields) {
    return fields.isEmpty() ? "" : ", " + fields;
  }

  static Object json(String text) {
    return JSONValue.parse(text.replace('\'', '"'));
  }

  @SuppressWarnings("unchecked")
  static JsonObject tree(String text) {
    return JsonObject.of((Map<String, Object>) json(text));
  }

  // What users and neighbours do.

  Trial wait(Duration duration) {
    now = now.plus(duration);
    return this;
  }

  Trial waitSeconds(double seconds) {
    return wait(Duration.ofNanos(Math.round(seconds * 1e9)));
  }

  /** Changes the spec; single quotes stand for double ones. */
  Trial edit(String field, String value) {
    Map<String, @Nullable Object> tree = Wire.encode(experiment.spec());
    tree.put(field, json("{'v': " + value + "}") instanceof Map<?, ?> map ? map.get("v") : null);
    experiment = experiment.withSpec(Wire.decode(ExperimentSpec.class, tree).value());
    return this;
  }

  Trial terminate() {
    return edit("terminate", "true");
  }

  Trial delete() {
    ObjectMeta meta = experiment.metadata();
    experiment =
        experiment.withMetadata(
            new ObjectMeta(
                meta.name(),
                "",
                meta.namespace(),
                meta.uid(),
                "",
                0,
                null,
                now,
                meta.labels(),
                meta.annotations(),
                meta.ownerReferences()));
    return this;
  }

  /** Every ReplicaSet gets the pods that it wants, all of them available. */
  Trial grow() {
    replicaSets.replaceAll((name, each) -> withPods(each, each.replicas()));
    return this;
  }

  /** The template's ReplicaSet has this many available pods. */
  Trial pods(String template, int available) {
    ReplicaSet each = replicaSet(template);
    replicaSets.put(each.name(), withPods(each, available));
    return this;
  }

  private static ReplicaSet withPods(ReplicaSet each, int available) {
    return each.withStatus(
        new ReplicaSet.Status(
            Math.max(available, each.replicas()),
            available,
            available,
            each.metadata().generation(),
            List.of()));
  }

  Trial run(String analysis, AnalysisPhase phase, String message) {
    AnalysisRun run = Objects.requireNonNull(runs.get("exp-" + analysis), analysis);
    runs.put(run.metadata().name(), withPhase(run, phase, message));
    return this;
  }

  static AnalysisRun withPhase(AnalysisRun run, AnalysisPhase phase, String message) {
    return run.withStatus(
        new AnalysisRunStatus(phase, message, START, null, null, null, List.of()));
  }

  Trial refuse(Class<? extends ClusterEffect> kind, ClusterAnswer.Refusal why) {
    return refusing(effect -> kind.isInstance(effect) ? Optional.of(why) : Optional.empty());
  }

  Trial refusing(Function<ClusterEffect, Optional<ClusterAnswer.Refusal>> rule) {
    refusing = rule;
    return this;
  }

  Trial refuseNothing() {
    return refusing(effect -> Optional.empty());
  }

  /** A name that observations do not show although it exists. */
  Trial hide(String name) {
    hidden.add(name);
    return this;
  }

  Trial showAll() {
    hidden.clear();
    return this;
  }

  // Turns.

  /** Decides and saves the status. */
  Trial decide() {
    ExperimentObservations seen =
        new ExperimentObservations(
            visible(replicaSets),
            visible(services),
            visible(runs),
            Map.copyOf(templates),
            List.copyOf(answers));
    ExperimentStatus before = experiment.statusOrEmpty();
    Decision<ExperimentStatus, ClusterEffect> decision = engine.decide(experiment, seen, now);
    assertThat(engine.decide(experiment, seen, now)).isEqualTo(decision);
    check(before, decision);
    last = decision;
    experiment = experiment.withStatus(decision.status());
    answers = new ArrayList<>();
    return this;
  }

  private <T> List<T> visible(Map<String, T> objects) {
    return objects.entrySet().stream()
        .filter(each -> !hidden.contains(each.getKey()))
        .map(Map.Entry::getValue)
        .toList();
  }

  /** Decides, saves, and performs what was asked. */
  Trial turn() {
    return decide().perform(Integer.MAX_VALUE);
  }

  /** Performs at most this many of the effects of the last decision, up to one that is refused. */
  Trial perform(int atMost) {
    int done = 0;
    for (ClusterEffect effect : last().effects()) {
      if (done++ == atMost) {
        return this;
      }
      Optional<ClusterAnswer.Refusal> refusal = refusing.apply(effect).or(() -> perform(effect));
      if (refusal.isPresent()) {
        answers.add(new ClusterAnswer.Refused(effect, refusal.get(), "the cluster says no"));
        return this;
      }
      performed.add(effect);
    }
    return this;
  }

  /** Turns until a decision says nothing new. */
  Trial settle() {
    for (int i = 0; i < SETTLED_MAX; i++) {
      ExperimentStatus before = experiment.statusOrEmpty();
      turn();
      if (last().effects().isEmpty() && before.equals(status())) {
        return this;
      }
    }
    throw new AssertionError("no end of decisions; the last one: " + last());
  }

  /** As {@link #settle}, with pods that come and go at once. */
  Trial settleGrowing() {
    for (int i = 0; i < SETTLED_MAX; i++) {
      Map<String, ReplicaSet> before = Map.copyOf(replicaSets);
      settle().grow();
      if (before.equals(replicaSets)) {
        return this;
      }
    }
    throw new AssertionError("no end of decisions; the last one: " + last());
  }

  private Optional<ClusterAnswer.Refusal> perform(ClusterEffect effect) {
    if (effect instanceof ClusterEffect.CreateReplicaSet create) {
      return create(replicaSets, create.replicaSet().name(), () -> made(create.replicaSet()));
    } else if (effect instanceof ClusterEffect.UpdateReplicaSet update) {
      ReplicaSet now = replicaSets.get(update.before().name());
      if (now == null) {
        return Optional.of(ClusterAnswer.Refusal.NOT_FOUND);
      }
      if (!now.metadata().resourceVersion().equals(update.before().metadata().resourceVersion())) {
        return Optional.of(ClusterAnswer.Refusal.CONFLICT);
      }
      replicaSets.put(now.name(), changed(update.after()).withStatus(now.status()));
    } else if (effect instanceof ClusterEffect.CreateService create) {
      return create(services, create.service().name(), create::service);
    } else if (effect instanceof ClusterEffect.DeleteService delete) {
      services.remove(delete.service().name());
    } else if (effect instanceof ClusterEffect.CreateAnalysisRun create) {
      return create(runs, create.run().metadata().name(), () -> made(create.run()));
    } else if (effect instanceof ClusterEffect.TerminateAnalysisRun terminate) {
      AnalysisRun run = runs.get(terminate.run().metadata().name());
      if (run != null) {
        runs.put(
            run.metadata().name(),
            new AnalysisRun(run.metadata(), run.spec().terminated(), run.status()));
      }
    } else if (effect instanceof ClusterEffect.Announce announce) {
      events.add(announce.event());
    } else if (!(effect instanceof ClusterEffect.Retry)) {
      throw new AssertionError("an experiment has no business with " + effect);
    }
    return Optional.empty();
  }

  private static <T> Optional<ClusterAnswer.Refusal> create(
      Map<String, T> objects, String name, Supplier<T> object) {
    if (objects.containsKey(name)) {
      return Optional.of(ClusterAnswer.Refusal.ALREADY_EXISTS);
    }
    objects.put(name, object.get());
    return Optional.empty();
  }

  private ReplicaSet made(ReplicaSet fresh) {
    return changed(fresh.withMetadata(fresh.metadata().withUid("rs-" + fresh.name())));
  }

  private AnalysisRun made(AnalysisRun fresh) {
    return fresh.withMetadata(changed(fresh.metadata()));
  }

  private ReplicaSet changed(ReplicaSet each) {
    return each.withMetadata(changed(each.metadata()));
  }

  private ObjectMeta changed(ObjectMeta meta) {
    return new ObjectMeta(
        meta.name(),
        "",
        meta.namespace(),
        meta.uid(),
        Integer.toString(++resourceVersion),
        meta.generation(),
        meta.creationTimestamp() == null ? now : meta.creationTimestamp(),
        null,
        meta.labels(),
        meta.annotations(),
        meta.ownerReferences());
  }

  // What came of it.

  Decision<ExperimentStatus, ClusterEffect> last() {
    return Objects.requireNonNull(last, "no turn yet");
  }

  /** When the last decision, if there was one, wants to be asked again. */
  Optional<Instant> wakeUp() {
    return last == null ? Optional.empty() : last.wakeUp();
  }

  Experiment experiment() {
    return experiment;
  }

  Trial from(ExperimentStatus status) {
    experiment = experiment.withStatus(status);
    attempts++;
    return this;
  }

  ExperimentStatus status() {
    return experiment.statusOrEmpty();
  }

  String phase() {
    AnalysisPhase phase = status().phase();
    return phase == null ? "" : phase.wireName();
  }

  ExperimentTemplateStatus template(String name) {
    return status().templateStatuses().stream()
        .filter(each -> each.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no template " + name + ": " + status()));
  }

  String templatePhase(String name) {
    var phase = template(name).status();
    return phase == null ? "" : phase.wireName();
  }

  ExperimentRunStatus analysis(String name) {
    return status().analysisRuns().stream()
        .filter(each -> each.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no analysis " + name + ": " + status()));
  }

  String analysisPhase(String name) {
    AnalysisPhase phase = analysis(name).phase();
    return phase == null ? "" : phase.wireName();
  }

  ReplicaSet replicaSet(String template) {
    return replicaSets.values().stream()
        .filter(
            each ->
                template.equals(each.annotation(RolloutKeys.EXPERIMENT_TEMPLATE))
                    && Owners.isControlledBy(each.metadata(), experiment.metadata()))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no ReplicaSet of " + template));
  }

  Optional<Condition> condition(String type) {
    return status().conditions().stream().filter(each -> each.type().equals(type)).findFirst();
  }

  Instant now() {
    return now;
  }

  ExperimentEngine engine() {
    return engine;
  }

  List<String> reasons() {
    return last().reasons().stream().map(each -> each.rule()).toList();
  }

  /** How often a kind of effect was performed. */
  long count(Class<? extends ClusterEffect> kind) {
    return performed.stream().filter(kind::isInstance).count();
  }

  // Invariants.

  private void check(ExperimentStatus before, Decision<ExperimentStatus, ClusterEffect> decision) {
    ExperimentStatus after = decision.status();
    assertThat(Wire.decode(ExperimentStatus.class, Wire.encode(after)).value())
        .as("a status survives being saved")
        .isEqualTo(after);
    decision.wakeUp().ifPresent(at -> assertThat(at).as("the wake-up lies ahead").isAfter(now));
    if (before.phase() != null && before.phase().isCompleted()) {
      assertThat(after.phase()).as("completed is final").isEqualTo(before.phase());
      assertThat(after.message()).isEqualTo(before.message());
    }
    if (before.availableAt() != null) {
      assertThat(after.availableAt()).as("availableAt stays").isEqualTo(before.availableAt());
    }
    for (ExperimentTemplateStatus then : before.templateStatuses()) {
      if (then.status() != null && then.status().isCompleted()) {
        assertThat(after.templateStatuses())
            .as("completed templates stay so")
            .anyMatch(each -> each.name().equals(then.name()) && each.status() == then.status());
      }
    }
    for (ExperimentRunStatus then : before.analysisRuns()) {
      if (then.phase() != null && then.phase().isCompleted()) {
        assertThat(after.analysisRuns()).as("completed analyses stay so").contains(then);
      }
    }
    for (ExperimentTemplateStatus each : after.templateStatuses()) {
      assertThat(each.serviceName().isEmpty())
          .as("a service's name and hash go together")
          .isEqualTo(each.podTemplateHash().isEmpty());
      assertThat(each.serviceName().isEmpty() || services.containsKey(each.serviceName()))
          .as("a status names Services that exist (pain 64)")
          .isTrue();
    }
    assertThat(after.conditions().stream().map(Condition::type))
        .as("conditions of known types, once each")
        .doesNotHaveDuplicates()
        .isSubsetOf("Progressing", "InvalidSpec");
    decision.effects().forEach(this::check);
    checkCluster();
  }

  private void check(ClusterEffect effect) {
    ObjectMeta meta = null;
    if (effect instanceof ClusterEffect.CreateReplicaSet create) {
      meta = create.replicaSet().metadata();
      assertThat(create.replicaSet().replicas()).as("made without pods").isZero();
    } else if (effect instanceof ClusterEffect.UpdateReplicaSet update) {
      meta = update.before().metadata();
      assertThat(update.after()).as("an update changes something").isNotEqualTo(update.before());
      assertThat(update.after().template()).isEqualTo(update.before().template());
    } else if (effect instanceof ClusterEffect.CreateService create) {
      meta = create.service().metadata();
    } else if (effect instanceof ClusterEffect.DeleteService delete) {
      meta = delete.service().metadata();
    } else if (effect instanceof ClusterEffect.CreateAnalysisRun create) {
      meta = create.run().metadata();
    } else if (effect instanceof ClusterEffect.TerminateAnalysisRun terminate) {
      meta = terminate.run().metadata();
    }
    if (meta != null) {
      assertThat(meta.controllerUid()).as("only what is ours is touched").isEqualTo("u-exp");
    }
  }

  private void checkCluster() {
    Map<String, Long> perTemplate = new HashMap<>();
    for (ReplicaSet each : replicaSets.values()) {
      String template = each.annotation(RolloutKeys.EXPERIMENT_TEMPLATE);
      if (template != null && Owners.isControlledBy(each.metadata(), experiment.metadata())) {
        perTemplate.merge(template, 1L, Long::sum);
      }
    }
    assertThat(perTemplate.values())
        .as("never two ReplicaSets for a template")
        .allMatch(n -> n == 1);
    experiment.spec().analyses().forEach(each -> analyses.add(each.name()));
    long own =
        runs.values().stream()
            .filter(run -> Owners.isControlledBy(run.metadata(), experiment.metadata()))
            .count();
    assertThat(own)
        .as("never two runs for an analysis (pain 66)")
        .isLessThanOrEqualTo(analyses.size() * (1L + attempts));
  }
}
