package dev.rollouts.engine.explain;

import dev.rollouts.api.Condition;
import dev.rollouts.engine.explain.text.Words;
import java.util.Optional;

/** Specs that cannot be used: everything is frozen until they can. */
final class InvalidSpecs {
  private static final String IS_INVALID = "is invalid: ";

  private final RolloutScene scene;

  InvalidSpecs(RolloutScene scene) {
    this.scene = scene;
  }

  Optional<Finding> find() {
    Condition condition =
        scene.condition(RolloutScene.INVALID_SPEC).filter(Condition::isTrue).orElse(null);
    Optional<String> next = scene.decision.error("R-511");
    if (condition == null) {
      return next.map(
          error ->
              advised(
                  error,
                  finding(
                      error,
                      "the spec, with what it refers to, is not valid; the next decision refuses it")));
    }
    int at = condition.message().indexOf(IS_INVALID);
    String error =
        at < 0 ? condition.message() : condition.message().substring(at + IS_INVALID.length());
    Finding finding = finding(error, "nothing moves as long as the spec is not valid");
    finding.why("refused since " + scene.ago(condition.lastUpdateTime()), "R-511");
    if (scene.decision.decision() != null && next.isEmpty()) {
      finding.why(
          "as the objects stand now, it is valid: the next decision takes the condition back",
          "R-514");
    } else if (next.isPresent() && !next.get().equals(error)) {
      finding.why("as the objects stand now: " + Words.shown(next.get()), "R-511");
    }
    return Optional.of(advised(error, finding));
  }

  private Finding finding(String error, String frozen) {
    Finding finding = Finding.of(Errors.classify(error), summary(error));
    return finding.why(Words.shown(error), "R-510").why(frozen, "R-510");
  }

  private static String summary(String error) {
    return switch (Errors.classify(error)) {
      case SERVICE_MISSING -> "a Service that it names does not exist";
      case SERVICE_MANAGED_BY_ANOTHER -> "a Service that it names belongs to another rollout";
      case SERVICE_SELECTOR_MISMATCH ->
          "a Service that it names selects labels that its pods do not have";
      case SELECTOR_MISMATCH -> "its selector does not match the labels of its own pod template";
      case INGRESS_MISSING -> "an Ingress that it names does not exist";
      case INGRESS_UNUSABLE -> "an Ingress that it names cannot be used";
      case VIRTUAL_SERVICE_MISSING -> "a VirtualService that it names does not exist";
      case VIRTUAL_SERVICE_UNUSABLE -> "a VirtualService that it names cannot be used";
      case ROUTER_OBJECT_MISSING -> "an object that it names does not exist";
      case ANALYSIS_TEMPLATE_MISSING -> "an analysis template that it names does not exist";
      case ANALYSIS_TEMPLATE_UNUSABLE -> "an analysis template that it names cannot be used";
      case ARGUMENT_UNRESOLVED -> "an argument of its analysis has no value";
      case WORKLOAD_MISSING -> "the workload that it takes its pod template from cannot be used";
      default -> "its spec is not valid";
    };
  }

  private Finding advised(String error, Finding finding) {
    finding.awaits(
        "a spec, or an object it names, that is put right; looked at every 20s", "R-512");
    Commands commands = scene.commands;
    switch (finding.situation) {
      case SERVICE_MISSING, INGRESS_MISSING, VIRTUAL_SERVICE_MISSING, ROUTER_OBJECT_MISSING ->
          finding
              .act("create the object in the rollout's namespace", "kubectl apply -f FILE")
              .act("or name the one that exists", commands.edit());
      case ANALYSIS_TEMPLATE_MISSING ->
          finding
              .act("create the template in the rollout's namespace", "kubectl apply -f FILE")
              .act(
                  "or name the one that exists; one of the whole cluster needs clusterScope: true",
                  commands.edit());
      case SERVICE_MANAGED_BY_ANOTHER ->
          finding
              .act("give this rollout Services of its own", commands.edit())
              .act(
                  "or, if the other rollout is gone, remove the annotation"
                      + " argo-rollouts.argoproj.io/managed-by-rollouts from the Service",
                  "");
      case WORKLOAD_MISSING ->
          finding.act("create the workload, or name the one that exists", commands.edit());
      case ARGUMENT_UNRESOLVED, ANALYSIS_TEMPLATE_UNUSABLE ->
          finding
              .act("give the argument a value, or mend the template", commands.edit())
              .act("check rollout and templates together before", "rollouts lint -f FOLDER");
      default ->
          finding
              .act("mend the field that is named", commands.edit())
              .act("check the files before", "rollouts lint -f FOLDER");
    }
    if (error.contains("MaxSurge and MaxUnavailable")) {
      finding.act("let one of maxSurge and maxUnavailable be more than 0");
    }
    return finding;
  }
}
