package dev.rollouts.cli.plugin;

import dev.rollouts.cli.jsonpath.JsonPath;
import dev.rollouts.cli.jsonpath.JsonPathException;
import dev.rollouts.cli.kube.KubeObject;
import dev.rollouts.cli.plugin.view.ClientPhase;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What {@code status --for} waits for, in the words of {@code kubectl wait}.
 *
 * @param words as they were given
 * @param isPhase whether a Degraded rollout ends the waiting, as it does without {@code --for}
 * @param isMet asks a rollout that exists
 * @param isGone whether it is met when the rollout does not exist
 */
record Goal(String words, boolean isPhase, Predicate<KubeObject> isMet, boolean isGone) {
  private static final List<String> PHASES =
      List.of("Progressing", "Paused", "Healthy", "Degraded");
  private static final String REMEDY =
      "write --for=phase=Paused, condition=Available, condition=Available=False, jsonpath='{.status.phase}'=Paused or delete";

  /**
   * Reads a goal.
   *
   * @throws PluginException when it is none
   */
  static Goal parse(String text) {
    if (text.equals("delete")) {
      return new Goal(text, false, rollout -> false, true);
    }
    int equals = text.indexOf('=');
    String kind = equals < 0 ? text : text.substring(0, equals);
    String rest = equals < 0 ? "" : text.substring(equals + 1);
    if (rest.isEmpty()) {
      throw unrecognized(text);
    }
    return switch (kind) {
      case "phase" -> phase(text, rest);
      case "condition" -> condition(text, rest);
      case "jsonpath" -> path(text, rest);
      default -> throw unrecognized(text);
    };
  }

  private static PluginException unrecognized(String text) {
    return new PluginException(
        "unrecognized condition: \"%s\"; %s"
            .formatted(text.length() > 120 ? text.substring(0, 120) + "…" : text, REMEDY));
  }

  private static Goal phase(String text, String wanted) {
    String phase =
        PHASES.stream()
            .filter(each -> each.equalsIgnoreCase(wanted))
            .findFirst()
            .orElseThrow(
                () ->
                    new PluginException(
                        "--for=phase=%s: there is no such phase; there is: %s"
                            .formatted(wanted, String.join(", ", PHASES))));
    return new Goal(text, true, rollout -> ClientPhase.of(rollout).phase().equals(phase), false);
  }

  private static Goal condition(String text, String wanted) {
    int equals = wanted.indexOf('=');
    String type = equals < 0 ? wanted : wanted.substring(0, equals);
    String status = equals < 0 ? "true" : wanted.substring(equals + 1);
    if (type.isEmpty() || status.isEmpty()) {
      throw unrecognized(text);
    }
    return new Goal(
        text,
        false,
        rollout ->
            isObserved(rollout)
                && rollout.children("status", "conditions").stream()
                    .anyMatch(
                        each ->
                            each.text("type").equalsIgnoreCase(type)
                                && each.text("status").equalsIgnoreCase(status)),
        false);
  }

  /** Conditions say nothing of a spec that the controller has not seen. */
  private static boolean isObserved(KubeObject rollout) {
    String observed = rollout.text("status", "observedGeneration");
    return !observed.matches("[0-9]{1,18}")
        || Long.parseLong(observed) >= rollout.number("metadata", "generation");
  }

  private static Goal path(String text, String wanted) {
    int end = wanted.startsWith("{") ? wanted.lastIndexOf('}') + 1 : wanted.indexOf('=');
    String expression = end <= 0 ? wanted : wanted.substring(0, end);
    String rest = end <= 0 ? "" : wanted.substring(end);
    if (!rest.isEmpty() && !rest.startsWith("=")) {
      throw unrecognized(text);
    }
    String value = rest.isEmpty() ? null : unquoted(rest.substring(1));
    if (value != null && value.isEmpty()) {
      throw new PluginException(
          "--for=%s: a value is expected behind the equals sign; leave the sign out to wait until there is any"
              .formatted(text));
    }
    try {
      JsonPath path = JsonPath.expression(expression);
      return new Goal(text, false, rollout -> isAt(rollout, path, value), false);
    } catch (JsonPathException e) {
      throw new PluginException(e.getMessage());
    }
  }

  private static String unquoted(String value) {
    boolean quoted =
        value.length() > 1
            && (value.startsWith("'") && value.endsWith("'")
                || value.startsWith("\"") && value.endsWith("\""));
    return quoted ? value.substring(1, value.length() - 1) : value;
  }

  private static boolean isAt(KubeObject rollout, JsonPath path, @Nullable String value) {
    List<@Nullable Object> found;
    try {
      found = path.find(rollout.fields());
    } catch (JsonPathException notYet) {
      // A list that is too short now may grow.
      return false;
    }
    if (value == null) {
      return !found.isEmpty();
    }
    if (found.size() > 1) {
      throw new PluginException(
          "--for=jsonpath=%s finds %d values, and one can be waited for; make it narrower"
              .formatted(path, found.size()));
    }
    return found.size() == 1 && JsonPath.text(found.get(0)).equals(value);
  }

  /** Whether a rollout, or its absence, is what is waited for. */
  boolean isMetBy(Optional<KubeObject> rollout) {
    return rollout.map(isMet::test).orElse(isGone);
  }
}
