package dev.rollouts.cli;

import dev.rollouts.api.rollout.RolloutPhase;
import dev.rollouts.cli.report.Delivery;
import dev.rollouts.cli.report.Odds;
import dev.rollouts.cli.report.Series;
import dev.rollouts.simulation.cluster.Traffic;
import dev.rollouts.simulation.rollout.RolloutTrace;
import dev.rollouts.simulation.rollout.Update;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A simulated rollout for other programs. Times are seconds since the start. */
public final class DeliveryTree {
  private DeliveryTree() {}

  /** All of it. */
  public static Map<String, @Nullable Object> of(Delivery delivery, RolloutTrace trace) {
    Map<String, @Nullable Object> tree = new LinkedHashMap<>();
    RolloutPhase phase = trace.phase();
    tree.put("rollout", delivery.title());
    tree.put("outcome", delivery.outcome().toString());
    tree.put("phase", phase == null ? null : phase.wireName());
    tree.put("message", delivery.message());
    tree.put("seed", trace.seed());
    tree.put("seconds", seconds(trace.length()));
    Map<String, @Nullable Object> facts = new LinkedHashMap<>();
    delivery.facts().forEach(fact -> facts.put(fact.name(), fact.value()));
    tree.put("facts", facts);
    tree.put("updates", delivery.updates().stream().map(DeliveryTree::update).toList());
    tree.put("rows", trace.rows().stream().map(DeliveryTree::row).toList());
    tree.put("metrics", delivery.measured().stream().map(DeliveryTree::series).toList());
    tree.put("minutes", trace.minutes().stream().map(DeliveryTree::minute).toList());
    Odds odds = delivery.odds();
    if (odds != null) {
      tree.put("runs", odds.runs());
      tree.put("odds", odds.shares().stream().map(share -> share(share, odds.runs())).toList());
      tree.put("exposure", odds.notes());
    }
    return tree;
  }

  private static @Nullable Object seconds(@Nullable Duration span) {
    return span == null ? null : span.toMillis() / 1000.0;
  }

  private static Map<String, @Nullable Object> update(Update update) {
    Map<String, @Nullable Object> tree = new LinkedHashMap<>();
    tree.put("hash", update.hash());
    tree.put("image", update.image());
    tree.put("startedAt", seconds(update.startedAt()));
    tree.put("decidedAt", seconds(update.decidedAt()));
    tree.put("outcome", update.outcome().toString());
    tree.put("message", update.message());
    tree.put("requests", round(update.requests()));
    tree.put("failed", round(update.failed()));
    tree.put("exposedSeconds", seconds(update.exposed()));
    tree.put("peakShare", update.peakShare());
    return tree;
  }

  private static double round(double count) {
    return Math.round(count * 10) / 10.0;
  }

  private static Map<String, @Nullable Object> row(RolloutTrace.Row row) {
    Map<String, @Nullable Object> tree = new LinkedHashMap<>();
    RolloutPhase phase = row.phase();
    tree.put("at", seconds(row.elapsed()));
    tree.put("phase", phase == null ? null : phase.wireName());
    tree.put("message", row.message());
    tree.put("step", row.step());
    tree.put("steps", row.steps());
    tree.put("weightWanted", row.weightWanted());
    tree.put("share", row.share());
    tree.put("lost", row.lost());
    tree.put(
        "versions",
        row.versions().stream()
            .map(
                each -> {
                  Map<String, @Nullable Object> version = new LinkedHashMap<>();
                  version.put("hash", each.hash());
                  version.put("revision", each.revision());
                  version.put("role", each.role());
                  version.put("wanted", each.wanted());
                  version.put("ready", each.ready());
                  version.put("available", each.available());
                  return version;
                })
            .toList());
    tree.put(
        "analyses",
        row.analyses().stream()
            .map(each -> pair("name", each.name(), "phase", each.phase()))
            .toList());
    tree.put(
        "happenings",
        row.happenings().stream()
            .map(each -> pair("source", each.source(), "text", each.text()))
            .toList());
    return tree;
  }

  /** In this order, which {@code Map.of} does not keep. */
  private static Map<String, Object> pair(
      String name, Object value, String otherName, Object otherValue) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put(name, value);
    tree.put(otherName, otherValue);
    return tree;
  }

  private static Map<String, @Nullable Object> series(Series series) {
    Map<String, @Nullable Object> tree = new LinkedHashMap<>();
    tree.put("metric", series.metric());
    tree.put("conditions", series.conditions());
    tree.put(
        "measurements",
        series.points().stream()
            .map(
                point -> {
                  Map<String, @Nullable Object> measurement = new LinkedHashMap<>();
                  measurement.put("at", seconds(point.at()));
                  measurement.put("phase", point.phase().wireName());
                  measurement.put("value", point.value());
                  return measurement;
                })
            .toList());
    return tree;
  }

  private static Map<String, @Nullable Object> minute(Traffic.Minute minute) {
    Map<String, @Nullable Object> tree = new LinkedHashMap<>();
    tree.put("minute", minute.minute());
    tree.put("hash", minute.hash());
    tree.put("requests", round(minute.requests()));
    tree.put("failed", round(minute.failed()));
    return tree;
  }

  private static Map<String, @Nullable Object> share(Odds.Share share, int runs) {
    Map<String, @Nullable Object> tree = new LinkedHashMap<>();
    tree.put("outcome", share.verdict());
    tree.put("count", share.count());
    tree.put("share", share.count() / (double) runs);
    tree.put("low", share.low());
    tree.put("high", share.high());
    tree.put("medianSeconds", seconds(share.median()));
    tree.put("seed", share.exampleSeed());
    return tree;
  }
}
