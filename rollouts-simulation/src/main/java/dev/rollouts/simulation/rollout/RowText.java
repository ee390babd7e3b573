package dev.rollouts.simulation.rollout;

import dev.rollouts.api.wire.GoDuration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Rows of a trace as plain text. */
final class RowText {
  private RowText() {}

  static String of(List<RolloutTrace.Row> rows) {
    StringBuilder text = new StringBuilder();
    rows.forEach(row -> append(row, row.happenings(), text));
    return text.toString();
  }

  /** Rows of one second are one, and what happens is told once. */
  static String telling(List<RolloutTrace.Row> rows) {
    StringBuilder text = new StringBuilder();
    List<RolloutTrace.Happening> happenings = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      RolloutTrace.Row row = rows.get(i);
      row.happenings().stream().filter(RolloutTrace.Happening::isTelling).forEach(happenings::add);
      boolean last =
          i + 1 == rows.size() || rows.get(i + 1).elapsed().toSeconds() > row.elapsed().toSeconds();
      if (last) {
        append(row, happenings, text);
        happenings = new ArrayList<>();
      }
    }
    return text.toString();
  }

  private static void append(
      RolloutTrace.Row row, List<RolloutTrace.Happening> happenings, StringBuilder text) {
    text.append(
        String.format(
            Locale.ROOT,
            "%-12s %-11s step %d/%d  weight %d/%.0f%%  %s%s%n",
            GoDuration.format(row.elapsed()),
            row.phase() == null ? "" : row.phase().wireName(),
            row.step(),
            row.steps(),
            row.weightWanted(),
            row.share() * 100,
            row.versions().stream()
                .map(
                    each ->
                        "%s %s:%d(%d,%d)"
                            .formatted(
                                each.role(),
                                each.hash(),
                                each.wanted(),
                                each.ready(),
                                each.available()))
                .collect(Collectors.joining(" ")),
            row.message().isEmpty() ? "" : "  " + row.message()));
    for (RolloutTrace.Happening each : happenings) {
      text.append("             - ").append(each.source()).append(": ").append(each.text());
      text.append('\n');
    }
  }
}
