package dev.rollouts.cli.plugin.view;

import dev.rollouts.cli.kube.KubeObject;
import java.util.List;

/**
 * How a pod is, in a word, as kubectl tells it (K §4.6).
 *
 * @param containers that it has, without those of its start
 */
record PodStatus(String word, int ready, int containers, long restarts) {
  static PodStatus of(KubeObject pod) {
    String reason = pod.text("status", "reason");
    String word = reason.isEmpty() ? pod.text("status", "phase") : reason;
    long restarts = 0;
    int ready = 0;
    String starting = starting(pod);
    List<KubeObject> statuses = pod.children("status", "containerStatuses");
    if (starting.isEmpty()) {
      boolean running = false;
      for (int i = statuses.size() - 1; i >= 0; i--) {
        KubeObject each = statuses.get(i);
        restarts += each.number("restartCount");
        String trouble = trouble(each, "");
        if (!trouble.isEmpty()) {
          word = trouble;
        } else if (each.flag("ready") && each.has("state", "running")) {
          running = true;
          ready++;
        }
      }
      if (word.equals("Completed") && running) {
        word = "Running";
      }
    } else {
      word = starting;
      for (KubeObject each : pod.children("status", "initContainerStatuses")) {
        restarts += each.number("restartCount");
      }
    }
    if (pod.has("metadata", "deletionTimestamp")) {
      word = reason.equals("NodeLost") ? "Unknown" : "Terminating";
    }
    return new PodStatus(word, ready, pod.children("spec", "containers").size(), restarts);
  }

  /** What the first init container that is not through is at; empty when all are. */
  private static String starting(KubeObject pod) {
    List<KubeObject> specs = pod.children("spec", "initContainers");
    List<KubeObject> statuses = pod.children("status", "initContainerStatuses");
    for (int i = 0; i < statuses.size(); i++) {
      KubeObject each = statuses.get(i);
      if (each.has("state", "terminated") && each.number("state", "terminated", "exitCode") == 0) {
        continue;
      }
      String name = each.text("name");
      boolean sidecar =
          specs.stream()
              .anyMatch(
                  spec ->
                      spec.text("name").equals(name)
                          && spec.text("restartPolicy").equals("Always"));
      if (sidecar && each.flag("started")) {
        if (each.flag("ready")) {
          continue;
        }
        return "";
      }
      String trouble = trouble(each, "PodInitializing");
      return trouble.isEmpty() ? "Init:" + i + "/" + specs.size() : "Init:" + trouble;
    }
    return "";
  }

  /** Why a container waits or has ended; empty when it runs. */
  private static String trouble(KubeObject status, String unless) {
    if (status.has("state", "terminated")) {
      KubeObject ended = status.child("state", "terminated");
      if (!ended.text("reason").isEmpty()) {
        return ended.text("reason");
      }
      return ended.number("signal") != 0
          ? "Signal:" + ended.number("signal")
          : "ExitCode:" + ended.number("exitCode");
    }
    String waiting = status.text("state", "waiting", "reason");
    return waiting.equals(unless) ? "" : waiting;
  }

  String info() {
    return "ready:" + ready + "/" + containers + (restarts > 0 ? ",restarts:" + restarts : "");
  }
}
