package dev.rollouts.simulation;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.wire.GoDuration;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads scripts out of scenarios; every problem at once, each with its place. */
public final class ScriptReader {
  private static final String OTHERS = "*";

  /** What a script says; one of them in each. */
  private static final List<String> BASES =
      List.of(
          "value",
          "steps",
          "ramp",
          "seasonal",
          "csv",
          "prometheus",
          "empty",
          "error",
          "verdict",
          "series",
          "byArgument",
          "byVersion",
          "byWeight",
          "traffic");

  /** What may be changed about it. */
  private static final List<String> CHANGES =
      List.of(
          "noise",
          "min",
          "max",
          "gaps",
          "errors",
          "latency",
          "inProgress",
          "as",
          "field",
          "lookback");

  private static final Set<String> SCRIPT =
      Stream.of(BASES, CHANGES).flatMap(List::stream).collect(Collectors.toUnmodifiableSet());

  private static final Set<String> PART =
      Stream.concat(SCRIPT.stream(), Stream.of("until")).collect(Collectors.toUnmodifiableSet());

  private final RecordingFiles files;

  /** A reader of scripts whose recordings are among these files. */
  public ScriptReader(RecordingFiles files) {
    this.files = files;
  }

  /** One script, or a list of them with the times at which they end. */
  public Script read(ScenarioNode node) {
    if (!node.isList()) {
      node.keys(SCRIPT);
      return single(node);
    }
    Script script = null;
    Duration from = Duration.ZERO;
    List<ScenarioNode> parts = node.items();
    for (int i = 0; i < parts.size(); i++) {
      ScenarioNode part = parts.get(i);
      part.keys(PART);
      Duration start = from;
      Script own = single(part);
      script = script == null ? own : script.then(start, own.delayedBy(start));
      Optional<ScenarioNode> until = part.get("until");
      boolean last = i == parts.size() - 1;
      if (until.isPresent()) {
        from = until.get().duration();
        if (from.compareTo(start) <= 0) {
          until
              .get()
              .problem(
                  "must be later than the part before, which ends at " + start.toSeconds() + "s");
        }
        script = last ? script.then(from, Script.empty()) : script;
      } else if (!last) {
        part.problem("until is absent; only the last part may go on without end");
      }
    }
    if (script == null) {
      node.problem("is empty; write at least one script");
      return Script.empty();
    }
    return script;
  }

  private Script single(ScenarioNode node) {
    if (!node.isObject()) {
      return Script.empty(); // noted when its keys were read
    }
    List<String> bases = BASES.stream().filter(base -> node.get(base).isPresent()).toList();
    if (bases.size() != 1) {
      node.problem(
          bases.isEmpty()
              ? "says nothing; write one of " + String.join(", ", BASES)
              : "says " + String.join(" and ", bases) + "; keep one of them");
      return Script.empty();
    }
    String base = bases.get(0);
    return changed(
        node, node.get(base).map(value -> base(node, base, value)).orElse(Script.empty()));
  }

  private Script base(ScenarioNode node, String base, ScenarioNode value) {
    return switch (base) {
      case "value" -> Script.constant(value.number());
      case "steps" -> steps(value);
      case "ramp" -> ramp(value);
      case "seasonal" -> seasonal(value);
      case "csv", "prometheus" -> recorded(node, base, value);
      case "empty" -> value.isTrue() ? Script.empty() : Script.nan();
      case "error" -> Script.error(value.text());
      case "verdict" -> Script.verdict(verdict(value));
      case "series" -> Script.series(value.items().stream().map(this::read).toArray(Script[]::new));
      case "byArgument" -> byArgument(value);
      case "byVersion" -> byVersion(value);
      case "byWeight" -> byWeight(value);
      case "traffic" -> traffic(value);
      default -> throw new IllegalStateException("no such base: " + base);
    };
  }

  private static Script steps(ScenarioNode node) {
    Map<Duration, Double> steps = new LinkedHashMap<>();
    for (String at : node.keys()) {
      Optional<Duration> time = GoDuration.tryParse(at);
      if (time.isEmpty() || time.get().isNegative()) {
        node.problem(
            "\"" + at + "\" is no duration; write 0s, 90s, 5m or 1h30m before each number");
      }
      node.get(at).ifPresent(value -> steps.put(time.orElse(Duration.ZERO), value.number()));
    }
    return Script.steps(steps);
  }

  private static Script ramp(ScenarioNode node) {
    node.keys(Set.of("from", "to", "over"));
    return Script.ramp(
        number(node, "from"),
        number(node, "to"),
        need(node, "over").map(ScenarioNode::span).orElse(Duration.ofHours(1)));
  }

  private static Script seasonal(ScenarioNode node) {
    node.keys(Set.of("mean", "amplitude", "period"));
    return Script.seasonal(
        number(node, "mean"),
        number(node, "amplitude"),
        need(node, "period").map(ScenarioNode::span).orElse(Duration.ofHours(24)));
  }

  private static double number(ScenarioNode node, String key) {
    return need(node, key).map(ScenarioNode::number).orElse(0.0);
  }

  private static Optional<ScenarioNode> need(ScenarioNode node, String key) {
    Optional<ScenarioNode> value = node.get(key);
    if (value.isEmpty()) {
      node.problem(key + " is absent; add it");
    }
    return value;
  }

  private Script recorded(ScenarioNode node, String format, ScenarioNode file) {
    try {
      String text = files.text(file.text());
      RecordedSeries series =
          format.equals("csv")
              ? RecordedSeries.csv(file.text(), text)
              : RecordedSeries.prometheus(file.text(), text);
      Optional<ScenarioNode> lookback = node.get("lookback");
      return Script.recorded(
          lookback.isPresent() ? series.withLookback(lookback.get().duration()) : series);
    } catch (IOException | IllegalArgumentException unusable) {
      file.problem(String.valueOf(unusable.getMessage()));
      return Script.empty();
    }
  }

  private static AnalysisPhase verdict(ScenarioNode node) {
    AnalysisPhase phase =
        AnalysisPhase.ofWireName(node.text()).filter(AnalysisPhase::isCompleted).orElse(null);
    if (phase == null) {
      node.problem(
          "expected Successful, Failed, Inconclusive or Error, found \"" + node.text() + "\"");
      return AnalysisPhase.ERROR;
    }
    return phase;
  }

  private Script byArgument(ScenarioNode node) {
    node.keys(Set.of("name", "values", "otherwise"));
    String name = need(node, "name").map(ScenarioNode::text).orElse("");
    Map<String, Script> scripts = new LinkedHashMap<>();
    need(node, "values")
        .ifPresent(
            values -> {
              for (String value : values.keys()) {
                values.get(value).ifPresent(each -> scripts.put(value, read(each)));
              }
            });
    Script otherwise = node.get("otherwise").map(this::read).orElse(Script.empty());
    return Script.byArgument(name, scripts, otherwise);
  }

  private Script byVersion(ScenarioNode node) {
    Map<String, Script> scripts = new LinkedHashMap<>();
    for (String image : node.keys()) {
      node.get(image).ifPresent(each -> scripts.put(image, read(each)));
    }
    Script otherwise = scripts.remove(OTHERS);
    return Script.byVersion(scripts, otherwise == null ? Script.empty() : otherwise).sinceRelease();
  }

  private static Script byWeight(ScenarioNode node) {
    Map<Double, Double> numbers = new LinkedHashMap<>();
    for (String weight : node.keys()) {
      double from = weight(node, weight);
      node.get(weight).ifPresent(value -> numbers.put(from, value.number()));
    }
    return Script.byWeight(numbers);
  }

  /** A key that is a percentage of all requests; 0 for one that is none, which is noted. */
  public static double weight(ScenarioNode node, String key) {
    Double from = CsvSeries.value(key);
    if (from == null || !(from >= 0 && from <= 100)) {
      node.problem("\"" + key + "\" is no weight; write 0 to 100 before each number");
      return 0;
    }
    return from;
  }

  private static Script traffic(ScenarioNode node) {
    return switch (node.text()) {
      case "errorRate" -> Script.ofRelease(Release::failureShare);
      case "successRate" -> Script.ofRelease(release -> 1 - release.failureShare());
      case "utilisation" -> Script.ofRelease(Release::utilisation);
      default -> {
        node.problem(
            "expected errorRate, successRate or utilisation, found \"" + node.text() + "\"");
        yield Script.empty();
      }
    };
  }

  /** In this order: noise, bounds, gaps, errors, shape, time in progress, latency. */
  private Script changed(ScenarioNode node, Script base) {
    Script script = base;
    Optional<ScenarioNode> noise = node.get("noise");
    if (noise.isPresent()) {
      double deviation = noise.get().number();
      if (!(deviation >= 0)) {
        noise.get().problem("must be 0 or more");
      }
      script = script.withNoise(deviation);
    }
    if (node.get("min").isPresent() || node.get("max").isPresent()) {
      script =
          script.clamped(
              node.get("min").map(ScenarioNode::number).orElse(Double.NEGATIVE_INFINITY),
              node.get("max").map(ScenarioNode::number).orElse(Double.POSITIVE_INFINITY));
    }
    if (node.get("gaps").isPresent()) {
      script = script.withGaps(node.get("gaps").map(ScenarioNode::share).orElse(0.0));
    }
    if (node.get("errors").isPresent()) {
      script =
          script.withErrors(
              node.get("errors").map(ScenarioNode::share).orElse(0.0), "the back-end is unwell");
    }
    script = shaped(node, script);
    Optional<ScenarioNode> inProgress = node.get("inProgress");
    script = inProgress.isPresent() ? script.inProgressFor(inProgress.get().duration()) : script;
    Optional<ScenarioNode> latency = node.get("latency");
    return latency.isPresent() ? late(latency.get(), script) : script;
  }

  private static Script shaped(ScenarioNode node, Script script) {
    Optional<ScenarioNode> field = node.get("field");
    Optional<ScenarioNode> as = node.get("as");
    if (field.isPresent() && as.isPresent()) {
      node.problem("says as and field; keep one of them");
    }
    if (field.isPresent()) {
      return script.asField(field.get().text());
    }
    if (as.isEmpty()) {
      return script;
    }
    return switch (as.get().text()) {
      case "scalar" -> script.asScalar();
      case "vector" -> script.asVector();
      default -> {
        as.get().problem("expected scalar or vector, found \"" + as.get().text() + "\"");
        yield script;
      }
    };
  }

  private static Script late(ScenarioNode node, Script script) {
    if (!node.isList()) {
      return script.withLatency(node.duration());
    }
    List<ScenarioNode> bounds = node.items();
    if (bounds.size() != 2) {
      node.problem("expected a duration, or two of them: [shortest, longest]");
      return script;
    }
    Duration min = bounds.get(0).duration();
    Duration max = bounds.get(1).duration();
    if (max.compareTo(min) < 0) {
      node.problem("the shortest comes first");
      return script;
    }
    return script.withLatency(min, max);
  }
}
