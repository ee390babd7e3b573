package dev.rollouts.crds;

import dev.rollouts.api.analysis.Argument;
import dev.rollouts.api.analysis.TtlStrategy;
import dev.rollouts.api.experiment.ExperimentTemplate;
import dev.rollouts.api.provider.config.CloudWatchQuery;
import dev.rollouts.api.provider.config.DatadogQuery;
import dev.rollouts.api.provider.config.JobTemplate;
import dev.rollouts.api.rollout.HeaderMatch;
import dev.rollouts.api.rollout.RolloutSpec;
import dev.rollouts.api.wire.IntOrString;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.api.wire.RecordShape;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Schemas of the model's records. */
final class Schemas {
  /** Fields that the schema requires though a record lives without. */
  private static final Set<String> REQUIRED =
      Set.of(
          key(ExperimentTemplate.class, "selector"),
          key(ExperimentTemplate.class, "template"),
          key(HeaderMatch.class, "headerValue"));

  /** Changing it is refused; adding and removing it are not. */
  private static final String IMMUTABLE = key(RolloutSpec.class, "selector");

  private static final Set<String> NULLABLE =
      Set.of(
          key(Argument.class, "value"),
          key(CloudWatchQuery.CloudWatchMetric.class, "namespace"),
          key(CloudWatchQuery.MetricDataQuery.class, "expression"),
          key(CloudWatchQuery.MetricDataQuery.class, "label"),
          key(CloudWatchQuery.MetricDataQuery.class, "returnData"),
          key(TtlStrategy.class, "secondsAfterCompletion"),
          key(TtlStrategy.class, "secondsAfterFailure"),
          key(TtlStrategy.class, "secondsAfterSuccess"));

  private final KubernetesSchemas kubernetes = new KubernetesSchemas();

  /** Schemas that say more than the type of the record's field. */
  private final Map<String, Map<String, Object>> special =
      Map.of(
          key(RolloutSpec.class, "template"), kubernetes.type("PodTemplateSpec"),
          key(ExperimentTemplate.class, "template"), kubernetes.type("PodTemplateSpec"),
          key(JobTemplate.class, "spec"), kubernetes.type("JobSpec"),
          key(DatadogQuery.class, "apiVersion"), text("default", "v1", "enum", List.of("v1", "v2")),
          key(DatadogQuery.class, "interval"), text("default", "5m"),
          key(DatadogQuery.class, "requestTimeout"), text("default", "10s"),
          key(DatadogQuery.class, "aggregator"),
              text(
                  "enum",
                  List.of(
                      "avg", "min", "max", "sum", "last", "percentile", "mean", "l2norm", "area")));

  /** The schema of a kind, with what every object has. */
  Map<String, Object> root(Class<? extends Record> type) {
    Map<String, Object> schema = record(type);
    Map<String, Object> properties = Trees.object("apiVersion", text(), "kind", text());
    properties.putAll(Trees.cast(schema.get("properties")));
    properties.put("metadata", Trees.object("type", "object"));
    schema.put("properties", properties);
    return schema;
  }

  private Map<String, Object> record(Class<?> type) {
    Map<String, Object> properties = new LinkedHashMap<>();
    List<String> required = new ArrayList<>();
    for (RecordShape.Field field : RecordShape.of(type).fields().values()) {
      String key = key(type, field.name());
      Map<String, Object> schema = special.get(key);
      properties.put(field.name(), schema == null ? field(key, field.type()) : schema);
      if (field.required() || REQUIRED.contains(key)) {
        required.add(field.name());
      }
    }
    Map<String, Object> schema = Trees.object("type", "object");
    if (!required.isEmpty()) {
      schema.put("required", required);
    }
    if (!properties.isEmpty()) {
      schema.put("properties", properties);
    }
    return schema;
  }

  private Map<String, Object> field(String key, Type type) {
    Map<String, Object> schema = of(type);
    if (NULLABLE.contains(key)) {
      schema.put("nullable", true);
    }
    if (key.equals(IMMUTABLE)) {
      schema.put(
          "x-kubernetes-validations",
          List.of(
              Trees.object("rule", "self == oldSelf", "message", ".spec.selector is immutable")));
    }
    return schema;
  }

  private Map<String, Object> of(Type type) {
    if (type instanceof ParameterizedType parameterized) {
      Type[] arguments = parameterized.getActualTypeArguments();
      if (parameterized.getRawType() == List.class) {
        return Trees.object("type", "array", "items", of(arguments[0]));
      }
      return arguments[1] == JsonObject.class
          ? of(JsonObject.class)
          : Trees.object("type", "object", "additionalProperties", of(arguments[1]));
    }
    Class<?> target = (Class<?>) type;
    if (target == String.class || target.isEnum()) {
      return text();
    }
    if (target == boolean.class || target == Boolean.class) {
      return Trees.object("type", "boolean");
    }
    if (target == int.class || target == Integer.class) {
      return Trees.object("type", "integer", "format", "int32");
    }
    if (target == long.class || target == Long.class) {
      return Trees.object("type", "integer", "format", "int64");
    }
    if (target == Instant.class) {
      return text("format", "date-time");
    }
    if (target == IntOrString.class) {
      return Trees.object("x-kubernetes-int-or-string", true);
    }
    if (target == JsonObject.class) {
      Map<String, Object> schema = Trees.object("type", "object");
      schema.putAll(anything());
      return schema;
    }
    return record(target);
  }

  static Map<String, Object> labelsAndAnnotations() {
    Map<String, Object> strings = Trees.object("type", "object", "additionalProperties", text());
    return Trees.object(
        "type", "object", "properties", Trees.object("annotations", strings, "labels", strings));
  }

  static Map<String, Object> anything() {
    return Trees.object("x-kubernetes-preserve-unknown-fields", true);
  }

  private static Map<String, Object> text(Object... more) {
    Map<String, Object> schema = Trees.object("type", "string");
    schema.putAll(Trees.object(more));
    return schema;
  }

  private static String key(Class<?> type, String field) {
    return type.getName() + "." + field;
  }
}
