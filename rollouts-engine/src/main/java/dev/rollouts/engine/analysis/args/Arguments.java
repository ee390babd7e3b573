package dev.rollouts.engine.analysis.args;

import dev.rollouts.api.analysis.Argument;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The values of a run's arguments. */
public final class Arguments {
  /** What a decision sees instead of a secret. */
  public static final String MASKED_SECRET = "temp-for-secret";

  private Arguments() {}

  /**
   * Values for scheduling and assessment, in which every secret is {@link #MASKED_SECRET}. Of two
   * arguments with the same name the later one counts.
   *
   * @throws UnresolvedArgumentException for the first argument that has no value, used or not
   *     (A-025)
   */
  public static Map<String, String> masked(List<Argument> args) throws UnresolvedArgumentException {
    Map<String, String> values = new LinkedHashMap<>();
    for (Argument arg : args) {
      values.put(arg.name(), arg.secretKeyRef() != null ? MASKED_SECRET : literal(arg));
    }
    return values;
  }

  /**
   * The literal value of an argument.
   *
   * @throws UnresolvedArgumentException if it has none
   */
  public static String literal(Argument arg) throws UnresolvedArgumentException {
    String value = arg.value();
    if (value == null) {
      throw new UnresolvedArgumentException("argument \"" + arg.name() + "\" was not supplied");
    }
    return value;
  }
}
