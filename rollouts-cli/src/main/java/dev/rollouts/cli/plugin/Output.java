package dev.rollouts.cli.plugin;

import dev.rollouts.cli.jsonpath.JsonPath;
import dev.rollouts.cli.jsonpath.JsonPathException;
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
  NAME,
  /** A template that is filled in. */
  JSONPATH;

  /** What {@code get} and {@code list} can print. */
  static final String FORMS = "json, yaml, name, wide, jsonpath=TEMPLATE or jsonpath-file=FILE";

  /** What commands that write can print of what they wrote. */
  static final Flag WRITTEN = flag("json, yaml, name, jsonpath=TEMPLATE or jsonpath-file=FILE");

  private static final String PATH = "jsonpath=";
  private static final String PATH_FILE = "jsonpath-file=";

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
      default -> {
        if (template(text) == null) {
          throw new PluginException(
              "unable to match a printer suitable for the output format \"%s\", allowed formats are: json,jsonpath,jsonpath-file,name,wide,yaml"
                  .formatted(text));
        }
        yield JSONPATH;
      }
    };
  }

  /** The template of a format; null for another one. */
  private static @Nullable JsonPath template(String format) {
    if (format.equals("jsonpath") || format.equals("jsonpath-file")) {
      throw new PluginException(
          "template format specified but no template given; write -o jsonpath='{.status.phase}' or jsonpath-file=FILE");
    }
    try {
      if (format.startsWith(PATH)) {
        return JsonPath.template(required(format.substring(PATH.length())));
      }
      return format.startsWith(PATH_FILE)
          ? JsonPath.template(Files.text(required(format.substring(PATH_FILE.length()))))
          : null;
    } catch (JsonPathException e) {
      throw new PluginException(e.getMessage());
    }
  }

  private static String required(String text) {
    if (text.isEmpty()) {
      throw new PluginException(
          "template format specified but no template given; write -o jsonpath='{.status.phase}' or jsonpath-file=FILE");
    }
    return text;
  }

  /** Whether objects are printed as they are. */
  boolean isRaw() {
    return this != VIEW && this != WIDE;
  }

  /** Prints an object. */
  void print(Session session, KubeObject object) {
    KubeObject shown = object.without("metadata", "managedFields");
    switch (this) {
      case JSON -> session.surroundings().out().print(Json.writePretty(shown.fields()));
      case YAML -> session.surroundings().out().print(Yaml.write(shown.fields()));
      case NAME -> session.out(name(object));
      case JSONPATH -> fill(session, shown);
      case VIEW, WIDE -> throw new IllegalStateException("has a view");
    }
  }

  private static void fill(Session session, KubeObject object) {
    JsonPath template = template(session.values().text("output"));
    if (template == null) {
      throw new IllegalStateException("no template");
    }
    boolean terminal = session.surroundings().tty().isTerminal();
    try {
      session
          .surroundings()
          .out()
          .print(template.render(object.fields(), text -> terminal ? Texts.harmless(text) : text));
    } catch (JsonPathException e) {
      throw new PluginException(e.getMessage());
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
