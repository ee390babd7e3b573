package dev.rollouts.simulation.cluster;

import dev.rollouts.api.ObjectMeta;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.engine.cluster.ReplicaSet;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A ReplicaSet as the API shows it, with the pods that it really has. */
final class LiveReplicaSet {
  ReplicaSet value;
  final String owner;
  final String hash;
  final List<LivePod> pods = new ArrayList<>();
  VersionModel model;
  Map<String, String> podLabels;

  /** Pods that are ready, and available, now; the status lags behind. */
  int ready;

  int available;
  boolean syncPlanned;
  boolean gone;

  /** Requests since the start. */
  double served;

  double failed;

  LiveReplicaSet(ReplicaSet value, VersionModel model) {
    this.value = value;
    this.owner = value.metadata().controllerUid();
    this.hash = value.hash();
    this.model = model;
    this.podLabels = labels(value.template());
  }

  static Map<String, String> labels(JsonObject template) {
    return texts(template.at("metadata", "labels"));
  }

  static Map<String, String> texts(@org.jspecify.annotations.Nullable Object tree) {
    Map<String, String> texts = new LinkedHashMap<>();
    if (tree instanceof Map<?, ?> map) {
      map.forEach((key, value) -> texts.put(String.valueOf(key), String.valueOf(value)));
    }
    return texts;
  }

  /** The image of the first container; empty when there is none. */
  static String image(JsonObject template) {
    return template.at("spec", "containers") instanceof List<?> containers
            && !containers.isEmpty()
            && containers.get(0) instanceof Map<?, ?> first
            && first.get("image") instanceof String image
        ? image
        : "";
  }

  ObjectMeta meta() {
    return value.metadata();
  }
}
