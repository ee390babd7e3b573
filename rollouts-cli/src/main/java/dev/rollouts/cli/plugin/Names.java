package dev.rollouts.cli.plugin;

import dev.rollouts.cli.kube.KubeObject;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Names of objects as arguments. */
final class Names {
  private static final int LENGTH_MAX = 253;
  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9._:-]+");

  private Names() {}

  /**
   * Sees that all names can be names before anything is written.
   *
   * @throws PluginException for the first that cannot
   */
  static void check(List<String> names) {
    for (String each : names) {
      if (!FORM.matcher(each).matches()) {
        throw new PluginException(
            "invalid resource name \"%s\": a name has lower case letters, digits, '-' and '.'"
                .formatted(each));
      }
      if (each.length() > LENGTH_MAX) {
        throw new PluginException(
            "invalid resource name \"%s…\": it has %d characters, %d are the most"
                .formatted(each.substring(0, 32), each.length(), LENGTH_MAX));
      }
    }
  }

  /** An object of which nothing but the name is known. */
  static KubeObject only(String name) {
    return new KubeObject(Map.of("metadata", Map.of("name", name)));
  }
}
