package dev.rollouts.engine.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.ObjectMeta;
import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.experiment.ExperimentStatus;
import dev.rollouts.api.experiment.ExperimentTemplateStatus;
import dev.rollouts.engine.cluster.ClusterAnswer.Refusal;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.cluster.ReplicaSet;
import dev.rollouts.engine.cluster.Service;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/**
 * One random life of an experiment: pods that come and go, runs that end, users, refusals, crashes
 * between effects, late caches; then calm, in which it has to come to its end.
 */
final class History {
  private static final int STEPS = 60;
  private static final List<String> NAMES =
      List.of("exp-a", "exp-b", "exp-a-1", "exp-b-1", "exp-check", "exp-extra", "svc");
  private static final List<AnalysisPhase> PHASES = List.of(AnalysisPhase.values());

  private final Random random;
  private final Trial trial;
  private final Set<String> phases = new TreeSet<>();
  private final Set<String> templates = new TreeSet<>();

  private History(long seed) {
    random = new Random(seed);
    trial = Trial.of(spec());
    if (chance(12)) {
      trial.replicaSets.put(
          "exp-a",
          Manifests.replicaSet(
              trial.experiment().withMetadata(ObjectMeta.named("exp").withUid("foreign")),
              trial.experiment().spec().templates().get(0),
              null));
    }
    if (chance(8)) {
      trial.services.put("svc", new Service(ObjectMeta.named("svc"), Map.of(), List.of()));
    }
  }

  /** Lives through a history; fails where an invariant does. */
  static History of(long seed) {
    History history = new History(seed);
    for (int i = 0; i < STEPS; i++) {
      history.step();
    }
    history.calm();
    return history;
  }

  /** Changes of the experiment's phase that happened, such as {@code Pending --> Running}. */
  Set<String> phases() {
    return phases;
  }

  /** Changes of a template's status that happened. */
  Set<String> templates() {
    return templates;
  }

  private boolean chance(int percent) {
    return random.nextInt(100) < percent;
  }

  private <T> T any(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  private String spec() {
    List<String> all = new ArrayList<>();
    for (String name : chance(50) ? List.of("a") : List.of("a", "b")) {
      all.add(
          Trial.template(
              name,
              "'replicas': "
                  + random.nextInt(4)
                  + any(List.of("", ", 'service': {}", ", 'service': {'name': 'svc'}"))));
    }
    List<String> analyses = new ArrayList<>();
    for (String name :
        any(List.of(List.<String>of(), List.of("check"), List.of("check", "extra")))) {
      analyses.add(
          "{'name': '%s', 'templateName': '%s', 'requiredForCompletion': %s}"
              .formatted(name, chance(95) ? "good" : "absent", chance(50)));
    }
    return "{'templates': "
        + all
        + ", 'analyses': "
        + analyses
        + any(List.of("", ", 'duration': '5m'", ", 'duration': '20m'"))
        + any(List.of("", ", 'scaleDownDelaySeconds': 0", ", 'scaleDownDelaySeconds': 100"))
        + any(List.of("", ", 'progressDeadlineSeconds': 60"))
        + "}";
  }

  private void step() {
    switch (random.nextInt(16)) {
      case 0, 1, 2, 3, 4 -> turn();
      case 5 -> {
        decide();
        trial.perform(random.nextInt(3));
      }
      case 6, 7 -> trial.grow();
      case 8 -> pods();
      case 9 -> pass();
      case 10, 11 -> advanceRun();
      case 12 -> refuse();
      case 13 -> lag();
      case 14 -> user();
      default -> {
        trial.showAll();
        trial.refuseNothing();
      }
    }
  }

  /** Time passes: some of it, or to within a breath of the wake-up. */
  private void pass() {
    Instant wakeUp = chance(50) ? trial.wakeUp().orElse(null) : null;
    if (wakeUp == null || !wakeUp.isAfter(trial.now())) {
      trial.waitSeconds(1 + random.nextInt(chance(20) ? 900 : 60));
    } else {
      trial.wait(Duration.between(trial.now(), wakeUp).minusNanos(random.nextInt(2)));
    }
  }

  private void decide() {
    ExperimentStatus before = trial.status();
    trial.decide();
    record(before);
  }

  private void turn() {
    decide();
    trial.perform(Integer.MAX_VALUE);
  }

  private void record(ExperimentStatus before) {
    String from = before.phase() == null ? "[*]" : before.phase().wireName();
    if (!from.equals(trial.phase())) {
      phases.add(from + " --> " + trial.phase());
    }
    for (ExperimentTemplateStatus after : trial.status().templateStatuses()) {
      String then = "[*]";
      for (ExperimentTemplateStatus each : before.templateStatuses()) {
        if (each.name().equals(after.name()) && each.status() != null) {
          then = each.status().wireName();
        }
      }
      String now = trial.templatePhase(after.name());
      if (!then.equals(now)) {
        templates.add(then + " --> " + now);
      }
    }
  }

  private void pods() {
    for (ReplicaSet each : List.copyOf(trial.replicaSets.values())) {
      int available = random.nextInt(each.replicas() + 1);
      trial.replicaSets.put(
          each.name(),
          each.withStatus(
              new ReplicaSet.Status(
                  each.replicas(), available, available, each.metadata().generation(), List.of())));
    }
  }

  private void advanceRun() {
    for (AnalysisRun run : List.copyOf(trial.runs.values())) {
      if (!run.statusOrPending().phase().isCompleted() && chance(60)) {
        AnalysisPhase next = chance(60) ? AnalysisPhase.SUCCESSFUL : any(PHASES);
        trial.runs.put(
            run.metadata().name(), Trial.withPhase(run, next, next.wireName() + " it is"));
      }
    }
  }

  private void refuse() {
    Refusal why = chance(85) ? Refusal.CONFLICT : Refusal.OTHER;
    int percent = 10 + random.nextInt(60);
    trial.refusing(
        effect ->
            effect instanceof ClusterEffect.Announce || !chance(percent)
                ? Optional.empty()
                : Optional.of(why));
  }

  /** What is made from now on under some name is seen late. */
  private void lag() {
    String name = any(NAMES);
    if (!trial.replicaSets.containsKey(name)
        && !trial.runs.containsKey(name)
        && !trial.services.containsKey(name)) {
      trial.hide(name);
    }
  }

  private void user() {
    switch (random.nextInt(6)) {
      case 0 -> trial.terminate();
      case 1 -> {
        if (!trial.replicaSets.isEmpty()) {
          trial.replicaSets.remove(any(List.copyOf(trial.replicaSets.keySet())));
        }
      }
      case 2 -> trial.replicaSets.values().removeIf(each -> !isOurs(each.metadata()));
      case 3 -> {
        boolean two = trial.experiment().spec().templates().size() == 2;
        String a =
            Trial.template(
                "a",
                "'replicas': "
                    + random.nextInt(4)
                    + (chance(30) ? ", 'service': {'name': 'svc'}" : ""));
        trial.edit(
            "templates",
            two ? "[" + a + ", " + Trial.template("b", "'service': {}") + "]" : "[" + a + "]");
      }
      default -> {
        // Most people look and leave it alone.
      }
    }
  }

  private static boolean isOurs(ObjectMeta metadata) {
    return metadata.controllerUid().equals("u-exp");
  }

  /** No more trouble: it settles, and once told to it ends, without leaving anything behind. */
  private void calm() {
    trial.showAll();
    trial.refuseNothing();
    settle();
    trial.terminate();
    settle();
    for (AnalysisRun run : List.copyOf(trial.runs.values())) {
      if (!run.statusOrPending().phase().isCompleted()) {
        assertThat(run.spec().terminate()).as("unfinished runs are told to stop").isTrue();
        trial.runs.put(
            run.metadata().name(), Trial.withPhase(run, AnalysisPhase.SUCCESSFUL, "stopped"));
      }
    }
    settle();
    trial.waitSeconds(101);
    settle();
    assertThat(trial.status().phase()).isNotNull().matches(AnalysisPhase::isCompleted);
    assertThat(trial.status().analysisRuns())
        .allMatch(each -> each.phase() != null && each.phase().isCompleted());
    assertThat(trial.replicaSets.values())
        .filteredOn(each -> isOurs(each.metadata()))
        .allMatch(each -> each.replicas() == 0);
    assertThat(trial.services.values()).noneMatch(each -> isOurs(each.metadata()));
    assertThat(trial.last().wakeUp()).isEmpty();
  }

  private void settle() {
    for (int i = 0; i < 40; i++) {
      ExperimentStatus before = trial.status();
      Map<String, ReplicaSet> sets = Map.copyOf(trial.replicaSets);
      turn();
      trial.grow();
      if (trial.last().effects().isEmpty()
          && before.equals(trial.status())
          && sets.equals(trial.replicaSets)) {
        return;
      }
    }
    throw new AssertionError("no end of decisions; the last one: " + trial.last());
  }
}
