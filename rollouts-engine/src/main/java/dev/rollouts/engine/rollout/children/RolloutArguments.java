package dev.rollouts.engine.rollout.children;

import static dev.rollouts.api.KubernetesObject.API_VERSION;

import dev.rollouts.api.ObjectMeta;
import dev.rollouts.api.analysis.Argument;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.RolloutArgument;
import dev.rollouts.api.wire.Wire;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The values of the arguments that a rollout supplies. Rules.
 *
 * <p>An argument takes, first match: a hash; a field of the rollout; its literal value, which is
 * the empty string when there is none.
 */
public final class RolloutArguments {
  private static final String METADATA = "metadata";
  private static final String LABELS = "metadata.labels";
  private static final String ANNOTATIONS = "metadata.annotations";
  private static final Pattern SUBSCRIPTED = Pattern.compile("(.+)\\['(.*)'\\]", Pattern.DOTALL);
  private static final Pattern QUALIFIED_NAME =
      Pattern.compile(
          "([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?"
              + "[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?");
  private static final Pattern SEPARATORS = Pattern.compile("[.\\[\\]]+");
  private static final Pattern INDEX = Pattern.compile("-?[0-9]{1,9}");

  private final Rollout rollout;
  private final String newHash;
  private final String stableHash;
  private @Nullable Map<String, @Nullable Object> tree;

  private RolloutArguments(Rollout rollout, String newHash, String stableHash) {
    this.rollout = rollout;
    this.newHash = newHash;
    this.stableHash = stableHash;
  }

  /**
   * Arguments that look at a rollout.
   *
   * @param newHash hash label of the new ReplicaSet; empty when there is none
   * @param stableHash hash label of the stable ReplicaSet; empty when there is none
   */
  public static RolloutArguments of(Rollout rollout, String newHash, String stableHash) {
    return new RolloutArguments(rollout, newHash, stableHash);
  }

  /**
   * The arguments with literal values, in their order.
   *
   * @throws CannotBuildException for the first whose field does not exist or is no plain value
   */
  public List<Argument> resolve(List<RolloutArgument> args) throws CannotBuildException {
    List<Argument> resolved = new ArrayList<>();
    for (RolloutArgument arg : args) {
      resolved.add(Argument.of(arg.name(), value(arg)));
    }
    return resolved;
  }

  private String value(RolloutArgument arg) throws CannotBuildException {
    RolloutArgument.ValueFrom from = arg.valueFrom();
    if (from == null) {
      return arg.value();
    }
    String hash = from.podTemplateHashValue();
    if (hash != null) {
      return switch (hash) {
        case "Latest" -> newHash;
        case "Stable" -> stableHash;
        default -> "";
      };
    }
    RolloutArgument.FieldRef field = from.fieldRef();
    if (field == null) {
      return arg.value();
    }
    return field.fieldPath().startsWith(METADATA)
        ? metadata(rollout.metadata(), field.fieldPath())
        : field(field.fieldPath());
  }

  /** Whether a path that starts with {@code metadata} is one that can be read. */
  public static boolean isMetadataPath(String path) {
    try {
      metadata(ObjectMeta.named(""), path);
      return true;
    } catch (CannotBuildException unsupported) {
      return false;
    }
  }

  /** Metadata by the rules of the downward API. */
  private static String metadata(ObjectMeta metadata, String path) throws CannotBuildException {
    Matcher subscripted = SUBSCRIPTED.matcher(path);
    if (subscripted.matches()) {
      return entry(metadata, path, subscripted.group(1), subscripted.group(2));
    }
    return switch (path) {
      case "metadata.name" -> metadata.name();
      case "metadata.namespace" -> metadata.namespace();
      case "metadata.uid" -> metadata.uid();
      case LABELS -> lines(metadata.labels());
      case ANNOTATIONS -> lines(metadata.annotations());
      default ->
          throw new CannotBuildException(
              "unsupported fieldPath: %s; use metadata.name, .namespace, .uid, .labels['<key>'] or .annotations['<key>']"
                  .formatted(path));
    };
  }

  private static String entry(ObjectMeta metadata, String path, String map, String key)
      throws CannotBuildException {
    Map<String, String> entries =
        switch (map) {
          case LABELS -> metadata.labels();
          case ANNOTATIONS -> metadata.annotations();
          default ->
              throw new CannotBuildException(
                  "fieldPath \"%s\" does not support a subscript; only metadata.labels and metadata.annotations do"
                      .formatted(path));
        };
    if (!QUALIFIED_NAME.matcher(key).matches()) {
      throw new CannotBuildException("invalid key '%s' in fieldPath \"%s\"".formatted(key, path));
    }
    return entries.getOrDefault(key, "");
  }

  private static String lines(Map<String, String> map) {
    StringJoiner lines = new StringJoiner("\n");
    new TreeMap<>(map).forEach((key, value) -> lines.add(key + "=" + quoted(value)));
    return lines.toString();
  }

  private static String quoted(String text) {
    StringBuilder out = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"', '\\' -> out.append('\\').append(c);
        case '\n' -> out.append("\\n");
        case '\t' -> out.append("\\t");
        case '\r' -> out.append("\\r");
        default -> out.append(c);
      }
    }
    return out.append('"').toString();
  }

  /** A plain value anywhere in the rollout. Keys with dots or brackets cannot be reached. */
  private String field(String path) throws CannotBuildException {
    Object here = tree();
    for (String part : SEPARATORS.split(path)) {
      if (!part.isEmpty()) {
        here = step(here, part, path);
      }
    }
    return primitive(here)
        .orElseThrow(
            () ->
                new CannotBuildException(
                    "path %s in rollout must terminate in a primitive value".formatted(path)));
  }

  private static @Nullable Object step(@Nullable Object here, String part, String path)
      throws CannotBuildException {
    if (here instanceof List<?> list) {
      if (!INDEX.matcher(part).matches()) {
        throw new CannotBuildException("invalid index '%s'".formatted(part));
      }
      int index = Integer.parseInt(part);
      if (index < 0 || index >= list.size()) {
        throw new CannotBuildException("index %d out of range".formatted(index));
      }
      return list.get(index);
    }
    if (here instanceof Map<?, ?> map && map.containsKey(part)) {
      return map.get(part);
    }
    throw new CannotBuildException("invalid path %s in rollout".formatted(path));
  }

  /** A number is written with all its digits: 1000000, 0.25. */
  private static Optional<String> primitive(@Nullable Object value) {
    if (value instanceof String || value instanceof Boolean) {
      return Optional.of(value.toString());
    }
    if (value instanceof Number number) {
      BigDecimal exact = new BigDecimal(number.toString());
      return Optional.of(exact.signum() == 0 ? "0" : exact.stripTrailingZeros().toPlainString());
    }
    return Optional.empty();
  }

  private Map<String, @Nullable Object> tree() {
    if (tree == null) {
      Map<String, @Nullable Object> whole = new LinkedHashMap<>();
      whole.put("apiVersion", API_VERSION);
      whole.put("kind", rollout.kind());
      whole.putAll(Wire.encode(rollout));
      tree = whole;
    }
    return tree;
  }
}
