package dev.rollouts.engine.condition;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.ResultKind;
import dev.rollouts.engine.condition.syntax.ConditionParser;
import dev.rollouts.engine.condition.syntax.Node;
import dev.rollouts.engine.condition.syntax.Parsed;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.List;
import org.apache.commons.jexl3.JexlEngine;
import org.apache.commons.jexl3.JexlException;
import org.jspecify.annotations.Nullable;

/**
 * Compiles and evaluates conditions. Never throws for anything a template or a metric's value
 * holds: what goes wrong is data. Nothing that a condition says reaches a class, a file, the
 * network, the environment or the clock, and every evaluation ends: budgets count its steps and the
 * sizes of what it makes.
 *
 * <p>Thread-safe; one instance serves a whole process. Spec: docs/spec/conditions.md.
 */
public final class ConditionEvaluator {
  private static final String NO_DATA =
      "metric result is nil or empty: no data returned from the metric provider";

  private final JexlEngine engine = Engines.create();
  private final ConditionCache cache = new ConditionCache();

  /** An evaluator with its own engine and an empty cache. */
  public ConditionEvaluator() {}

  /**
   * The condition {@code text} for results of {@code kind}: parsed, type-checked and ready to run,
   * or with the error that prevents it. Repeated calls with the same arguments are answered from a
   * bounded cache.
   */
  public Condition compile(String text, ResultKind kind) {
    Condition cached = cache.get(text, kind);
    if (cached != null) {
      return cached;
    }
    Condition compiled = compileAnew(text, kind);
    cache.put(compiled);
    return compiled;
  }

  private Condition compileAnew(String text, ResultKind kind) {
    Parsed parsed = ConditionParser.parse(text);
    if (parsed instanceof Parsed.Invalid invalid) {
      return new Condition(text, kind, null, syntaxError(invalid));
    }
    Node root = ((Parsed.Tree) parsed).root();
    try {
      return new Condition(text, kind, root, compile(root, kind));
    } catch (Fault fault) {
      return new Condition(text, kind, root, fault.asError());
    }
  }

  private static ConditionError syntaxError(Parsed.Invalid invalid) {
    return new ConditionError(
        ConditionError.Kind.COMPILE, Fault.detail(invalid.message()), invalid.span());
  }

  private Program compile(Node root, @Nullable ResultKind kind) {
    try {
      return Compiler.compile(engine, root, kind);
    } catch (JexlException | StackOverflowError refused) {
      // The limits of the parser are well below those of JEXL and of any usual stack.
      throw Fault.compile(root.span(), "condition too complex");
    }
  }

  /**
   * What {@code condition} says of {@code value}.
   *
   * @param value plain JDK values: {@code Map}, {@code List}, {@code String}, {@code Double},
   *     {@code Long}, {@code Boolean}, {@code Instant}, {@code Duration} or null; of the kind the
   *     condition was compiled for
   * @param now what {@code now()} answers
   */
  public ConditionOutcome evaluate(Condition condition, @Nullable Object value, Instant now) {
    Program program = condition.program();
    if (program == null) {
      return new ConditionOutcome.Failed(condition.error().orElseThrow());
    }
    try {
      Object outcome = run(program, condition.kind(), value, now);
      if (outcome instanceof Boolean truth) {
        return truth ? ConditionOutcome.True.INSTANCE : ConditionOutcome.False.INSTANCE;
      }
      return new ConditionOutcome.Failed(notBoolean(Values.typeName(outcome)));
    } catch (Fault fault) {
      return new ConditionOutcome.Failed(fault.asError());
    }
  }

  static ConditionError notBoolean(String type) {
    return new ConditionError(
        ConditionError.Kind.NOT_BOOLEAN, "expected bool, but got " + type, null);
  }

  private static @Nullable Object run(
      Program program, @Nullable ResultKind kind, @Nullable Object value, Instant now) {
    try {
      Evaluation evaluation = new Evaluation(program.slots(), now);
      if (kind != null) {
        evaluation.setResult(Values.canonical(evaluation, value, kind));
      }
      return program.run(evaluation);
    } catch (StackOverflowError tooDeep) {
      throw Fault.tooDeep();
    }
  }

  /**
   * The instant that {@code rangeQuery.start} or {@code rangeQuery.end} stands for. It knows no
   * {@code result}.
   *
   * @param now what {@code now()} answers
   */
  public TimeOutcome evaluateTime(String text, Instant now) {
    Parsed parsed = ConditionParser.parse(text);
    if (parsed instanceof Parsed.Invalid invalid) {
      return new TimeOutcome.Failed(syntaxError(invalid));
    }
    try {
      Object time = run(compile(((Parsed.Tree) parsed).root(), null), null, null, now);
      if (time instanceof ZonedDateTime zoned) {
        return new TimeOutcome.At(zoned.toInstant());
      }
      return new TimeOutcome.Failed(
          new ConditionError(
              ConditionError.Kind.NOT_BOOLEAN,
              "expected time.Time, but got " + Values.typeName(time),
              null));
    } catch (Fault fault) {
      return new TimeOutcome.Failed(fault.asError());
    }
  }

  /**
   * What both conditions say of {@code value}. Both are always evaluated, success first; an error
   * in either is phase Error. Where both hold, failure wins; where neither does, the value is
   * Inconclusive. Rule A-056.
   *
   * @param successCondition null or empty if there is none
   * @param failureCondition null or empty if there is none
   * @param kind what the provider says of {@code value}
   * @param value as for {@link #evaluate}
   * @param now what {@code now()} answers
   */
  public Assessment assess(
      @Nullable String successCondition,
      @Nullable String failureCondition,
      ResultKind kind,
      @Nullable Object value,
      Instant now) {
    ConditionOutcome success = evaluate(successCondition, kind, value, now);
    if (success instanceof ConditionOutcome.Failed failed) {
      return error("successCondition", successCondition, value, failed.error());
    }
    ConditionOutcome failure = evaluate(failureCondition, kind, value, now);
    if (failure instanceof ConditionOutcome.Failed failed) {
      return error("failureCondition", failureCondition, value, failed.error());
    }
    return new Assessment(phase(success, failure), "");
  }

  private @Nullable ConditionOutcome evaluate(
      @Nullable String text, ResultKind kind, @Nullable Object value, Instant now) {
    return text == null || text.isEmpty() ? null : evaluate(compile(text, kind), value, now);
  }

  private static AnalysisPhase phase(
      @Nullable ConditionOutcome success, @Nullable ConditionOutcome failure) {
    if (failure instanceof ConditionOutcome.True) {
      return AnalysisPhase.FAILED;
    }
    if (success == null || success instanceof ConditionOutcome.True) {
      return AnalysisPhase.SUCCESSFUL;
    }
    return failure == null ? AnalysisPhase.FAILED : AnalysisPhase.INCONCLUSIVE;
  }

  /** Whatever went wrong: without data, that is what the user has to know. */
  private static Assessment error(
      String field, @Nullable String text, @Nullable Object value, ConditionError error) {
    boolean empty = value == null || (value instanceof List<?> list && list.isEmpty());
    String detail = empty ? NO_DATA : error.detail();
    String before = "could not evaluate " + field + " \"";
    String after = "\": " + detail;
    int room = Assessment.MESSAGE_LIMIT - before.length() - after.length();
    return new Assessment(
        AnalysisPhase.ERROR, before + Fault.cut(String.valueOf(text), room) + after);
  }
}
