package dev.rollouts.benchmarks;

import dev.rollouts.api.analysis.ResultKind;
import dev.rollouts.engine.condition.Assessment;
import dev.rollouts.engine.condition.Condition;
import dev.rollouts.engine.condition.ConditionEvaluator;
import dev.rollouts.engine.condition.ConditionOutcome;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What one condition costs: compiled once and evaluated, or compiled each time. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class ConditionBenchmark {
  private static final Instant NOW = Instant.parse("2026-11-23T10:15:30Z");

  private final ConditionEvaluator evaluator = new ConditionEvaluator();
  private final Double number = 0.97;
  private final List<Double> five = List.of(0.96, 0.97, 0.98, 0.99, 0.995);
  private final List<Object> untyped = List.of(0.96, 0.97, 0.98, 0.99, 0.995);
  private final Map<String, Object> document = Map.of("ok", true, "pct", 0.97);

  private final Condition comparison = compile("result >= 0.95", ResultKind.SCALAR);
  private final Condition element = compile("result[0] >= 0.95", ResultKind.VECTOR);
  private final Condition guarded =
      compile("len(result) == 0 || result[0] >= 0.95", ResultKind.VECTOR);
  private final Condition predicate = compile("all(result, # >= 0.95)", ResultKind.VECTOR);
  private final Condition untypedPredicate = compile("all(result, # >= 0.95)", ResultKind.LIST);
  private final Condition member = compile("result.ok && result.pct >= 0.90", ResultKind.MAP);

  private int generation;

  private Condition compile(String text, ResultKind kind) {
    return evaluator.compile(text, kind);
  }

  /** A number against a number. */
  @Benchmark
  public ConditionOutcome comparison() {
    return evaluator.evaluate(comparison, number, NOW);
  }

  /** The first sample of a vector. */
  @Benchmark
  public ConditionOutcome element() {
    return evaluator.evaluate(element, five, NOW);
  }

  /** The first sample, if there is one. */
  @Benchmark
  public ConditionOutcome guardedElement() {
    return evaluator.evaluate(guarded, five, NOW);
  }

  /** A predicate over five samples. */
  @Benchmark
  public ConditionOutcome predicate() {
    return evaluator.evaluate(predicate, five, NOW);
  }

  /** A predicate over five elements of a document, whose types show only when it runs. */
  @Benchmark
  public ConditionOutcome untypedPredicate() {
    return evaluator.evaluate(untypedPredicate, untyped, NOW);
  }

  /** Two members of a document. */
  @Benchmark
  public ConditionOutcome member() {
    return evaluator.evaluate(member, document, NOW);
  }

  /** Both conditions of a metric, found in the cache by their texts. */
  @Benchmark
  public Assessment assessment() {
    return evaluator.assess("result >= 0.95", "result < 0.90", ResultKind.SCALAR, number, NOW);
  }

  /** A comparison whose text was never seen before: parsed, checked, translated and evaluated. */
  @Benchmark
  public ConditionOutcome comparisonCompiledEachTime() {
    String text = "result >= 0.95 // " + generation++;
    return evaluator.evaluate(evaluator.compile(text, ResultKind.SCALAR), number, NOW);
  }

  /** The same for a predicate. */
  @Benchmark
  public ConditionOutcome predicateCompiledEachTime() {
    String text = "all(result, # >= 0.95) // " + generation++;
    return evaluator.evaluate(evaluator.compile(text, ResultKind.VECTOR), five, NOW);
  }
}
