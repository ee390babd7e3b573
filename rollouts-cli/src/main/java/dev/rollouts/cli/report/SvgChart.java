package dev.rollouts.cli.report;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.cli.report.Series.Point;
import dev.rollouts.cli.report.Series.Threshold;
import dev.rollouts.cli.terminal.Durations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Draws what was measured of one metric. Phases differ in shape as well as in colour. */
final class SvgChart {
  private static final int WIDTH = 760;
  private static final int HEIGHT = 230;
  private static final int LEFT = 60;
  private static final int RIGHT = 14;
  private static final int TOP = 14;
  private static final int BOTTOM = 44;

  /** More points than this are thinned out where they are Successful. */
  private static final int POINTS_MAX = 1_200;

  private static final int POINTS_LARGE = 150;
  private static final int VALUE_MAX = 200;

  private final Series series;
  private final Duration length;
  private final Scale scale;
  private final double radius;
  private final StringBuilder out = new StringBuilder();

  SvgChart(Series series, Duration length) {
    this.series = series;
    this.length = length.isZero() ? Duration.ofSeconds(1) : length;
    this.scale = series.scale(5);
    this.radius = series.points().size() > POINTS_LARGE ? 2 : 4;
  }

  String render() {
    out.append(
        "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s over time\">\n"
            .formatted(WIDTH, HEIGHT, Html.text(series.metric())));
    grid();
    series.thresholds().forEach(this::shade);
    line();
    series.thresholds().forEach(this::threshold);
    for (Point point : thinned(series.points())) {
      mark(point);
    }
    return out.append("</svg>\n").toString();
  }

  private double x(Duration at) {
    return LEFT + (WIDTH - LEFT - RIGHT) * (at.toMillis() / (double) length.toMillis());
  }

  private double y(double number) {
    return TOP + (HEIGHT - TOP - BOTTOM) * (1 - scale.share(number));
  }

  private static String n(double coordinate) {
    return String.format(Locale.ROOT, "%.1f", coordinate).replaceFirst("\\.0$", "");
  }

  private void grid() {
    for (double mark : scale.marks()) {
      String y = n(y(mark));
      out.append(
          "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%s\" y2=\"%s\"/>"
              .formatted(LEFT, WIDTH - RIGHT, y, y));
      out.append(
          "<text class=\"tick\" text-anchor=\"end\" x=\"%d\" y=\"%s\">%s</text>\n"
              .formatted(LEFT - 8, n(y(mark) + 4), Html.text(scale.label(mark))));
    }
    Duration step = Durations.round(length.dividedBy(8));
    int bottom = HEIGHT - BOTTOM;
    for (Duration at = Duration.ZERO; at.compareTo(length) <= 0; at = at.plus(step)) {
      String x = n(x(at));
      out.append(
          "<line class=\"axis\" x1=\"%s\" x2=\"%s\" y1=\"%d\" y2=\"%d\"/>"
              .formatted(x, x, bottom + 18, bottom + 22));
      out.append(
          "<text class=\"tick\" text-anchor=\"middle\" x=\"%s\" y=\"%d\">%s</text>\n"
              .formatted(x, bottom + 36, Durations.shown(at)));
    }
    out.append(
        "<line class=\"axis\" x1=\"%d\" x2=\"%d\" y1=\"%d\" y2=\"%d\"/>\n"
            .formatted(LEFT, WIDTH - RIGHT, bottom + 18, bottom + 18));
  }

  /** The side on which numbers speak against the release. */
  private void shade(Threshold threshold) {
    double at = y(threshold.value());
    double top = threshold.goodAbove() ? at : TOP;
    double bottom = threshold.goodAbove() ? HEIGHT - BOTTOM : at;
    out.append(
        "<rect class=\"%s-side\" x=\"%d\" y=\"%s\" width=\"%d\" height=\"%s\"/>\n"
            .formatted(
                kind(threshold), LEFT, n(top), WIDTH - LEFT - RIGHT, n(Math.max(0, bottom - top))));
  }

  private static String kind(Threshold threshold) {
    return threshold.fails() ? "failed" : "inconclusive";
  }

  private void threshold(Threshold threshold) {
    String y = n(y(threshold.value()));
    out.append(
        "<line class=\"threshold %s\" x1=\"%d\" x2=\"%d\" y1=\"%s\" y2=\"%s\"/>"
            .formatted(kind(threshold), LEFT, WIDTH - RIGHT, y, y));
    boolean below = y(threshold.value()) < TOP + 14;
    out.append(
        "<text class=\"threshold-label %s\" text-anchor=\"end\" x=\"%d\" y=\"%s\">%s</text>\n"
            .formatted(
                kind(threshold),
                WIDTH - RIGHT - 4,
                n(y(threshold.value()) + (below ? 14 : -5)),
                Html.text(threshold.text(), 80)));
  }

  private void line() {
    StringBuilder path = new StringBuilder();
    boolean pen = false;
    for (Point point : thinned(series.points())) {
      Optional<Double> number = point.first();
      if (number.isPresent()) {
        path.append(pen ? "L" : "M")
            .append(n(x(point.at())))
            .append(' ')
            .append(n(y(number.get())));
      }
      pen = number.isPresent();
    }
    if (!path.isEmpty()) {
      out.append("<path class=\"line\" d=\"").append(path).append("\"/>\n");
    }
  }

  private void mark(Point point) {
    boolean drawn = false;
    for (double number : point.numbers()) {
      if (Double.isFinite(number)) {
        shape(point, x(point.at()), y(number));
        drawn = true;
      }
    }
    if (!drawn) {
      shape(point, x(point.at()), HEIGHT - BOTTOM + 9);
    }
  }

  private void shape(Point point, double x, double y) {
    double r = point.phase() == AnalysisPhase.SUCCESSFUL ? radius : Math.max(3, radius);
    String shape =
        switch (point.phase()) {
          case FAILED ->
              "<path d=\"M%s %sl%s %sm0 -%sl-%s %s\"/>"
                  .formatted(n(x - r), n(y - r), n(2 * r), n(2 * r), n(2 * r), n(2 * r), n(2 * r));
          case INCONCLUSIVE ->
              "<path d=\"M%s %sl%s %sl-%s %sl-%s -%sz\"/>"
                  .formatted(n(x), n(y - r), n(r), n(r), n(r), n(r), n(r), n(r));
          case ERROR ->
              "<path d=\"M%s %sl%s %sh-%sz\"/>".formatted(n(x), n(y - r), n(r), n(2 * r), n(2 * r));
          default -> "<circle cx=\"%s\" cy=\"%s\" r=\"%s\"/>".formatted(n(x), n(y), n(r));
        };
    String said =
        Durations.shown(point.at())
            + " "
            + point.phase().wireName()
            + (point.value().isEmpty() ? "" : " " + Series.shown(point.value()))
            + (point.message().isEmpty() ? "" : ": " + point.message());
    out.append("<g class=\"p ")
        .append(point.phase().wireName().toLowerCase(Locale.ROOT))
        .append("\">")
        .append(shape)
        .append("<title>")
        .append(Html.text(said, VALUE_MAX))
        .append("</title></g>\n");
  }

  /** Every point that is not Successful, and as many of the others as can be told apart. */
  private static List<Point> thinned(List<Point> points) {
    if (points.size() <= POINTS_MAX) {
      return points;
    }
    int every = (points.size() + POINTS_MAX - 1) / POINTS_MAX;
    List<Point> kept = new ArrayList<>();
    for (int i = 0; i < points.size(); i++) {
      if (i % every == 0 || points.get(i).phase() != AnalysisPhase.SUCCESSFUL) {
        kept.add(points.get(i));
      }
    }
    return kept.size() <= 4 * POINTS_MAX ? kept : kept.subList(0, 4 * POINTS_MAX);
  }
}
