package dev.rollouts.cli.lint;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.ResultKind;
import dev.rollouts.api.provider.config.PluginConfig;
import dev.rollouts.api.provider.config.PrometheusQuery;
import dev.rollouts.api.provider.config.ProviderConfig;
import dev.rollouts.api.provider.config.WavefrontQuery;
import dev.rollouts.api.wire.Path;
import dev.rollouts.engine.condition.Condition;
import dev.rollouts.engine.condition.ConditionError;
import dev.rollouts.engine.condition.ConditionEvaluator;
import dev.rollouts.engine.condition.ConditionOutcome;
import dev.rollouts.engine.condition.syntax.Node;
import dev.rollouts.engine.condition.syntax.Span;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What can be said of a metric's conditions without asking the provider. */
final class ConditionChecks {
  /** Conditions that look at the clock are no business of these checks; any time will do. */
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  /** What a placeholder might become, tried one after the other. */
  private static final List<String> FILLERS = List.of("1", "0.5", "true", "x");

  /** Names that conditions know and people mistype. */
  private static final List<String> NAMES =
      List.of(
          "result", "isNaN", "isInf", "isNil", "default", "asInt", "asFloat", "all", "any", "none",
          "filter", "count", "sum", "mean", "median", "max", "min", "len", "first", "last", "true",
          "false", "nil");

  /** How a condition ends whose predicate became a comment: {@code all(result,}. */
  private static final Pattern CUT_OFF = Pattern.compile("[,({]$");

  private final MetricView metric;
  private final ConditionEvaluator evaluator;
  private final ResultKinds resultKinds;
  private final Effort effort;

  ConditionChecks(
      MetricView metric, ConditionEvaluator evaluator, ResultKinds resultKinds, Effort effort) {
    this.metric = metric;
    this.evaluator = evaluator;
    this.resultKinds = resultKinds;
    this.effort = effort;
  }

  /**
   * A condition of the metric.
   *
   * @param shown with the placeholders that are left
   * @param text what is compiled
   * @param open whether a placeholder was filled with a guess
   */
  private record Text(String field, String shown, String text, boolean open) {}

  void check() {
    ProviderConfig config = metric.provider().orElse(null);
    Set<ResultKind> kinds = config == null ? Set.of() : resultKinds.of(config);
    if (config == null || kinds.isEmpty()) {
      return;
    }
    Text success = text("successCondition", metric.known().successCondition(), kinds);
    Text failure = text("failureCondition", metric.known().failureCondition(), kinds);
    EnumSet<ResultKind> usable = EnumSet.noneOf(ResultKind.class);
    usable.addAll(kinds);
    boolean broken = false;
    for (Text each : Arrays.asList(success, failure)) {
      if (each != null) {
        Map<ResultKind, Condition> compiled = compile(each.text(), kinds);
        broken |= !checkCompiles(config, each, kinds, compiled) || isConstant(each, compiled);
        usable.retainAll(compiled.keySet());
      }
    }
    if (broken || usable.isEmpty()) {
      return;
    }
    checkEmpty(config, success, failure, usable);
    checkNaN(config, success, failure, usable);
    checkReach(success, failure, usable);
  }

  private @Nullable Text text(String field, @Nullable String known, Set<ResultKind> kinds) {
    if (known == null || known.isEmpty()) {
      return null;
    }
    if (!Substitution.isOpen(known)) {
      return new Text(field, known, known, false);
    }
    for (String filler : FILLERS) {
      String filled = Substitution.fill(known, filler);
      if (!compile(filled, kinds).isEmpty()) {
        return new Text(field, known, filled, true);
      }
    }
    return new Text(field, known, Substitution.fill(known, FILLERS.get(0)), true);
  }

  /** The kinds for which a condition compiles and may be a boolean. */
  private Map<ResultKind, Condition> compile(String text, Set<ResultKind> kinds) {
    Map<ResultKind, Condition> compiled = new EnumMap<>(ResultKind.class);
    for (ResultKind kind : kinds) {
      Condition condition = evaluator.compile(text, kind);
      if (condition.error().isEmpty() && condition.neverBoolean().isEmpty()) {
        compiled.put(kind, condition);
      }
    }
    return compiled;
  }

  private boolean checkCompiles(
      ProviderConfig config,
      Text text,
      Set<ResultKind> kinds,
      Map<ResultKind, Condition> compiled) {
    if (compiled.isEmpty()) {
      reportError(text, kinds);
      return false;
    }
    EnumSet<ResultKind> rest = EnumSet.noneOf(ResultKind.class);
    rest.addAll(kinds);
    rest.removeAll(compiled.keySet());
    rest.remove(ResultKind.NIL);
    if (config instanceof PrometheusQuery query
        && PromQl.of(query.query()).isScalar()
        && rest.contains(ResultKind.SCALAR)) {
      metric.report(
          Rule.CONDITION_PARTIAL,
          Severity.WARNING,
          metric.at(text.field()),
          "Prometheus answers this query with a number, and then it is an Error: "
              + detail(text.text(), ResultKind.SCALAR),
          repair(text, Set.of(ResultKind.SCALAR)).orElse("compare result itself"));
      return true;
    }
    boolean fewKinds = kinds.size() <= 3 && !(config instanceof PrometheusQuery);
    if (fewKinds && !rest.isEmpty() && !(config instanceof PluginConfig)) {
      ResultKind other = rest.iterator().next();
      metric.report(
          Rule.CONDITION_PARTIAL,
          Severity.INFO,
          metric.at(text.field()),
          "it is an Error when the provider returns %s: %s"
              .formatted(other.description(), detail(text.text(), other)),
          "make sure that the query always returns "
              + compiled.keySet().iterator().next().description());
    }
    return true;
  }

  private void reportError(Text text, Set<ResultKind> kinds) {
    ResultKind kind =
        kinds.contains(ResultKind.VECTOR) ? ResultKind.VECTOR : kinds.iterator().next();
    Condition condition = evaluator.compile(text.text(), kind);
    ConditionError error = condition.error().or(condition::neverBoolean).orElseThrow();
    boolean syntax = condition.tree().isEmpty();
    String what = syntax || kinds.size() > 1 ? "" : " (result is " + kind.description() + ")";
    metric.report(
        Rule.CONDITION_ERROR,
        text.open() ? Severity.WARNING : Severity.ERROR,
        metric.at(text.field()),
        "every measurement is an Error: %s%s%s".formatted(error.detail(), where(text, error), what),
        repair(text, kinds).orElseGet(() -> hint(text, error, syntax)));
  }

  private static String hint(Text text, ConditionError error, boolean syntax) {
    if (syntax && CUT_OFF.matcher(text.text()).find()) {
      return "put it in quotes: a # after a blank starts a YAML comment";
    }
    if (error.kind() == ConditionError.Kind.NOT_BOOLEAN) {
      return "compare it with something; the outcome must be true or false";
    }
    if (error.detail().contains("Operator(\"=\")")) {
      return "write == to compare";
    }
    if (error.detail().startsWith("unknown name ")) {
      String name = error.detail().substring("unknown name ".length());
      if (name.equals("null") || name.equals("None")) {
        return "write nil";
      }
      String similar = FieldAdvice.similar(name, NAMES);
      if (similar != null) {
        return "write " + similar;
      }
    }
    return "see docs/spec/conditions.md for the language";
  }

  private String detail(String text, ResultKind kind) {
    Condition condition = evaluator.compile(text, kind);
    return condition.error().or(condition::neverBoolean).orElseThrow().detail();
  }

  private static String where(Text text, ConditionError error) {
    Span span = error.span();
    if (span == null || text.open() || span.end() <= span.start()) {
      return "";
    }
    String part = text.text().substring(span.start(), Math.min(span.end(), text.text().length()));
    return part.equals(text.text()) || part.length() > 60 ? "" : " at \"" + part + "\"";
  }

  /** The same condition about the first element, or about the value itself, if that compiles. */
  private Optional<String> repair(Text text, Set<ResultKind> kinds) {
    for (String[] change : new String[][] {{"result", "result[0]"}, {"result[0]", "result"}}) {
      boolean vector = change[1].equals("result[0]");
      if (vector != kinds.contains(ResultKind.VECTOR)) {
        continue;
      }
      String repaired = replace(text.shown(), change[0], change[1]);
      String filled = Substitution.fill(repaired, FILLERS.get(0));
      if (!repaired.equals(text.shown()) && !compile(filled, kinds).isEmpty()) {
        return Optional.of(
            "write %s: %s"
                .formatted(text.field(), vector ? guarded(text.field(), repaired) : repaired));
      }
    }
    return Optional.empty();
  }

  private static String replace(String text, String from, String to) {
    String word = Pattern.quote(from);
    return text.replaceAll(
        "(?<![\\w.\"'])" + word + "(?![\\w\\[.(])", Matcher.quoteReplacement(to));
  }

  /** Conditions without the result in them say the same of every measurement. */
  private boolean isConstant(Text text, Map<ResultKind, Condition> compiled) {
    if (compiled.isEmpty() || text.open()) {
      return false;
    }
    Condition condition = compiled.values().iterator().next();
    if (condition.tree().map(ConditionChecks::looksAtResult).orElse(true)) {
      return false;
    }
    ConditionOutcome outcome = evaluator.evaluate(condition, any(condition.kind()), NOW);
    metric.report(
        Rule.CONDITION_CONSTANT,
        Severity.WARNING,
        metric.at(text.field()),
        "it does not look at result, so it is %s for every measurement"
            .formatted(
                outcome instanceof ConditionOutcome.True
                    ? "true"
                    : outcome instanceof ConditionOutcome.False ? "false" : "the same"),
        "compare result with something");
    return true;
  }

  private static @Nullable Object any(ResultKind kind) {
    return switch (kind) {
      case SCALAR -> 0.0;
      case VECTOR, LIST, RECORDS, ROWS -> List.of();
      case STRING -> "";
      case BOOLEAN -> false;
      case MAP -> Map.of();
      case NIL -> null;
    };
  }

  private static boolean looksAtResult(Node node) {
    if (node instanceof Node.Name name
        && (name.name().equals("result") || name.name().equals("$env"))) {
      return true;
    }
    if (node instanceof Node.Call call
        && Set.of("default", "isNil", "now").contains(call.function())) {
      return true;
    }
    return node.children().stream().anyMatch(ConditionChecks::looksAtResult);
  }

  /** What happens when the provider has no data: an empty array, or nothing at all. */
  private void checkEmpty(
      ProviderConfig config,
      @Nullable Text success,
      @Nullable Text failure,
      EnumSet<ResultKind> usable) {
    // No series at all is an Error of its own with Wavefront, whatever the condition says.
    boolean neverEmpty =
        config instanceof WavefrontQuery
            || (config instanceof PrometheusQuery query
                && query.rangeQuery() == null
                && !PromQl.of(query.query()).mayBeEmpty());
    for (Text text : Arrays.asList(success, failure)) {
      if (text == null) {
        continue;
      }
      if (usable.contains(ResultKind.VECTOR)
          && !neverEmpty
          && fails(text.text(), ResultKind.VECTOR, List.of())) {
        metric.report(
            Rule.NO_DATA,
            Severity.WARNING,
            metric.at(text.field()),
            "when there are no data, result is an empty array and the measurement is an Error",
            advice(text));
      }
    }
    checkNil(config, success, failure);
  }

  private static String advice(Text text) {
    String body = parenthesised(text);
    return text.field().equals("successCondition")
        ? "write %s: len(result) > 0 && %s%nor, if no data are fine: len(result) == 0 || %2$s"
            .formatted(text.field(), body)
        : "write %s: len(result) > 0 && %s".formatted(text.field(), body);
  }

  private static String guarded(String field, String condition) {
    return advice(new Text(field, condition, condition, true))
        .lines()
        .findFirst()
        .orElse("")
        .substring(("write " + field + ": ").length());
  }

  /** The condition, in parentheses unless it binds tighter than {@code &&}. */
  private static String parenthesised(Text text) {
    boolean loose =
        text.shown().contains("||")
            || text.shown().contains("?")
            || text.shown().contains(";")
            || text.shown().contains("|")
            || text.shown().matches("(?s).*\\b(or|let|if)\\b.*");
    return loose ? "(" + text.shown() + ")" : text.shown();
  }

  private void checkNil(ProviderConfig config, @Nullable Text success, @Nullable Text failure) {
    if (!resultKinds.of(config).contains(ResultKind.NIL)
        || !resultKinds.of(config).contains(ResultKind.SCALAR)
        || resultKinds.of(config).size() > 3) {
      return;
    }
    for (Text text : Arrays.asList(success, failure)) {
      if (text != null && fails(text.text(), ResultKind.NIL, null)) {
        String replaced = replace(text.shown(), "result", "default(result, 0)");
        metric.report(
            Rule.NO_DATA,
            Severity.WARNING,
            metric.at(text.field()),
            "when there are no data, result is nil and the measurement is an Error",
            fails(Substitution.fill(replaced, "1"), ResultKind.NIL, null)
                ? "guard it with default(result, …)"
                : "write %s: %s, with the number that no data stand for"
                    .formatted(text.field(), replaced));
      }
    }
  }

  private boolean fails(String text, ResultKind kind, @Nullable Object value) {
    return evaluator.evaluate(evaluator.compile(text, kind), value, NOW)
        instanceof ConditionOutcome.Failed;
  }

  /** A quotient of nothing by nothing is NaN, and NaN is neither above nor below anything. */
  private void checkNaN(
      ProviderConfig config,
      @Nullable Text success,
      @Nullable Text failure,
      EnumSet<ResultKind> usable) {
    if (!(config instanceof PrometheusQuery query) || !PromQl.of(query.query()).mayBeNaN()) {
      return;
    }
    Text first = success != null ? success : failure;
    boolean scalar = !usable.contains(ResultKind.VECTOR);
    if (first == null || mentionsNaN(success) || mentionsNaN(failure)) {
      return;
    }
    ResultKind kind = scalar ? ResultKind.SCALAR : ResultKind.VECTOR;
    Object nan = scalar ? Double.NaN : List.of(Double.NaN);
    AnalysisPhase phase = phase(success, failure, kind, nan);
    if (phase == null) {
      return;
    }
    String value = scalar ? "result" : first.shown().contains("result[0]") ? "result[0]" : "#";
    metric.report(
        Rule.NAN,
        Severity.INFO,
        metric.at(first.field()),
        "the query can yield NaN (0/0, or a quantile of nothing), which makes the measurement "
            + phase.wireName(),
        "if that is not meant, say what NaN is with isNaN(%s)".formatted(value));
  }

  private static boolean mentionsNaN(@Nullable Text text) {
    return text != null && text.text().contains("isNaN");
  }

  /** The phase of a value (A-056), or null for an Error. */
  private @Nullable AnalysisPhase phase(
      @Nullable Text success, @Nullable Text failure, ResultKind kind, @Nullable Object value) {
    return phase(
        success == null ? Boolean.TRUE : truth(success, kind, value),
        failure == null ? Boolean.FALSE : truth(failure, kind, value),
        failure != null);
  }

  private static @Nullable AnalysisPhase phase(
      @Nullable Boolean good, @Nullable Boolean bad, boolean canFail) {
    if (good == null || bad == null) {
      return null;
    }
    if (bad) {
      return AnalysisPhase.FAILED;
    }
    if (good) {
      return AnalysisPhase.SUCCESSFUL;
    }
    return canFail ? AnalysisPhase.INCONCLUSIVE : AnalysisPhase.FAILED;
  }

  private @Nullable Boolean truth(Text text, ResultKind kind, @Nullable Object value) {
    ConditionOutcome outcome = evaluator.evaluate(evaluator.compile(text.text(), kind), value, NOW);
    return outcome instanceof ConditionOutcome.Failed
        ? null
        : (Boolean) (outcome instanceof ConditionOutcome.True);
  }

  /** Which outcomes there can be at all, for conditions whose every distinction can be tried. */
  private void checkReach(
      @Nullable Text success, @Nullable Text failure, EnumSet<ResultKind> usable) {
    List<Node> trees = new ArrayList<>();
    for (Text text : Arrays.asList(success, failure)) {
      if (text != null) {
        if (text.open()) {
          return;
        }
        evaluator.compile(text.text(), usable.iterator().next()).tree().ifPresent(trees::add);
      }
    }
    EnumSet<AnalysisPhase> phases = EnumSet.noneOf(AnalysisPhase.class);
    EnumSet<AnalysisPhase> ofNumbers = EnumSet.noneOf(AnalysisPhase.class);
    Outcomes successes = new Outcomes();
    Outcomes failures = new Outcomes();
    for (ResultKind kind : usable) {
      Optional<List<@Nullable Object>> samples = Samples.of(kind, trees);
      if (trees.isEmpty() || samples.isEmpty() || !effort.spend(4L * samples.get().size())) {
        return;
      }
      for (Object sample : samples.get()) {
        Boolean good = success == null ? null : truth(success, kind, sample);
        Boolean bad = failure == null ? null : truth(failure, kind, sample);
        successes.add(good);
        failures.add(bad);
        AnalysisPhase phase =
            phase(
                success == null ? Boolean.TRUE : good,
                failure == null ? Boolean.FALSE : bad,
                failure != null);
        if (phase != null) {
          phases.add(phase);
          if (!hasNaN(sample)) {
            ofNumbers.add(phase);
          }
        }
      }
    }
    boolean odd = report(success, successes);
    odd |= report(failure, failures);
    if (odd) {
      return;
    }
    reportPhases(success, failure, phases, ofNumbers);
  }

  private static boolean hasNaN(@Nullable Object sample) {
    return sample instanceof Double number && number.isNaN()
        || sample instanceof List<?> list && list.contains(Double.NaN);
  }

  /** What a condition came to over all samples. */
  private static final class Outcomes {
    private boolean holds;
    private boolean fails;

    void add(@Nullable Boolean outcome) {
      holds |= Boolean.TRUE.equals(outcome);
      fails |= Boolean.FALSE.equals(outcome);
    }
  }

  private boolean report(@Nullable Text text, Outcomes outcomes) {
    if (text == null || (outcomes.holds && outcomes.fails)) {
      return false;
    }
    metric.report(
        Rule.CONDITION_NEVER,
        Severity.WARNING,
        metric.at(text.field()),
        outcomes.holds
            ? "it is true whatever the result is"
            : outcomes.fails
                ? "it is not true for any result"
                : "no result makes it true or false; every measurement is an Error",
        "check its comparisons and the words between them");
    return true;
  }

  private void reportPhases(
      @Nullable Text success,
      @Nullable Text failure,
      EnumSet<AnalysisPhase> phases,
      EnumSet<AnalysisPhase> ofNumbers) {
    Path path = metric.at(success != null ? success.field() : "failureCondition");
    if (!phases.contains(AnalysisPhase.SUCCESSFUL)) {
      metric.report(
          Rule.CONDITION_NEVER,
          Severity.WARNING,
          path,
          "whenever successCondition holds, failureCondition holds too and wins; no measurement is"
              + " Successful",
          "make them exclude each other");
    }
    int limit = MetricView.number(metric.known().inconclusiveLimit(), 0).orElse(0);
    if (success != null
        && failure != null
        && limit > 0
        && !ofNumbers.contains(AnalysisPhase.INCONCLUSIVE)) {
      metric.report(
          Rule.INCONCLUSIVE_IMPOSSIBLE,
          Severity.INFO,
          metric.at("inconclusiveLimit"),
          "one of the two conditions always holds, so that only NaN can be Inconclusive",
          "leave a gap between them, or remove inconclusiveLimit");
    }
  }
}
