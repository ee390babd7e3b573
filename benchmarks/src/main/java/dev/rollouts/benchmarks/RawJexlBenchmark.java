package dev.rollouts.benchmarks;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.commons.jexl3.JexlBuilder;
import org.apache.commons.jexl3.JexlContext;
import org.apache.commons.jexl3.JexlEngine;
import org.apache.commons.jexl3.JexlScript;
import org.apache.commons.jexl3.MapContext;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** JEXL alone, without dialect, budgets or rules: the floor that conditions are compared with. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class RawJexlBenchmark {
  private static final String COMPARISON = "result[0] >= 0.95";
  private static final String PREDICATE =
      "result[0] > 0.9 && result[1] > 0.9 && result[2] > 0.9 && result[3] > 0.9 && result[4] > 0.9";

  private final JexlEngine jexl = new JexlBuilder().cache(0).create();
  private final JexlScript comparison = jexl.createScript(COMPARISON);
  private final JexlScript predicate = jexl.createScript(PREDICATE);
  private final JexlContext context = new MapContext();

  /** Binds the result that all scripts read. */
  public RawJexlBenchmark() {
    context.set("result", List.of(0.99, 0.98, 0.97, 0.96, 0.95));
  }

  /** One comparison of one element. */
  @Benchmark
  public Object comparison() {
    return comparison.execute(context);
  }

  /** Five elements, each compared once. */
  @Benchmark
  public Object predicateOverFive() {
    return predicate.execute(context);
  }

  /** What compiling the comparison costs, without a cache. */
  @Benchmark
  public Object compile() {
    return jexl.createScript(COMPARISON);
  }
}
