package dev.rollouts.engine.explain;

import dev.rollouts.api.ObjectMeta;

/** The commands that users know, with names that may be pasted into a shell. */
final class Commands {
  private final String name;
  private final String where;

  Commands(ObjectMeta metadata) {
    this.name = safe(metadata.name(), "NAME");
    this.where = metadata.namespace().isEmpty() ? "" : " -n " + safe(metadata.namespace(), "NS");
  }

  /** A name as Kubernetes allows it, or a placeholder. */
  private static String safe(String text, String placeholder) {
    return text.matches("[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?") ? text : placeholder;
  }

  String plugin(String verb) {
    return "kubectl argo rollouts " + verb + " " + name + where;
  }

  String promote() {
    return plugin("promote");
  }

  String promoteFull() {
    return plugin("promote") + " --full";
  }

  String abort() {
    return plugin("abort");
  }

  String retry() {
    return plugin("retry rollout");
  }

  String undo() {
    return plugin("undo");
  }

  String setImage() {
    return "kubectl argo rollouts set image " + name + where + " CONTAINER=IMAGE";
  }

  String edit() {
    return "kubectl edit rollout " + name + where;
  }

  /** Another object of the namespace. */
  String kubectl(String verb, String kind, String other) {
    return "kubectl " + verb + " " + kind + " " + safe(other, "NAME") + where;
  }

  String logs(String pod, String container, boolean previous) {
    return "kubectl logs "
        + safe(pod, "POD")
        + (container.isEmpty() ? "" : " -c " + safe(container, "CONTAINER"))
        + where
        + (previous ? " --previous" : "");
  }

  String get(String kinds) {
    return "kubectl get " + kinds + where;
  }

  String controllerLogs() {
    return "kubectl logs deployment/argo-rollouts -n argo-rollouts";
  }
}
