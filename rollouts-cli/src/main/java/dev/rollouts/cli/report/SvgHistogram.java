package dev.rollouts.cli.report;

import dev.rollouts.cli.report.Odds.Bin;
import dev.rollouts.cli.terminal.Durations;
import java.util.List;
import java.util.Locale;

/** Draws how long verdicts took. */
final class SvgHistogram {
  private static final int WIDTH = 760;
  private static final int HEIGHT = 170;
  private static final int BOTTOM = 26;
  private static final int TOP = 18;
  private static final int SIDE = 10;

  private SvgHistogram() {}

  static String render(List<Bin> bins) {
    int most = bins.stream().mapToInt(Bin::count).max().orElse(1);
    double step = (WIDTH - 2.0 * SIDE) / bins.size();
    int labelEvery = Math.max(1, (int) Math.ceil(60 / step));
    StringBuilder out =
        new StringBuilder(
            "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"time to the verdict\">\n"
                .formatted(WIDTH, HEIGHT));
    for (int i = 0; i < bins.size(); i++) {
      Bin bin = bins.get(i);
      double height = (HEIGHT - TOP - BOTTOM) * (bin.count() / (double) most);
      double x = SIDE + i * step;
      out.append(
          String.format(
              Locale.ROOT,
              "<rect class=\"bar\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"><title>%s to"
                  + " %s: %d</title></rect>",
              x + 1,
              HEIGHT - BOTTOM - height,
              Math.max(1, step - 2),
              height,
              Durations.shown(bin.from()),
              Durations.shown(bin.to()),
              bin.count()));
      if (bin.count() > 0 && step >= 24) {
        out.append(
            String.format(
                Locale.ROOT,
                "<text text-anchor=\"middle\" x=\"%.1f\" y=\"%.1f\">%d</text>",
                x + step / 2,
                HEIGHT - BOTTOM - height - 4,
                bin.count()));
      }
      if (i % labelEvery == 0) {
        out.append(
            String.format(
                Locale.ROOT,
                "<text text-anchor=\"middle\" x=\"%.1f\" y=\"%d\">%s</text>",
                x + step / 2,
                HEIGHT - 8,
                Durations.shown(bin.from())));
      }
      out.append('\n');
    }
    out.append(
        "<line class=\"axis\" x1=\"%d\" x2=\"%d\" y1=\"%d\" y2=\"%d\"/>\n</svg>\n"
            .formatted(SIDE, WIDTH - SIDE, HEIGHT - BOTTOM, HEIGHT - BOTTOM));
    return out.toString();
  }
}
