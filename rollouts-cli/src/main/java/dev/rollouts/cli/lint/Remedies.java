package dev.rollouts.cli.lint;

import java.util.LinkedHashMap;
import java.util.Map;

/** What to do about what validation refuses. */
final class Remedies {
  private static final Map<String, String> BY_WORDS = new LinkedHashMap<>();

  static {
    put(
        "missing field '.spec.selector'",
        "add spec.selector.matchLabels with labels of the template");
    put("empty selector is invalid", "add matchLabels with labels of the template");
    put("template must be empty", "remove spec.template, or spec.workloadRef");
    put("`selector` does not match", "give the template the labels that spec.selector asks for");
    put(
        "must be greater than minReadySeconds",
        "raise progressDeadlineSeconds, which is 600 by default");
    put(".spec.strategy.canary or", "add strategy.canary or strategy.blueGreen");
    put("Multiple Strategies", "keep one of them");
    put("the same service", "name two Services");
    put("scale down limit", "raise revisionHistoryLimit, or lower scaleDownDelayRevisionLimit");
    put("MaxSurge and MaxUnavailable", "raise one of them; pods cannot be replaced otherwise");
    put("Ping-pong feature works", "remove pingPong, or route with alb, istio or a plugin");
    put("Ping service and Pong", "name two Services");
    put("Root service field", "add the Service that the Ingress leads to");
    put("Canary service and Stable", "add the name of a Service");
    put("can only be used with traffic routing", "remove it, or add trafficRouting");
    put("cannot be used with scaleDownDelaySeconds", "remove one of the two");
    put("maxTrafficWeight in traffic", "remove it: weights are percent");
    put("[]: Step must have one", "add one action; pause: {} waits for a person");
    put("Step must have one", "write one action a step; setWeight and pause are two steps");
    put(
        "Duration needs to be",
        "write seconds, or a duration such as 10m or 1h30m; pause: {} waits for a person");
    put("SetCanaryScale requires", "add trafficRouting, or use setWeight");
    put("SetHeaderRoute requires", "remove the step, or route with istio, alb or apisix");
    put("SetMirrorRoute requires", "remove the step, or route with istio");
    put("StringMatch", "write one of exact, prefix and regex");
    put("ALB supports 'exact'", "write exact alone");
    put("trafficRouting.managedRoutes'", "list the routes that steps make, in order of precedence");
    put("route that does not exist", "add its name to trafficRouting.managedRoutes");
    put(
        "Experiment template weight",
        "remove the weight, or route with smi, alb, istio or a plugin");
    put("supported by downwardAPI", "write metadata.name, or metadata.labels['key']");
    put("AntiAffinity must have", "keep one of the two alternatives");
    put("Both are configured", "keep one of the two fields");
    put("Neither are configured", "add one of the two fields");
    put("VirtualService or VirtualServices", "write one of the two fields");
    put("at least one mapping", "name the Mapping that leads to the stable Service");
    put("must provide virtual-service", "name the VirtualService");
    put(
        "has unmatch label",
        "remove the label from the Service's selector, or add it to the template");
    put("managed by another Rollout", "give each rollout Services of its own");
    put("has no rules using service", "let a rule of the Ingress lead to that Service");
    put("can not define weight", "remove spec.weight from the Mapping; the rollout sets it");
    put("not found in route", "add a destination with that Service as host");
    put("must have exactly one route", "name the route that the rollout may change, under routes");
    put(
        "Unable to get any of the HTTP",
        "add a route to the VirtualService under http, tls or tcp");
    put("Route '", "name a route that the VirtualService has, or add it there");
    put("No routes defined for AppMesh", "add spec.routes to the VirtualRouter");
    put("not a valid selector operator", "write In, NotIn, Exists or DoesNotExist");
    put("must be a string", "put it in quotes");
    put("runs indefinitely", "add a count to the metric, or run it in the background");
    put("was not resolved", "supply it under args");
    put("missing analysis arguments", "supply the template's arguments under args");
    put("has repeated template name", "give each template another name");
    put("has empty template name", "add a name");
    put("MinReadySeconds cannot", "raise progressDeadlineSeconds, or lower minReadySeconds");
    put("Templates[", "add a selector with labels of the template");
    put("selecting all pods", "add matchLabels with labels of the template");
    put("must be less than or equal to", "raise the limit, or lower the request");
    put("quantities must match", "write an amount such as 500m, 1 or 256Mi");
    put(
        "must be a standard resource",
        "write cpu, memory or ephemeral-storage, or a name with a domain");
    put("lowercase RFC 1123 label", "write lower-case letters, digits and -");
    put("Required value", "add it");
    put("Not found", "declare it under spec.template.spec.volumes");
  }

  private Remedies() {}

  private static void put(String words, String remedy) {
    BY_WORDS.put(words, remedy);
  }

  /** The remedy for a message; empty when the message says it all. */
  static String of(String message) {
    return BY_WORDS.entrySet().stream()
        .filter(each -> message.contains(each.getKey()))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse("");
  }
}
