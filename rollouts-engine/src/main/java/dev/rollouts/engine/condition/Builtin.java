package dev.rollouts.engine.condition;

import java.util.List;
import java.util.function.Function;

/**
 * A function of the language that takes values. Those that take a predicate are {@link Looping}.
 *
 * @param parameters what it takes
 * @param required how many of the parameters have to be there
 * @param variadic whether the last parameter may be repeated
 * @param environment whether it came with the metric's environment, and so is in {@code $env} and
 *     can be a value
 * @param result what it answers, from the types of the arguments
 * @param sure whether the answer is always of that type, and never nil
 * @param operation the function itself
 */
record Builtin(
    String name,
    List<Parameter> parameters,
    int required,
    boolean variadic,
    boolean environment,
    Function<List<Type>, Type> result,
    boolean sure,
    Site.Operation operation) {

  /** What may be passed. */
  enum Parameter {
    ANY("interface {}"),
    STRING("string"),
    INTEGER("int"),
    /** A float; the integers that are written out count as floats. */
    FLOAT("float64"),
    NUMBER("number"),
    ARRAY("array"),
    MAP("map"),
    /** Something that has a length. */
    MEASURABLE("array, map or string"),
    /** A number, or an array of these. */
    NUMBERS("number or array"),
    /** A number or its text. */
    CONVERTIBLE("number or string"),
    ZONE("*time.Location"),
    TIME("time.Time"),
    DURATION("time.Duration");

    private final String title;

    Parameter(String title) {
      this.title = title;
    }

    String title() {
      return title;
    }

    /** Whether a value of that type can be right. */
    boolean accepts(Type type) {
      if (type.isAny()) {
        return true;
      }
      return switch (this) {
        case ANY -> true;
        case STRING -> type.is(Type.Kind.STRING);
        case INTEGER -> type.is(Type.Kind.INTEGER);
        case FLOAT, NUMBER -> type.isNumber();
        case ARRAY -> type.is(Type.Kind.ARRAY);
        case MAP -> type.is(Type.Kind.MAP) || type.is(Type.Kind.GROUPS);
        case MEASURABLE -> type.is(Type.Kind.STRING) || ARRAY.accepts(type) || MAP.accepts(type);
        case NUMBERS -> type.isNumber() || type.is(Type.Kind.ARRAY) || type.is(Type.Kind.DURATION);
        case CONVERTIBLE ->
            type.isNumber()
                || type.is(Type.Kind.STRING)
                || type.is(Type.Kind.CODE)
                || type.is(Type.Kind.DURATION)
                || type.is(Type.Kind.MONTH)
                || type.is(Type.Kind.WEEKDAY);
        case ZONE -> type.is(Type.Kind.ZONE);
        case TIME -> type.is(Type.Kind.TIME);
        case DURATION -> type.is(Type.Kind.DURATION);
      };
    }
  }

  /** The parameter that takes argument number {@code i}. */
  Parameter parameter(int i) {
    return parameters.get(Math.min(i, parameters.size() - 1));
  }
}
