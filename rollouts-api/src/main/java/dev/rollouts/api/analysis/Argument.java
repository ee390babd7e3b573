package dev.rollouts.api.analysis;

import static java.util.Objects.requireNonNull;

import dev.rollouts.api.wire.Required;
import org.jspecify.annotations.Nullable;

/**
 * An input of a template or run, referenced as {@code {{args.<name>}}}.
 *
 * @param value literal; the empty string is a value, null is none. It may be a credential, so
 *     {@link #toString} leaves it out.
 * @param valueFrom where to read the value when it is no literal; a secret wins over a literal
 *     (A-027)
 */
public record Argument(
    @Required String name, @Nullable String value, @Nullable ValueFrom valueFrom) {
  public Argument {
    requireNonNull(name, "name");
  }

  /** An argument with a literal value. */
  public static Argument of(String name, String value) {
    return new Argument(name, requireNonNull(value, "value"), null);
  }

  /** An argument that whoever creates the run must supply. */
  public static Argument required(String name) {
    return new Argument(name, null, null);
  }

  /** An argument read from a secret when a measurement is due. */
  public static Argument fromSecret(String name, String secretName, String key) {
    return new Argument(name, null, new ValueFrom(new SecretKeyRef(secretName, key), null));
  }

  /** The secret this argument comes from, or null. */
  public @Nullable SecretKeyRef secretKeyRef() {
    return valueFrom == null ? null : valueFrom.secretKeyRef();
  }

  @Override
  public String toString() {
    return "Argument[name=" + name + (valueFrom == null ? "" : ", valueFrom=" + valueFrom) + "]";
  }

  /**
   * Where a value comes from.
   *
   * @param fieldRef accepted by the schema and never resolved on these kinds
   */
  public record ValueFrom(@Nullable SecretKeyRef secretKeyRef, @Nullable FieldRef fieldRef) {}

  /** A key of a secret in the run's namespace. */
  public record SecretKeyRef(@Required String name, @Required String key) {}

  /** A path into another object. */
  public record FieldRef(@Required String fieldPath) {}
}
