package dev.rollouts.cli.report;

import dev.rollouts.cli.report.Delivery.Version;
import dev.rollouts.cli.terminal.Durations;
import dev.rollouts.simulation.rollout.RolloutTrace;
import dev.rollouts.simulation.rollout.RolloutTrace.Row;
import dev.rollouts.simulation.rollout.Update;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Draws traffic and pods of a rollout over time, versions on top of each other. */
final class DeliveryChart {
  private static final int WIDTH = 760;
  private static final int LEFT = 60;
  private static final int RIGHT = 14;
  private static final int TOP = 14;
  private static final int BOTTOM = 30;
  private static final int COLOURS = 4;

  /** Less than this of the requests is not seen. */
  private static final double SHARE_SHOWN = 0.005;

  private final Delivery delivery;
  private final Duration length;
  private final Duration firstReady;
  private final Map<String, Integer> colours = new HashMap<>();

  DeliveryChart(Delivery delivery) {
    this.delivery = delivery;
    this.length = delivery.length().isZero() ? Duration.ofSeconds(1) : delivery.length();
    this.firstReady =
        delivery.rows().stream()
            .filter(row -> row.versions().stream().anyMatch(each -> each.ready() > 0))
            .map(Row::elapsed)
            .findFirst()
            .orElse(length);
    for (Version each : delivery.versions()) {
      colours.put(each.hash(), colours.size() % COLOURS);
    }
  }

  /** What the colours mean. */
  String key(boolean traffic) {
    StringBuilder out = new StringBuilder("<p class=\"key\">");
    for (Version each : delivery.versions()) {
      out.append("<span><i class=\"v")
          .append(colours.get(each.hash()))
          .append("\"></i>")
          .append(Html.text(each.image().isEmpty() ? each.name() : each.image(), 80))
          .append("</span>");
    }
    if (traffic && delivery.rows().stream().anyMatch(row -> lost(row) > 0)) {
      out.append("<span><i class=\"lost\"></i>nobody</span>");
    }
    if (traffic && delivery.rows().stream().anyMatch(row -> others(row) > SHARE_SHOWN)) {
      out.append("<span><i class=\"others\"></i>other pods behind the Service</span>");
    }
    return out.append("</p>\n").toString();
  }

  /** Share of the requests that nobody gets, once there is somebody who could. */
  private double lost(Row row) {
    return row.elapsed().compareTo(firstReady) < 0 ? 0 : row.lost();
  }

  /** Share of the requests that pods of no version get: an Experiment's, a Deployment's. */
  private double others(Row row) {
    return row.elapsed().compareTo(firstReady) < 0
        ? 0
        : 1
            - row.lost()
            - delivery.versions().stream().mapToDouble(each -> share(row, each.hash())).sum();
  }

  /** Shares of the requests, and what the steps wanted for the new version. */
  String traffic() {
    int height = 200;
    StringBuilder out = begin(height, "traffic by version over time");
    Scale scale = new Scale(0, 100, 25);
    grid(out, height, scale, " %");
    List<Version> order = newestFirst();
    for (int i = order.size() - 1; i >= 0; i--) {
      int top = i;
      area(
          out,
          "v" + colours.get(order.get(i).hash()),
          height,
          scale,
          row -> {
            double sum = 0;
            for (int k = 0; k <= top; k++) {
              sum += share(row, order.get(k).hash());
            }
            return 100 * Math.min(1, sum);
          });
    }
    area(out, "lost", height, scale, row -> 100 * lost(row));
    wanted(out, height, scale);
    moments(out, height);
    return out.append("</svg>\n").toString();
  }

  private static double share(Row row, String hash) {
    return row.shares().getOrDefault(hash, 0.0);
  }

  private void wanted(StringBuilder out, int height, Scale scale) {
    StringBuilder path = new StringBuilder();
    boolean pen = false;
    for (Row row : delivery.rows()) {
      boolean open =
          row.weightWanted() >= 0 && !row.stable().isEmpty() && !row.newest().equals(row.stable());
      double percent = row.weightWanted() * 100.0 / delivery.maxWeight();
      if (open) {
        String y = n(y(percent, height, scale));
        path.append(pen ? "H" : "M").append(n(x(row.elapsed())));
        path.append(pen ? "V" + y : " " + y);
      } else if (pen) {
        path.append("H").append(n(x(row.elapsed())));
      }
      pen = open;
    }
    if (pen) {
      path.append("H").append(n(x(length)));
    }
    if (!path.isEmpty()) {
      out.append("<path class=\"wanted\" d=\"").append(path).append("\"/>\n");
    }
  }

  /** Pods that are ready. */
  String pods() {
    int height = 180;
    StringBuilder out = begin(height, "ready pods by version over time");
    List<Double> sums = new ArrayList<>(List.of(0.0));
    for (Row row : delivery.rows()) {
      sums.add((double) row.versions().stream().mapToInt(RolloutTrace.Version::ready).sum());
    }
    Scale scale = Scale.around(sums, 4);
    if (scale.step() < 1) {
      scale = new Scale(0, Math.max(1, Math.ceil(scale.high())), 1);
    }
    grid(out, height, scale, "");
    List<Version> order = newestFirst();
    for (int i = order.size() - 1; i >= 0; i--) {
      int top = i;
      area(
          out,
          "v" + colours.get(order.get(i).hash()),
          height,
          scale,
          row -> {
            int sum = 0;
            for (int k = 0; k <= top; k++) {
              for (RolloutTrace.Version each : row.versions()) {
                sum += each.hash().equals(order.get(k).hash()) ? each.ready() : 0;
              }
            }
            return sum;
          });
    }
    moments(out, height);
    return out.append("</svg>\n").toString();
  }

  private List<Version> newestFirst() {
    List<Version> order = new ArrayList<>(delivery.versions());
    java.util.Collections.reverse(order);
    return order;
  }

  // -- parts

  private static StringBuilder begin(int height, String label) {
    return new StringBuilder(
        "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">\n"
            .formatted(WIDTH, height, label));
  }

  private void area(
      StringBuilder out, String css, int height, Scale scale, ToDoubleFunction<Row> number) {
    String floor = n(y(0, height, scale));
    StringBuilder path = new StringBuilder();
    boolean drawn = false;
    for (Row row : delivery.rows()) {
      String x = n(x(row.elapsed()));
      double value = number.applyAsDouble(row);
      drawn |= value > 0;
      path.append(path.isEmpty() ? "M" + x + " " + floor : "H" + x);
      path.append("V").append(n(y(value, height, scale)));
    }
    if (drawn) {
      path.append("H").append(n(x(length))).append("V").append(floor).append("Z");
      out.append("<path class=\"").append(css).append("\" d=\"").append(path).append("\"/>\n");
    }
  }

  /** When updates began, and when they were decided about. */
  private void moments(StringBuilder out, int height) {
    for (Update update : delivery.updates()) {
      String name = update.image().isEmpty() ? update.hash() : update.image();
      moment(out, height, update.startedAt(), "pending", "update to " + name);
      if (update.decidedAt() != null) {
        moment(
            out,
            height,
            update.decidedAt(),
            HtmlReport.css(Delivery.tone(update.outcome())),
            name + " " + update.outcome());
      }
    }
  }

  private void moment(StringBuilder out, int height, Duration at, String css, String what) {
    String x = n(x(at));
    out.append(
        "<g><line class=\"moment %s\" x1=\"%s\" x2=\"%s\" y1=\"%d\" y2=\"%d\"/><title>%s %s</title></g>\n"
            .formatted(
                css, x, x, TOP - 8, height - BOTTOM, Durations.shown(at), Html.text(what, 120)));
  }

  private void grid(StringBuilder out, int height, Scale scale, String unit) {
    for (double mark : scale.marks()) {
      String y = n(y(mark, height, scale));
      out.append(
          "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%s\" y2=\"%s\"/>"
              .formatted(LEFT, WIDTH - RIGHT, y, y));
      out.append(
          "<text text-anchor=\"end\" x=\"%d\" y=\"%s\">%s%s</text>\n"
              .formatted(LEFT - 8, n(y(mark, height, scale) + 4), scale.label(mark), unit));
    }
    Duration step = Durations.round(length.dividedBy(8));
    int bottom = height - BOTTOM;
    for (Duration at = Duration.ZERO; at.compareTo(length) <= 0; at = at.plus(step)) {
      String x = n(x(at));
      out.append(
          "<line class=\"axis\" x1=\"%s\" x2=\"%s\" y1=\"%d\" y2=\"%d\"/>"
              .formatted(x, x, bottom, bottom + 4));
      out.append(
          "<text text-anchor=\"middle\" x=\"%s\" y=\"%d\">%s</text>\n"
              .formatted(x, bottom + 18, Durations.shown(at)));
    }
    out.append(
        "<line class=\"axis\" x1=\"%d\" x2=\"%d\" y1=\"%d\" y2=\"%d\"/>\n"
            .formatted(LEFT, WIDTH - RIGHT, bottom, bottom));
  }

  private double x(Duration at) {
    double share = Math.min(1, at.toMillis() / (double) length.toMillis());
    return LEFT + (WIDTH - LEFT - RIGHT) * share;
  }

  private static double y(double number, int height, Scale scale) {
    return TOP + (height - TOP - BOTTOM) * (1 - scale.share(number));
  }

  private static String n(double coordinate) {
    return String.format(Locale.ROOT, "%.1f", coordinate).replaceFirst("\\.0$", "");
  }
}
