package dev.rollouts.engine.experiment;

import dev.rollouts.api.LabelSelector;
import dev.rollouts.api.ObjectMeta;
import dev.rollouts.api.experiment.Experiment;
import dev.rollouts.api.experiment.ExperimentTemplate;
import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.api.rollout.ServiceRef;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.engine.cluster.ReplicaSet;
import dev.rollouts.engine.cluster.Service;
import dev.rollouts.engine.hash.PodTemplateHash;
import dev.rollouts.engine.rollout.children.Owners;
import dev.rollouts.engine.rollout.children.PodTemplates;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The ReplicaSet and the Service of a template. Rules E-010, E-013, E-081. */
final class Manifests {
  private Manifests() {}

  /** Name of the ReplicaSet; a collision is part of it. */
  static String name(
      Experiment experiment, ExperimentTemplate template, @Nullable Integer collisionCount) {
    String name = experiment.metadata().name() + "-" + template.name();
    return collisionCount == null ? name : name + "-" + collisionCount;
  }

  /**
   * The ReplicaSet of a template, without pods. Its hash takes the place of one in the template.
   */
  static ReplicaSet replicaSet(
      Experiment experiment, ExperimentTemplate template, @Nullable Integer collisionCount) {
    String hash = PodTemplateHash.of(template.template(), collisionCount);
    JsonObject pods =
        PodTemplates.withMetadata(
            template.template(), Map.of(RolloutKeys.POD_TEMPLATE_HASH, hash), Map.of());
    LabelSelector selector =
        template.selector() == null ? LabelSelector.of(Map.of()) : template.selector();
    return new ReplicaSet(
        metadata(
            experiment,
            template,
            name(experiment, template, collisionCount),
            PodTemplates.labels(pods)),
        0,
        template.minReadySeconds(),
        selector.with(RolloutKeys.POD_TEMPLATE_HASH, hash),
        pods,
        ReplicaSet.Status.empty());
  }

  /** The Service of a template; empty where its pods have no ports or it wants none. */
  static Optional<Service> service(
      Experiment experiment, ExperimentTemplate template, ReplicaSet replicaSet) {
    List<JsonObject> ports = ports(replicaSet.template());
    ServiceRef wanted = template.service();
    if (wanted == null || ports.isEmpty()) {
      return Optional.empty();
    }
    String name = wanted.name().isEmpty() ? replicaSet.name() : wanted.name();
    return Optional.of(
        new Service(
            metadata(experiment, template, name, Map.of()), replicaSet.metadata().labels(), ports));
  }

  private static ObjectMeta metadata(
      Experiment experiment, ExperimentTemplate template, String name, Map<String, String> labels) {
    return Owners.child(
        experiment,
        name,
        labels,
        Map.of(
            RolloutKeys.EXPERIMENT_NAME,
            experiment.metadata().name(),
            RolloutKeys.EXPERIMENT_TEMPLATE,
            template.name()));
  }

  /** One port for each that a container declares. */
  private static List<JsonObject> ports(JsonObject template) {
    List<Map<?, ?>> declared = new ArrayList<>();
    for (Map<?, ?> container : maps(template.at("spec", "containers"))) {
      for (Map<?, ?> port : maps(container.get("ports"))) {
        if (port.get("containerPort") instanceof Number) {
          declared.add(port);
        }
      }
    }
    return declared.stream().map(port -> port(port, declared.size() > 1)).toList();
  }

  /** Of several ports each needs a name, which container ports do not. */
  private static JsonObject port(Map<?, ?> declared, boolean oneOfSeveral) {
    Object number = declared.get("containerPort");
    Map<String, @Nullable Object> port = new LinkedHashMap<>();
    if (declared.get("name") instanceof String name && !name.isEmpty()) {
      port.put("name", name);
    } else if (oneOfSeveral) {
      Object protocol = declared.get("protocol");
      port.put(
          "name",
          (protocol == null ? "tcp" : String.valueOf(protocol).toLowerCase(Locale.ROOT))
              + "-"
              + number);
    }
    if (declared.get("protocol") instanceof String protocol) {
      port.put("protocol", protocol);
    }
    port.put("port", number);
    port.put("targetPort", number);
    return JsonObject.of(port);
  }

  private static List<Map<?, ?>> maps(@Nullable Object tree) {
    List<Map<?, ?>> maps = new ArrayList<>();
    if (tree instanceof List<?> list) {
      for (Object each : list) {
        if (each instanceof Map<?, ?> map) {
          maps.add(map);
        }
      }
    }
    return maps;
  }
}
