package dev.rollouts.simulation;

import dev.rollouts.api.wire.Wire;
import dev.rollouts.engine.Reason;
import dev.rollouts.engine.analysis.AnalysisEffect;
import dev.rollouts.engine.analysis.MeasurementId;
import dev.rollouts.engine.analysis.Observed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A trace as plain values, for JSON. Times since the start are seconds. */
final class TraceTree {
  private TraceTree() {}

  static Map<String, @Nullable Object> of(Trace trace) {
    Map<String, @Nullable Object> tree = new LinkedHashMap<>();
    tree.put("seed", trace.seed());
    tree.put("phase", trace.phase().wireName());
    tree.put("message", trace.message());
    tree.put("secondsSimulated", seconds(trace.length()));
    tree.put("secondsToVerdict", trace.timeToVerdict().map(TraceTree::seconds).orElse(null));
    tree.put("status", Wire.encode(trace.status()));
    tree.put("measurements", trace.points().stream().map(TraceTree::point).toList());
    tree.put("turns", trace.turns().stream().map(TraceTree::turn).toList());
    Map<String, @Nullable Object> checks = new LinkedHashMap<>();
    trace.chances().forEach((invariant, count) -> checks.put(invariant.name(), count));
    tree.put("checks", checks);
    return tree;
  }

  private static Map<String, @Nullable Object> point(Trace.Point point) {
    Map<String, @Nullable Object> tree = new LinkedHashMap<>();
    tree.put("metric", point.metric());
    tree.put("attempt", point.attempt());
    tree.put("elapsed", seconds(point.elapsed()));
    tree.put("phase", point.phase().wireName());
    tree.put("value", point.value());
    tree.put("number", finite(point.number()));
    tree.put("message", point.message());
    return tree;
  }

  private static Map<String, @Nullable Object> turn(Turn turn) {
    Map<String, @Nullable Object> tree = new LinkedHashMap<>();
    tree.put("elapsed", seconds(turn.elapsed()));
    tree.put("now", turn.now().toString());
    tree.put("phase", turn.after().phase().wireName());
    tree.put("saved", turn.saved());
    tree.put("faults", turn.notes());
    tree.put("seen", turn.seen().stream().map(Observed::id).map(TraceTree::name).toList());
    List<String> asked = new ArrayList<>();
    for (AnalysisEffect.Asking effect : AnalysisEffect.asking(turn.decision().effects())) {
      asked.add(Observed.askedBy(effect) + " " + name(effect.id()));
    }
    tree.put("asked", asked);
    tree.put("wakeUp", turn.decision().wakeUp().map(Object::toString).orElse(null));
    tree.put("reasons", turn.decision().reasons().stream().map(TraceTree::reason).toList());
    return tree;
  }

  private static Map<String, @Nullable Object> reason(Reason reason) {
    Map<String, @Nullable Object> facts = new LinkedHashMap<>();
    reason.facts().forEach((name, fact) -> facts.put(name, finite(fact)));
    Map<String, @Nullable Object> tree = new LinkedHashMap<>();
    tree.put("rule", reason.rule());
    tree.put("subject", reason.subject());
    tree.put("facts", facts);
    return tree;
  }

  private static String name(MeasurementId id) {
    return id.metric() + " #" + id.attempt();
  }

  private static double seconds(Duration span) {
    return span.toMillis() / 1000.0;
  }

  /** JSON has no NaN and no infinity; they become texts. */
  private static @Nullable Object finite(@Nullable Object value) {
    if (value instanceof Double number && !Double.isFinite(number)) {
      return Shape.plain(number);
    }
    return value == null || value instanceof Number || value instanceof Boolean
        ? value
        : value.toString();
  }
}
