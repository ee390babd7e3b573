package dev.rollouts.cli.plugin.view;

import dev.rollouts.api.wire.GoDuration;
import dev.rollouts.cli.kube.KubeObject;
import dev.rollouts.cli.terminal.Text;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The tables of {@code list} (K-130 to K-136).
 *
 * @param namespaces whether a column says where an object is
 * @param timestamps whether a column says when the line was printed
 */
public record Lists(Look look, boolean namespaces, boolean timestamps) {
  private static final List<String> ROLLOUTS =
      List.of(
          "NAME",
          "STRATEGY",
          "STATUS",
          "STEP",
          "SET-WEIGHT",
          "READY",
          "DESIRED",
          "UP-TO-DATE",
          "AVAILABLE");
  private static final int[] ROLLOUT_WIDTHS = {10, 9, 12, 4, 10, 5, 7, 10, 9};
  private static final List<String> EXPERIMENTS =
      List.of("NAME", "STATUS", "DURATION", "REMAINING", "AGE");
  private static final int[] EXPERIMENT_WIDTHS = {10, 6, 8, 9, 3};
  private static final int NAMESPACE_WIDTH = 9;
  private static final int TIMESTAMP_WIDTH = 20;

  /** The head of the table of rollouts. */
  public List<String> rolloutHead() {
    return padded("NAMESPACE", "TIMESTAMP", ROLLOUTS, ROLLOUT_WIDTHS);
  }

  /** The cells of a rollout, without its timestamp: when they change, there is something to say. */
  public List<String> rolloutCells(KubeObject rollout) {
    Strategy strategy = new Strategy(rollout);
    boolean canary = strategy.isCanary();
    String step = strategy.step();
    return List.of(
        look.shown(rollout.name()),
        strategy.name().isEmpty() ? "unknown" : strategy.name(),
        look.shown(ClientPhase.of(rollout).phase()),
        step.isEmpty() ? "-" : step,
        canary ? String.valueOf(strategy.setWeight()) : "-",
        rollout.number("status", "readyReplicas") + "/" + rollout.number("status", "replicas"),
        String.valueOf(strategy.desired()),
        String.valueOf(rollout.number("status", "updatedReplicas")),
        String.valueOf(rollout.number("status", "availableReplicas")));
  }

  /** The row of a rollout. */
  public List<String> rolloutRow(KubeObject rollout, Instant now) {
    return padded(
        look.shown(rollout.namespace()),
        now.truncatedTo(ChronoUnit.SECONDS).toString(),
        rolloutCells(rollout),
        ROLLOUT_WIDTHS);
  }

  /** The head of the table of experiments. */
  public List<String> experimentHead() {
    return padded("NAMESPACE", "", EXPERIMENTS, EXPERIMENT_WIDTHS);
  }

  /** The row of an experiment. */
  public List<String> experimentRow(KubeObject experiment, Instant now) {
    Optional<Duration> duration = GoDuration.tryParse(experiment.text("spec", "duration"));
    return padded(
        look.shown(experiment.namespace()),
        "",
        List.of(
            look.shown(experiment.name()),
            look.shown(experiment.text("status", "phase")),
            duration.map(Ages::of).orElse("-"),
            duration.flatMap(each -> remaining(experiment, each, now)).map(Ages::of).orElse("-"),
            Ages.since(experiment.createdAt(), now)),
        EXPERIMENT_WIDTHS);
  }

  private static Optional<Duration> remaining(
      KubeObject experiment, Duration duration, Instant now) {
    Instant since = experiment.time("status", "availableAt");
    boolean finished =
        switch (experiment.text("status", "phase")) {
          case "Successful", "Failed", "Error", "Inconclusive" -> true;
          default -> false;
        };
    return finished || since == null
        ? Optional.empty()
        : Optional.of(Duration.between(now, since.plus(duration)))
            .filter(each -> !each.isNegative() && !each.isZero());
  }

  private List<String> padded(
      String namespace, String timestamp, List<String> cells, int[] widths) {
    List<String> row = new ArrayList<>();
    if (timestamps) {
      row.add(Text.pad(timestamp, TIMESTAMP_WIDTH));
    }
    if (namespaces) {
      row.add(Text.pad(namespace, NAMESPACE_WIDTH));
    }
    for (int i = 0; i < cells.size(); i++) {
      row.add(Text.pad(cells.get(i), widths[i]));
    }
    return row;
  }

  /** Rows as lines, two blanks between the columns. */
  public static List<String> aligned(List<List<String>> rows) {
    int columns = rows.stream().mapToInt(List::size).max().orElse(0);
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < row.size(); i++) {
        widths[i] = Math.max(widths[i], Text.width(row.get(i)));
      }
    }
    List<String> lines = new ArrayList<>();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < row.size(); i++) {
        boolean last = i == row.size() - 1;
        line.append(last ? row.get(i) : Text.pad(row.get(i), widths[i] + 2));
      }
      lines.add(line.toString());
    }
    return lines;
  }
}
