package dev.rollouts.cli.plugin.view;

import dev.rollouts.cli.kube.KubeObject;
import dev.rollouts.cli.terminal.Text;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The screen of {@code get analysisrun}, and the table of {@code list analysisruns}. */
public final class RunView {
  private static final int LABEL = 17;

  private RunView() {}

  /**
   * The lines about a run.
   *
   * @param measurements whether each of them gets a line
   */
  public static List<String> lines(Look look, KubeObject run, Instant now, boolean measurements) {
    List<String> lines = new ArrayList<>();
    String phase = run.text("status", "phase");
    String message = run.text("status", "message");
    line(lines, "Name:", look.shown(run.name()));
    line(lines, "Namespace:", look.shown(run.namespace()));
    line(lines, "Status:", TreeTable.status(look, Icons.ofAnalysis(phase), phase));
    if (!message.isEmpty()) {
      line(lines, "Message:", look.shown(message));
    }
    line(lines, "Age:", Ages.since(run.createdAt(), now));
    lines.add("");
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("METRIC", "STATUS", "COUNT", "INFO"));
    for (KubeObject each : run.children("status", "metricResults")) {
      rows.add(metric(look, each));
      if (measurements) {
        each.children("measurements").forEach(m -> rows.add(measurement(look, m, now)));
      }
    }
    lines.addAll(aligned(rows));
    return lines;
  }

  private static List<String> metric(Look look, KubeObject result) {
    String phase = result.text("phase");
    String dry = result.flag("dryRun") ? "dry run " : "";
    return List.of(
        look.shown(result.text("name")),
        TreeTable.status(look, Icons.ofAnalysis(phase), phase),
        String.valueOf(result.number("count") + result.number("error")),
        dry + look.shown(result.text("message")));
  }

  private static List<String> measurement(Look look, KubeObject measurement, Instant now) {
    String phase = measurement.text("phase");
    String message = measurement.text("message");
    return List.of(
        "  " + Ages.since(measurement.time("startedAt"), now) + " ago",
        TreeTable.status(look, Icons.ofAnalysis(phase), phase),
        "",
        look.shown(message.isEmpty() ? measurement.text("value") : message));
  }

  private static void line(List<String> lines, String label, String value) {
    lines.add(Text.pad(label, LABEL) + value);
  }

  /** Rows of painted cells as lines. */
  static List<String> aligned(List<List<String>> rows) {
    int[] widths = new int[rows.get(0).size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], Look.width(row.get(i)));
      }
    }
    List<String> lines = new ArrayList<>();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        String cell = row.get(i);
        line.append(cell)
            .append(i == widths.length - 1 ? "" : " ".repeat(widths[i] - Look.width(cell) + 2));
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }

  /** The table of runs, its head first. */
  public static List<String> table(
      Look look, List<KubeObject> runs, boolean namespaces, Instant now) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(row(namespaces, "NAMESPACE", List.of("NAME", "STATUS", "INFO", "AGE")));
    for (KubeObject each : runs) {
      rows.add(
          row(
              namespaces,
              look.shown(each.namespace()),
              List.of(
                  look.shown(each.name()),
                  look.shown(each.text("status", "phase")),
                  Rows.tallies(look, each),
                  Ages.since(each.createdAt(), now))));
    }
    return aligned(rows);
  }

  private static List<String> row(boolean namespaces, String namespace, List<String> cells) {
    List<String> row = new ArrayList<>(cells);
    if (namespaces) {
      row.add(0, namespace);
    }
    return row;
  }
}
