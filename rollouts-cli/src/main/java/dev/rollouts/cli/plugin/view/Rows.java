package dev.rollouts.cli.plugin.view;

import dev.rollouts.api.Condition;
import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.cli.kube.KubeObject;
import dev.rollouts.cli.plugin.view.Look.Colour;
import dev.rollouts.cli.plugin.view.TreeTable.Row;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Rows of the tree by kind (K-090 to K-102). */
final class Rows {
  private final Look look;
  private final Scene scene;
  private final Instant now;

  Rows(Look look, Scene scene, Instant now) {
    this.look = look;
    this.scene = scene;
    this.now = now;
  }

  /** A rollout with its revisions. */
  Row rollout(KubeObject rollout) {
    String phase = ClientPhase.of(rollout).phase();
    List<KubeObject> replicaSets = scene.replicaSetsOf(rollout);
    List<KubeObject> experiments = scene.experimentsOf(rollout);
    List<KubeObject> runs = scene.runsOf(rollout);
    Set<Long> revisions = new TreeSet<>(Collections.reverseOrder());
    List.of(replicaSets, experiments, runs)
        .forEach(each -> each.forEach(object -> revisions.add(Scene.revision(object))));
    List<Row> below = new ArrayList<>();
    for (long revision : revisions) {
      List<Row> rows = new ArrayList<>();
      of(replicaSets, revision).forEach(each -> rows.add(replicaSet(each, rollout)));
      of(experiments, revision).forEach(each -> rows.add(experiment(each)));
      of(runs, revision).forEach(each -> rows.add(run(each)));
      below.add(new Row("# revision:" + revision, "", " ", "", "", rows));
    }
    return new Row(
        icon("⟳", "@") + look.shown(rollout.name()),
        "Rollout",
        TreeTable.status(look, Icons.ofRollout(phase), phase),
        Ages.since(rollout.createdAt(), now),
        "",
        below);
  }

  private static List<KubeObject> of(List<KubeObject> objects, long revision) {
    return objects.stream().filter(each -> Scene.revision(each) == revision).toList();
  }

  private String icon(String any, String ascii) {
    return look.glyph(any, ascii) + " ";
  }

  /** An experiment with its ReplicaSets and runs. */
  Row experiment(KubeObject experiment) {
    List<Row> below = new ArrayList<>();
    scene
        .replicaSetsOf(experiment)
        .forEach(each -> below.add(replicaSet(each, KubeObject.empty())));
    scene.runsOf(experiment).forEach(each -> below.add(run(each)));
    String phase = experiment.text("status", "phase");
    return new Row(
        icon("Σ", "S") + busy(phase, experiment.name()),
        "Experiment",
        TreeTable.status(look, Icons.ofAnalysis(phase), phase),
        Ages.since(experiment.createdAt(), now),
        "",
        below);
  }

  private String busy(String phase, String name) {
    boolean busy = phase.equals("Pending") || phase.equals("Running");
    return look.paint(busy ? Colour.BRIGHT_BLUE : Colour.NONE, look.shown(name));
  }

  private Row replicaSet(KubeObject replicaSet, KubeObject rollout) {
    Set<Tag> tags = Tag.of(rollout, replicaSet);
    String name = look.shown(replicaSet.name());
    List<String> info = new ArrayList<>();
    for (Tag tag : tags) {
      name = tag.paint(look, name);
    }
    // Stable comes first here, and second among images.
    if (tags.contains(Tag.STABLE)) {
      info.add(Tag.STABLE.shown(look));
    }
    tags.stream().filter(each -> each != Tag.STABLE).forEach(each -> info.add(each.shown(look)));
    String deadline = replicaSet.annotation(RolloutKeys.SCALE_DOWN_DEADLINE);
    if (!deadline.isEmpty()) {
      info.add("delay:" + delay(deadline));
    }
    String status = replicaSetStatus(replicaSet);
    return new Row(
        icon("⧉", "%") + name,
        "ReplicaSet",
        TreeTable.status(look, Icons.ofReplicaSet(status), status),
        Ages.since(replicaSet.createdAt(), now),
        String.join(",", info),
        scene.podsOf(replicaSet).stream().map(this::pod).toList());
  }

  private String delay(String deadline) {
    Instant until = KubeObject.parseTime(deadline);
    if (until == null) {
      return "";
    }
    return until.isAfter(now) ? Ages.of(Duration.between(now, until)) : "passed";
  }

  static String replicaSetStatus(KubeObject replicaSet) {
    long wanted = replicaSet.has("spec", "replicas") ? replicaSet.number("spec", "replicas") : 1;
    if (replicaSet.number("status", "observedGeneration")
        < replicaSet.number("metadata", "generation")) {
      return "Progressing";
    }
    for (KubeObject each : replicaSet.children("status", "conditions")) {
      if (each.text("type").equals("ReplicaFailure")
          && each.text("status").equals(Condition.TRUE)) {
        return "ReplicaFailure";
      }
    }
    if (replicaSet.number("status", "availableReplicas") < wanted) {
      return "Progressing";
    }
    return wanted == 0 ? "ScaledDown" : "Healthy";
  }

  private Row pod(KubeObject pod) {
    PodStatus status = PodStatus.of(pod);
    return new Row(
        icon("□", "o") + look.shown(pod.name()),
        "Pod",
        TreeTable.status(look, Icons.ofPod(status.word()), status.word()),
        Ages.since(pod.createdAt(), now),
        status.info(),
        List.of());
  }

  /** A run with its Jobs. */
  Row run(KubeObject run) {
    String phase = run.text("status", "phase");
    List<Row> jobs = new ArrayList<>();
    for (KubeObject result : run.children("status", "metricResults")) {
      for (KubeObject measurement : result.children("measurements")) {
        String job = measurement.text("metadata", "job-name");
        if (!job.isEmpty()) {
          jobs.add(job(job, measurement));
        }
      }
    }
    return new Row(
        icon("α", "a") + busy(phase, run.name()),
        "AnalysisRun",
        TreeTable.status(look, Icons.ofAnalysis(phase), phase),
        Ages.since(run.createdAt(), now),
        tallies(look, run),
        jobs);
  }

  private Row job(String name, KubeObject measurement) {
    String phase = measurement.text("phase");
    return new Row(
        icon("⊞", "j") + busy(phase, name),
        "Job",
        TreeTable.status(look, Icons.ofAnalysis(phase), phase),
        Ages.since(measurement.time("startedAt"), now),
        "",
        List.of());
  }

  /** K-101. */
  static String tallies(Look look, KubeObject run) {
    List<String> tallies = new ArrayList<>();
    tally(look, run, "successful", Icons.Icon.OK, tallies);
    tally(look, run, "failed", Icons.Icon.BAD, tallies);
    tally(look, run, "inconclusive", Icons.Icon.UNKNOWN, tallies);
    tally(look, run, "error", Icons.Icon.WARNING, tallies);
    return String.join(",", tallies);
  }

  private static void tally(
      Look look, KubeObject run, String field, Icons.Icon icon, List<String> into) {
    long sum =
        run.children("status", "metricResults").stream()
            .mapToLong(each -> each.number(field))
            .sum();
    if (sum > 0) {
      into.add(icon.shown(look) + " " + sum);
    }
  }
}
