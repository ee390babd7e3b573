package dev.rollouts.cli.plugin.view;

import dev.rollouts.cli.kube.KubeObject;
import dev.rollouts.cli.terminal.Text;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The screens of {@code get rollout} and {@code get experiment} (K §4). */
public final class RolloutView {
  private static final int LABEL = 17;

  private final Look look;
  private final List<String> lines = new ArrayList<>();

  private RolloutView(Look look) {
    this.look = look;
  }

  /** The lines about a rollout. */
  public static List<String> ofRollout(Look look, KubeObject rollout, Scene scene, Instant now) {
    RolloutView view = new RolloutView(look);
    view.head(rollout, scene);
    view.lines.add("");
    view.lines.addAll(TreeTable.lines(look, new Rows(look, scene, now).rollout(rollout)));
    return view.lines;
  }

  /** The lines about an experiment. */
  public static List<String> ofExperiment(
      Look look, KubeObject experiment, Scene scene, Instant now) {
    RolloutView view = new RolloutView(look);
    String phase = experiment.text("status", "phase");
    view.names(experiment);
    view.line("Status:", TreeTable.status(look, Icons.ofAnalysis(phase), phase));
    view.message(experiment.text("status", "message"));
    view.images(Images.ofExperiment(look, scene, experiment));
    view.lines.add("");
    view.lines.addAll(TreeTable.lines(look, new Rows(look, scene, now).experiment(experiment)));
    return view.lines;
  }

  private void head(KubeObject rollout, Scene scene) {
    ClientPhase phase = ClientPhase.of(rollout);
    Strategy strategy = new Strategy(rollout);
    names(rollout);
    line("Status:", TreeTable.status(look, Icons.ofRollout(phase.phase()), phase.phase()));
    message(phase.message());
    line("Strategy:", strategy.name());
    if (strategy.isCanary()) {
      line("  Step:", strategy.step());
      line("  SetWeight:", String.valueOf(strategy.setWeight()));
      line("  ActualWeight:", String.valueOf(strategy.actualWeight(canary(rollout, scene))));
    }
    images(Images.ofRollout(look, scene, rollout));
    lines.add("Replicas:");
    line("  Desired:", String.valueOf(strategy.desired()));
    count("  Current:", rollout, "replicas");
    count("  Updated:", rollout, "updatedReplicas");
    count("  Ready:", rollout, "readyReplicas");
    count("  Available:", rollout, "availableReplicas");
  }

  private static long canary(KubeObject rollout, Scene scene) {
    return scene.replicaSetsOf(rollout).stream()
        .filter(each -> Tag.of(rollout, each).contains(Tag.CANARY))
        .mapToLong(each -> each.number("status", "availableReplicas"))
        .findFirst()
        .orElse(0);
  }

  private void names(KubeObject object) {
    line("Name:", look.shown(object.name()));
    line("Namespace:", look.shown(object.namespace()));
  }

  private void message(String message) {
    if (!message.isEmpty()) {
      line("Message:", look.shown(message));
    }
  }

  private void images(List<String> images) {
    String label = "Images:";
    for (String each : images) {
      line(label, each);
      label = "";
    }
  }

  private void count(String label, KubeObject rollout, String field) {
    line(label, String.valueOf(rollout.number("status", field)));
  }

  private void line(String label, String value) {
    String line = Text.pad(label, LABEL) + value;
    int limit = look.screen().width();
    lines.add(limit > 0 ? Look.cut(line, limit) : line);
  }
}
