package dev.rollouts.simulation.rollout;

import dev.rollouts.api.wire.GoDuration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Rows of a trace as plain text. */
final class RowText {
  private RowText() {}

  static String of(List<RolloutTrace.Row> rows) {
    StringBuilder text = new StringBuilder();
    for (RolloutTrace.Row row : rows) {
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
      for (RolloutTrace.Happening each : row.happenings()) {
        text.append("             - ").append(each.source()).append(": ").append(each.text());
        text.append('\n');
      }
    }
    return text.toString();
  }
}
