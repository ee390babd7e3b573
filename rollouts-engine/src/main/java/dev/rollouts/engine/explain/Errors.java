package dev.rollouts.engine.explain;

/** Which situation an error text tells of, whoever wrote it. */
final class Errors {
  private Errors() {}

  static Situation classify(String text) {
    if (text.contains("is managed by another Rollout")) {
      return Situation.SERVICE_MANAGED_BY_ANOTHER;
    }
    if (text.contains("has unmatch label")) {
      return Situation.SERVICE_SELECTOR_MISMATCH;
    }
    if (text.contains("does not match template") || text.contains("`selector` does not match")) {
      return Situation.SELECTOR_MISMATCH;
    }
    if (text.contains("failed to resolve {{args.")
        || text.contains("missing analysis arguments")
        || text.contains("was not resolved")
        || text.contains("was not supplied")) {
      return Situation.ARGUMENT_UNRESOLVED;
    }
    if (text.contains("Istio VirtualService has invalid")) {
      return Situation.VIRTUAL_SERVICE_UNUSABLE;
    }
    if (text.contains("not found")) {
      return absent(text);
    }
    if (text.contains("spec.workloadRef")
        || text.contains("workload of type")
        || text.contains("has no label selector")) {
      return Situation.WORKLOAD_MISSING;
    }
    if (text.contains("trafficRouting") || text.contains("VirtualService")) {
      return text.contains("istio") || text.contains("VirtualService")
          ? Situation.VIRTUAL_SERVICE_UNUSABLE
          : text.contains("ngress") ? Situation.INGRESS_UNUSABLE : Situation.INVALID_SPEC;
    }
    return text.contains("AnalysisTemplate")
        ? Situation.ANALYSIS_TEMPLATE_UNUSABLE
        : Situation.INVALID_SPEC;
  }

  private static Situation absent(String text) {
    if (text.contains("AnalysisTemplate")) {
      return Situation.ANALYSIS_TEMPLATE_MISSING;
    }
    if (text.contains("virtualservices.networking.istio.io")) {
      return Situation.VIRTUAL_SERVICE_MISSING;
    }
    if (text.contains("ingress")) {
      return Situation.INGRESS_MISSING;
    }
    if (text.contains("service \"") || text.contains("services \"")) {
      return Situation.SERVICE_MISSING;
    }
    if (text.contains("deployments.apps")
        || text.contains("replicasets.apps")
        || text.contains("podtemplates")) {
      return Situation.WORKLOAD_MISSING;
    }
    return Situation.ROUTER_OBJECT_MISSING;
  }
}
