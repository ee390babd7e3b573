package dev.rollouts.engine.condition;

import static java.util.Objects.requireNonNullElse;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a value before it is there.
 *
 * @param element what an array or a map holds; null for everything else
 * @param fields what a record holds; empty for everything else
 * @param name as messages spell it
 */
record Type(Kind kind, @Nullable Type element, Map<String, Type> fields, String name) {

  enum Kind {
    /** Nothing is known. */
    ANY,
    NIL,
    BOOLEAN,
    INTEGER,
    FLOAT,
    STRING,
    /** Text with a type of its own, which never equals a string. */
    CODE,
    ARRAY,
    MAP,
    /** A map whose keys are of any type, as {@code groupBy} makes it. */
    GROUPS,
    RECORD,
    TIME,
    DURATION,
    ZONE,
    MONTH,
    WEEKDAY,
    FUNCTION
  }

  static final Type ANY = simple(Kind.ANY, "interface {}");
  static final Type NIL = simple(Kind.NIL, "nil");
  static final Type BOOLEAN = simple(Kind.BOOLEAN, "bool");
  static final Type INTEGER = simple(Kind.INTEGER, "int");
  static final Type FLOAT = simple(Kind.FLOAT, "float64");
  static final Type STRING = simple(Kind.STRING, "string");
  static final Type CODE = simple(Kind.CODE, "types.StatusCode");
  static final Type TIME = simple(Kind.TIME, "time.Time");
  static final Type DURATION = simple(Kind.DURATION, "time.Duration");
  static final Type ZONE = simple(Kind.ZONE, "*time.Location");
  static final Type MONTH = simple(Kind.MONTH, "time.Month");
  static final Type WEEKDAY = simple(Kind.WEEKDAY, "time.Weekday");
  static final Type FUNCTION = simple(Kind.FUNCTION, "func");
  static final Type ARRAY = arrayOf(ANY);
  static final Type FLOATS = new Type(Kind.ARRAY, FLOAT, Map.of(), "[]float64");
  static final Type INTEGERS = new Type(Kind.ARRAY, INTEGER, Map.of(), "[]int");
  static final Type STRINGS = new Type(Kind.ARRAY, STRING, Map.of(), "[]string");
  static final Type BYTES = new Type(Kind.ARRAY, INTEGER, Map.of(), "[]uint8");
  static final Type MAP = new Type(Kind.MAP, ANY, Map.of(), "map[string]interface {}");
  static final Type PAIRS = new Type(Kind.GROUPS, ANY, Map.of(), "map[interface {}]interface {}");
  static final Type GROUPS =
      new Type(Kind.GROUPS, ARRAY, Map.of(), "map[interface {}][]interface {}");

  /** What CloudWatch answers, field by field; the case of the names counts. */
  static final Type RECORDS =
      new Type(Kind.ARRAY, cloudWatchResult(), Map.of(), "[]types.MetricDataResult");

  private static Type cloudWatchResult() {
    Type message =
        new Type(Kind.RECORD, null, Map.of("Code", STRING, "Value", STRING), "types.MessageData");
    return new Type(
        Kind.RECORD,
        null,
        Map.of(
            "Id", STRING,
            "Label", STRING,
            "Messages", new Type(Kind.ARRAY, message, Map.of(), "[]types.MessageData"),
            "StatusCode", CODE,
            "Timestamps", new Type(Kind.ARRAY, TIME, Map.of(), "[]time.Time"),
            "Values", FLOATS),
        "types.MetricDataResult");
  }

  private static Type simple(Kind kind, String name) {
    return new Type(kind, null, Map.of(), name);
  }

  static Type arrayOf(Type element) {
    return new Type(Kind.ARRAY, element, Map.of(), "[]interface {}");
  }

  boolean is(Kind kind) {
    return this.kind == kind;
  }

  /** Whether a value of this type may turn out to be of {@code kind}. */
  boolean mayBe(Kind kind) {
    return this.kind == kind || this.kind == Kind.ANY;
  }

  boolean isAny() {
    return kind == Kind.ANY;
  }

  boolean isNumber() {
    return kind == Kind.INTEGER || kind == Kind.FLOAT;
  }

  boolean mayBeNumber() {
    return isNumber() || isAny();
  }

  /** What an array or a map holds. */
  Type elementOrAny() {
    return requireNonNullElse(element, ANY);
  }

  /** As messages about two operands spell it. */
  String operandName() {
    return kind == Kind.NIL ? "unknown" : name;
  }

  /** Whether {@code ==} between the two can be true. */
  boolean isComparableTo(Type other) {
    return isAny()
        || other.isAny()
        || kind == Kind.NIL
        || other.kind == Kind.NIL
        || kind == other.kind
        || (isNumber() && other.isNumber())
        || (isMap() && other.isMap());
  }

  private boolean isMap() {
    return kind == Kind.MAP || kind == Kind.GROUPS;
  }

  /** What a value is that is of this type or of the other. */
  Type or(Type other) {
    if (kind == Kind.NIL) {
      return other;
    }
    if (other.kind == Kind.NIL || equals(other)) {
      return this;
    }
    return kind == other.kind && kind == Kind.ARRAY ? ARRAY : ANY;
  }
}
