package dev.rollouts.engine.explain;

import dev.rollouts.api.Condition;
import dev.rollouts.api.rollout.TrafficWeights;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.engine.explain.text.Words;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;

/** Turns that cannot be finished: the cluster, a router or a template stands in the way. */
final class Refused {
  private static final String CREATE_ERROR = "ReplicaSetCreateError";
  private static final String ROUTING_ERROR = "TrafficRoutingError";

  private final RolloutScene scene;

  Refused(RolloutScene scene) {
    this.scene = scene;
  }

  /** The new version's ReplicaSet, which the cluster does not accept; the spec stays unobserved. */
  Optional<Finding> replicaSet() {
    return scene
        .condition(RolloutScene.PROGRESSING)
        .filter(each -> each.reason().equals(CREATE_ERROR))
        .map(this::replicaSet);
  }

  Optional<Finding> find() {
    Optional<String> error = scene.decision.error("R-019");
    if (error.isPresent()) {
      return Optional.of(failed(error.get()));
    }
    return event().map(this::told).or(this::unverified);
  }

  private Finding replicaSet(Condition condition) {
    boolean quota = condition.message().contains("exceeded quota");
    Finding finding =
        Finding.of(
                quota ? Situation.QUOTA_EXCEEDED : Situation.REPLICA_SET_REFUSED,
                "the cluster refuses to create the ReplicaSet of the new version")
            .why(Words.shown(condition.message()), "R-036")
            .why("tried again and again since " + scene.ago(condition.lastUpdateTime()), "R-036")
            .awaits("the cluster to accept it; it is tried again by itself", "R-036");
    return quota
        ? finding.act("see what the namespace allows", scene.commands.get("resourcequota"))
        : finding.act("mend what the message names", scene.commands.edit());
  }

  /** The engine, asked on these objects, cannot go on. */
  private Finding failed(String error) {
    Situation what = Errors.classify(error);
    boolean routing =
        what == Situation.INVALID_SPEC
            || what == Situation.VIRTUAL_SERVICE_UNUSABLE
            || what == Situation.INGRESS_UNUSABLE;
    return troubled(routing ? Situation.TRAFFIC_ROUTING_ERROR : what, error)
        .why("nothing after that is done in this turn, and the turn is tried again", "R-019");
  }

  private Finding troubled(Situation situation, String error) {
    String what =
        switch (situation) {
          case TRAFFIC_ROUTING_ERROR -> "its traffic cannot be routed";
          case ROUTER_OBJECT_MISSING, VIRTUAL_SERVICE_MISSING, INGRESS_MISSING ->
              "its traffic cannot be routed, as an object does not exist";
          case SERVICE_MISSING -> "a Service that it names does not exist";
          case ANALYSIS_TEMPLATE_MISSING -> "an analysis template that it names does not exist";
          default -> "its analysis cannot be started";
        };
    Finding finding =
        Finding.of(situation, "%s stands%s: %s".formatted(scene.newVersion(), scene.where(), what));
    if (!scene.isFullyPromoted()) {
      finding.act("take the update back", scene.commands.abort());
    }
    return finding
        .why(Words.shown(error), situation == Situation.TRAFFIC_ROUTING_ERROR ? "R-129" : "R-019")
        .awaits("the object that is named to be put right; it is tried again by itself", "R-521")
        .act("mend what the message names", scene.commands.edit());
  }

  // --- what the controller told in events, where these are given ---

  private Optional<JsonObject> event() {
    return scene.all("Event").stream()
        .filter(each -> "Rollout".equals(each.at("involvedObject", "kind")))
        .filter(each -> scene.rollout.metadata().name().equals(each.at("involvedObject", "name")))
        .filter(each -> at(each).isAfter(scene.now.minusSeconds(600)))
        .max(Comparator.comparing(Refused::at))
        .filter(each -> ROUTING_ERROR.equals(each.at("reason")));
  }

  private static Instant at(JsonObject event) {
    return ObjectTrees.time(event.at("lastTimestamp")).orElse(Instant.EPOCH);
  }

  private Finding told(JsonObject event) {
    return troubled(Situation.TRAFFIC_ROUTING_ERROR, ObjectTrees.text(event.at("message")))
        .why("the last event about it, of " + scene.ago(at(event)), "R-129");
  }

  // --- weights ---

  private Optional<Finding> unverified() {
    TrafficWeights weights = scene.status.canary().weights();
    if (weights == null
        || !Boolean.FALSE.equals(weights.verified())
        || scene.isFullyPromoted()
        || scene.status.abort()) {
      return Optional.empty();
    }
    return Optional.of(
        Finding.of(
                Situation.WEIGHT_NOT_VERIFIED,
                "%s stands%s until the load balancer confirms the weight of %d"
                    .formatted(scene.newVersion(), scene.where(), weights.canary().weight()))
            .why(
                "status.canary.weights.verified is false: the weight was sent and is not in force",
                "R-133")
            .awaits("the load balancer; asked again every 10s", "R-133")
            .act(
                "see what the controller of the load balancer says about the Ingress",
                scene.commands.get("ingress,targetgroupbindings"))
            .act("or take the update back", scene.commands.abort()));
  }
}
