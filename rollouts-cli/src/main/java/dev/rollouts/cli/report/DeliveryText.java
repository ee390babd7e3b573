package dev.rollouts.cli.report;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.cli.report.Delivery.Line;
import dev.rollouts.cli.report.Delivery.Note;
import dev.rollouts.cli.terminal.Durations;
import dev.rollouts.cli.terminal.Screen;
import dev.rollouts.cli.terminal.Style;
import dev.rollouts.cli.terminal.Text;
import dev.rollouts.simulation.rollout.Outcome;
import dev.rollouts.simulation.rollout.Update;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A simulated rollout as text for a terminal. Thread-safe. */
public final class DeliveryText {
  private static final int LINES_MAX = 80;
  private static final int TIME_COLUMNS = 8;
  private static final int NOTES_MIN = 30;
  private static final int ANALYSIS_MAX = 26;
  private static final int NOTE_MAX = 400;

  private final Screen screen;
  private final TextReport text;

  /** Texts for this screen. */
  public DeliveryText(Screen screen) {
    this.screen = screen;
    this.text = new TextReport(screen);
  }

  /** All of it: facts, timeline, pictures, verdict with exposure, odds. */
  public String render(Delivery delivery) {
    StringBuilder out = new StringBuilder();
    out.append(text.heading(delivery.title(), delivery.facts()));
    out.append('\n').append(timeline(delivery));
    out.append('\n');
    new DeliveryPicture(screen, delivery).lines().forEach(line -> out.append(line).append('\n'));
    boolean drawn = false;
    for (Series series : delivery.measured()) {
      out.append('\n').append(text.plot(series, delivery.length()));
      drawn |= series.isWorthDrawing();
    }
    if (drawn) {
      out.append('\n').append(TextPlot.legend(screen)).append('\n');
    }
    out.append('\n').append(verdict(delivery));
    if (delivery.odds() != null) {
      out.append('\n').append(text.odds(delivery.odds()));
    }
    return out.toString();
  }

  // -- the timeline

  private String timeline(Delivery delivery) {
    Columns columns = new Columns(delivery);
    StringBuilder out = new StringBuilder();
    out.append(Style.DIM.paint(screen, columns.head())).append('\n');
    List<Line> lines = delivery.lines();
    int half = LINES_MAX / 2;
    for (int i = 0; i < lines.size(); i++) {
      if (lines.size() > LINES_MAX && i == half) {
        int left = lines.size() - LINES_MAX;
        String words = String.format(Locale.ROOT, "… %,d more lines …", left);
        out.append(
                Style.DIM.paint(screen, " ".repeat(TIME_COLUMNS + 2) + Text.ascii(screen, words)))
            .append('\n');
        i += left;
      }
      columns.row(lines.get(i), out);
    }
    return out.toString();
  }

  /** The columns of a timeline; those that nothing stands in are left out. */
  private final class Columns {
    private final List<String> versions = new ArrayList<>();
    private final int step;
    private final int weight;
    private final int[] pods;
    private final int analysis;
    private final boolean below;
    private final int indent;

    Columns(Delivery delivery) {
      List<Line> lines = delivery.lines();
      step = widest(lines.stream().map(Line::step).toList(), "step");
      weight =
          widest(lines.stream().map(line -> Text.ascii(screen, line.weight())).toList(), "traffic");
      int count = lines.isEmpty() ? 0 : lines.get(0).pods().size();
      pods = new int[count];
      for (int i = 0; i < count; i++) {
        int column = i;
        String name = Text.shown(screen, delivery.versions().get(i).name());
        versions.add(name);
        pods[i] = widest(lines.stream().map(line -> line.pods().get(column)).toList(), name);
      }
      analysis =
          Math.min(ANALYSIS_MAX, widest(lines.stream().map(Line::analysis).toList(), "analysis"));
      int used = Text.width(cells("", "", "", List.of(), ""));
      below = screen.width() != 0 && screen.width() - used < NOTES_MIN;
      indent = below ? TIME_COLUMNS + 2 : used;
    }

    private int widest(List<String> texts, String head) {
      int widest = texts.stream().mapToInt(Text::width).max().orElse(0);
      return widest == 0 ? 0 : Math.max(widest, Text.width(head));
    }

    private String cells(
        String time, String stepText, String weightText, List<String> podTexts, String runs) {
      StringBuilder out = new StringBuilder(Text.padLeft(time, TIME_COLUMNS)).append("  ");
      if (step > 0) {
        out.append(Text.pad(stepText, step)).append("  ");
      }
      if (weight > 0) {
        out.append(Text.padLeft(weightText, weight)).append("  ");
      }
      for (int i = 0; i < pods.length; i++) {
        String pod = i < podTexts.size() ? podTexts.get(i) : "";
        out.append(Text.padLeft(pod, pods[i])).append("  ");
      }
      if (analysis > 0) {
        out.append(Text.pad(Text.cut(screen, runs, analysis), analysis)).append("  ");
      }
      return out.toString();
    }

    String head() {
      String cells = cells("time", "step", "traffic", versions, "analysis");
      return below ? cells.stripTrailing() : cells + "what happens";
    }

    void row(Line line, StringBuilder out) {
      String cells =
          cells(
              Durations.shown(line.at()),
              line.step(),
              Text.ascii(screen, line.weight()),
              line.pods(),
              Text.shown(screen, line.analysis()));
      boolean first = !below;
      if (below || line.notes().isEmpty()) {
        out.append(cells.stripTrailing()).append('\n');
      } else {
        out.append(cells);
      }
      for (Note note : line.notes()) {
        String shown = Text.shown(screen, words(note));
        String cut = Text.cut(screen, shown, NOTE_MAX);
        List<String> parts =
            screen.width() == 0
                ? List.of(cut)
                : Text.wrap(cut, Math.max(16, screen.width() - indent));
        for (String part : parts) {
          out.append(first ? "" : " ".repeat(indent))
              .append(style(note).paint(screen, part))
              .append('\n');
          first = false;
        }
      }
    }
  }

  private String words(Note note) {
    return switch (note.kind()) {
      case USER -> screen.glyph("» ", "> ") + note.text();
      case FAULT -> "! " + note.text();
      case EVENT, ANALYSIS -> note.text();
    };
  }

  private static Style style(Note note) {
    AnalysisPhase tone = note.tone();
    return tone == null ? Style.PLAIN : Style.of(tone);
  }

  // -- the verdict

  private String verdict(Delivery delivery) {
    StringBuilder out = new StringBuilder();
    List<Update> updates = delivery.updates();
    Outcome outcome = delivery.outcome();
    Duration time = updates.isEmpty() ? null : updates.get(updates.size() - 1).timeToVerdict();
    String word =
        outcome.toString().substring(0, 1).toUpperCase(Locale.ROOT)
            + outcome.toString().substring(1);
    out.append(Style.BOLD.paint(screen, "Verdict"))
        .append("  ")
        .append(Style.of(Delivery.tone(outcome)).paint(screen, word));
    if (time != null) {
      out.append(" ").append(Durations.shown(time)).append(" after the update");
    } else if (outcome == Outcome.UNFINISHED) {
      out.append(" within the time that was simulated");
    }
    out.append('\n');
    if (!delivery.message().isEmpty()) {
      paragraph(delivery.message(), 0, out);
    }
    if (!updates.isEmpty()) {
      out.append('\n').append(Style.BOLD.paint(screen, "Exposure")).append('\n');
      for (Update update : updates) {
        paragraph(exposure(update, delivery.failures()), 2, out);
      }
    }
    return out.toString();
  }

  private void paragraph(String words, int indent, StringBuilder out) {
    String shown = Text.shown(screen, words);
    List<String> parts =
        screen.width() == 0 ? List.of(shown) : Text.wrap(shown, screen.width() - indent);
    parts.forEach(part -> out.append(" ".repeat(indent)).append(part).append('\n'));
  }

  /** What users had of a new version until it was decided about. */
  private static String exposure(Update update, boolean failures) {
    String name = update.image().isEmpty() ? update.hash() : update.image();
    if (update.requests() < 0.5) {
      return "%s got no requests before it was %s".formatted(name, update.outcome());
    }
    String served =
        String.format(
            Locale.ROOT,
            "%s got %,.0f requests within %s, at most %.0f %% of all, before it was %s",
            name,
            update.requests(),
            Durations.shown(update.exposed()),
            update.peakShare() * 100,
            update.outcome());
    return served
        + (failures
            ? String.format(Locale.ROOT, "; %,.0f of them failed", update.failed())
            : "; how many failed is not said (versions: errorRate in the scenario)");
  }
}
