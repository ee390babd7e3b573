package dev.rollouts.cli.plugin;

import dev.rollouts.cli.kube.KubeObject;
import dev.rollouts.cli.plugin.line.Flag;
import dev.rollouts.codec.Json;
import dev.rollouts.codec.Yaml;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** In which form objects are printed. */
enum Output {
  /** The usual view. */
  VIEW,
  /** The usual view with more in it. */
  WIDE,
  JSON,
  YAML,
  NAME;

  static Flag flag(String forms) {
    return Flag.text("output", "o", "", "print objects as " + forms);
  }

  /** What the flag says. */
  static Output of(Session session) {
    String text = session.values().text("output");
    return switch (text) {
      case "" -> VIEW;
      case "wide" -> WIDE;
      case "json" -> JSON;
      case "yaml" -> YAML;
      case "name" -> NAME;
      default ->
          throw new PluginException(
              "unable to match a printer suitable for the output format \"%s\", allowed formats are: json,name,wide,yaml"
                  .formatted(text));
    };
  }

  /** Whether objects are printed as they are. */
  boolean isRaw() {
    return this == JSON || this == YAML || this == NAME;
  }

  /** Prints an object. */
  void print(Session session, KubeObject object) {
    KubeObject shown = object.without("metadata", "managedFields");
    switch (this) {
      case JSON -> session.surroundings().out().print(Json.writePretty(shown.fields()));
      case YAML -> session.surroundings().out().print(Yaml.write(shown.fields()));
      case NAME -> session.out(name(object));
      case VIEW, WIDE -> throw new IllegalStateException("has a view");
    }
  }

  /** Prints objects, as one List. */
  void print(Session session, List<KubeObject> objects) {
    if (this == NAME) {
      objects.forEach(each -> session.out(name(each)));
      return;
    }
    Map<String, @Nullable Object> list = new LinkedHashMap<>();
    list.put("apiVersion", "v1");
    list.put("kind", "List");
    list.put("metadata", Map.of("resourceVersion", ""));
    list.put(
        "items",
        objects.stream().map(each -> each.without("metadata", "managedFields").fields()).toList());
    print(session, new KubeObject(list));
  }

  /** {@code rollout.argoproj.io/web}. */
  static String name(KubeObject object) {
    String version = object.apiVersion();
    int slash = version.indexOf('/');
    String group = slash < 0 ? "" : "." + version.substring(0, slash);
    return object.kind().toLowerCase(java.util.Locale.ROOT) + group + "/" + object.name();
  }
}
