package dev.rollouts.engine.explain;

import dev.rollouts.api.ObjectMeta;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.engine.cluster.ClusterObjects;
import dev.rollouts.engine.explain.text.Words;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Why a pod is not available, as far as it says so itself.
 *
 * @param container the one to blame; empty when it is none
 * @param text a sentence without its full stop
 * @param until when it ends by itself; null when it does not
 */
record PodTrouble(
    Situation situation, String pod, String container, String text, @Nullable Instant until) {
  private static final Set<String> IMAGE =
      Set.of(
          "ErrImagePull",
          "ImagePullBackOff",
          "InvalidImageName",
          "ErrImageNeverPull",
          "ImageInspectError",
          "RegistryUnavailable");
  private static final Set<String> CONFIGURATION =
      Set.of("CreateContainerConfigError", "CreateContainerError", "RunContainerError");

  /** What is wrong with a pod; empty when it is available. */
  static Optional<PodTrouble> of(JsonObject pod, int minReadySeconds, Instant now) {
    ObjectMeta metadata = ClusterObjects.metadata(pod);
    String name = metadata.name();
    if (metadata.deletionTimestamp() != null) {
      return trouble(
          Situation.OLD_PODS_TERMINATING, name, "", "it is being deleted and has not ended yet");
    }
    String phase = ObjectTrees.text(pod.at("status", "phase"));
    if (phase.equals("Failed")) {
      String why = ObjectTrees.text(pod.at("status", "reason"));
      String message = ObjectTrees.text(pod.at("status", "message"));
      return trouble(Situation.POD_FAILED, name, "", "it failed" + colon(why) + colon(message));
    }
    Optional<PodTrouble> unplaced = unscheduled(pod, name);
    if (unplaced.isPresent()) {
      return unplaced;
    }
    for (String field : List.of("initContainerStatuses", "containerStatuses")) {
      boolean init = field.startsWith("init");
      for (JsonObject each : ObjectTrees.list(pod.at("status", field))) {
        Optional<PodTrouble> found = container(name, each, init);
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return readiness(pod, name, minReadySeconds, now);
  }

  private static Optional<PodTrouble> trouble(
      Situation situation, String pod, String container, String text) {
    return Optional.of(new PodTrouble(situation, pod, container, text, null));
  }

  private static String colon(String text) {
    return text.isEmpty() ? "" : ": " + Words.shown(text);
  }

  private static Optional<PodTrouble> unscheduled(JsonObject pod, String name) {
    return ObjectTrees.condition(pod, "PodScheduled")
        .filter(each -> "False".equals(each.at("status")))
        .flatMap(
            each ->
                trouble(
                    Situation.UNSCHEDULABLE,
                    name,
                    "",
                    "no node takes it" + colon(ObjectTrees.text(each.at("message")))));
  }

  private static Optional<PodTrouble> container(String pod, JsonObject status, boolean init) {
    String name = ObjectTrees.text(status.at("name"));
    String what = (init ? "init container " : "container ") + Words.shown(name);
    JsonObject waiting = ObjectTrees.object(status.at("state", "waiting"));
    JsonObject ended = ObjectTrees.object(status.at("state", "terminated"));
    JsonObject last = ObjectTrees.object(status.at("lastState", "terminated"));
    String reason = ObjectTrees.text(waiting.at("reason"));
    String message = ObjectTrees.text(waiting.at("message"));
    if (IMAGE.contains(reason)) {
      String image = ObjectTrees.text(status.at("image"));
      return trouble(
          Situation.IMAGE_PULL_ERROR,
          pod,
          name,
          "%s cannot get its image%s: %s%s"
              .formatted(
                  what, image.isEmpty() ? "" : " " + Words.quoted(image), reason, colon(message)));
    }
    if (CONFIGURATION.contains(reason)) {
      return trouble(
          Situation.CONTAINER_CONFIG_ERROR,
          pod,
          name,
          "%s cannot be started: %s%s".formatted(what, reason, colon(message)));
    }
    boolean failing = !ended.fields().isEmpty() && ObjectTrees.number(ended.at("exitCode"), 0) != 0;
    if (reason.equals("CrashLoopBackOff") || failing) {
      return crashed(pod, name, what, status, failing ? ended : last);
    }
    boolean done = !ended.fields().isEmpty();
    if (init && !done && !ObjectTrees.isTrue(status.at("ready"))) {
      boolean running = status.at("state", "running") != null;
      return trouble(
          Situation.INIT_CONTAINER,
          pod,
          name,
          what + (running ? " has not finished yet" : " has not started yet" + colon(reason)));
    }
    if (!init && reason.equals("ContainerCreating")) {
      return trouble(
          Situation.CONTAINER_CREATING,
          pod,
          name,
          what + " is being created: image, volumes or network are not there yet");
    }
    return Optional.empty();
  }

  private static Optional<PodTrouble> crashed(
      String pod, String name, String what, JsonObject status, JsonObject end) {
    String reason = ObjectTrees.text(end.at("reason"));
    int restarts = ObjectTrees.number(status.at("restartCount"), 0);
    String times = restarts == 0 ? "" : ", " + Words.many(restarts, "restart") + " so far";
    if (reason.equals("OOMKilled")) {
      return trouble(
          Situation.OUT_OF_MEMORY,
          pod,
          name,
          what + " was killed as it used more memory than its limit" + times);
    }
    String code =
        end.at("exitCode") == null
            ? ""
            : ", the last time with exit code " + ObjectTrees.number(end.at("exitCode"), 0);
    return trouble(
        Situation.CRASH_LOOP,
        pod,
        name,
        what + " ends again and again" + code + times + colon(ObjectTrees.text(end.at("message"))));
  }

  private static Optional<PodTrouble> readiness(
      JsonObject pod, String name, int minReadySeconds, Instant now) {
    JsonObject ready = ObjectTrees.condition(pod, "Ready").orElse(JsonObject.empty());
    if (!"True".equals(ready.at("status"))) {
      return gate(pod, name).or(() -> probe(pod, name));
    }
    Instant since = ObjectTrees.time(ready.at("lastTransitionTime")).orElse(null);
    if (since == null || minReadySeconds <= 0) {
      return Optional.empty();
    }
    Instant until = since.plusSeconds(minReadySeconds);
    return until.isAfter(now)
        ? Optional.of(
            new PodTrouble(
                Situation.MIN_READY_SECONDS,
                name,
                "",
                "it is ready since %s and counts as available after %ds"
                    .formatted(Words.time(since, now), minReadySeconds),
                until))
        : Optional.empty();
  }

  private static Optional<PodTrouble> gate(JsonObject pod, String name) {
    for (JsonObject each : ObjectTrees.list(pod.at("spec", "readinessGates"))) {
      String type = ObjectTrees.text(each.at("conditionType"));
      boolean met =
          ObjectTrees.condition(pod, type)
              .filter(condition -> "True".equals(condition.at("status")))
              .isPresent();
      boolean containers =
          ObjectTrees.condition(pod, "ContainersReady")
              .filter(condition -> "True".equals(condition.at("status")))
              .isPresent();
      if (!met && containers) {
        return trouble(
            Situation.READINESS_GATE,
            name,
            "",
            "its containers are ready, its readiness gate %s is not".formatted(Words.quoted(type)));
      }
    }
    return Optional.empty();
  }

  private static Optional<PodTrouble> probe(JsonObject pod, String name) {
    List<String> unready = new ArrayList<>();
    for (JsonObject each : ObjectTrees.list(pod.at("status", "containerStatuses"))) {
      if (!ObjectTrees.isTrue(each.at("ready"))) {
        unready.add(ObjectTrees.text(each.at("name")));
      }
    }
    if (unready.isEmpty()) {
      return Optional.empty();
    }
    String shown = String.join(", ", unready.stream().map(Words::shown).toList());
    return trouble(
        Situation.READINESS_PROBE,
        name,
        unready.get(0),
        "container %s runs and is not ready: its readiness probe has not succeeded"
            .formatted(shown));
  }
}
