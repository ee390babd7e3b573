package dev.rollouts.engine.traffic;

import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.engine.Event;
import dev.rollouts.engine.cluster.ClusterAnswer;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.cluster.Service;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether the pods behind a Service are registered with its target groups, from what AWS reports of
 * these. The calls are the shell's: it asks {@link #targetGroups} what to look up and hands the
 * findings to {@link #verify}. Pure and thread-safe. Spec:
 * docs/spec/traffic-routing.md#aws-alb-verification.
 */
public final class AlbTargets {
  private AlbTargets() {}

  /** An address that a target group sends requests to. */
  public record Target(String ip, int port) {}

  /**
   * What AWS says of a target group.
   *
   * @param error why AWS did not answer; null when it did
   */
  public record Registered(Set<Target> targets, @Nullable String error) {
    public Registered {
      targets = Set.copyOf(targets);
    }
  }

  /**
   * ARNs of the target groups to look up; empty when nothing needs to be verified.
   *
   * @param bindings the TargetGroupBindings of the Service's namespace
   */
  public static List<String> targetGroups(Service service, List<JsonObject> bindings) {
    return bindings.stream()
        .filter(binding -> port(service, binding) != null)
        .map(binding -> text(binding.at("spec", "targetGroupARN")))
        .distinct()
        .toList();
  }

  /**
   * The answer to a question about targets: verified when every ready address of the Service is
   * registered with each of its target groups; their health is no matter. The first target group
   * that lacks one ends the look; one whose port has a name without a number is left out.
   *
   * @param endpoints of the Service; null when there are none
   * @param registered by target group ARN
   */
  public static ClusterAnswer.TargetsVerified verify(
      ClusterEffect.VerifyTargets asked,
      Service service,
      @Nullable JsonObject endpoints,
      List<JsonObject> bindings,
      Map<String, Registered> registered) {
    List<Event> events = new ArrayList<>();
    for (JsonObject binding : bindings) {
      JsonObject port = port(service, binding);
      if (port == null) {
        continue;
      }
      String arn = text(binding.at("spec", "targetGroupARN"));
      String who = "Service %s (TargetGroup %s)".formatted(service.name(), arn);
      Registered group = registered.get(arn);
      String error = group == null ? "it was not looked up" : group.error();
      if (group == null || error != null) {
        events.add(
            Event.warning(
                "TargetGroupVerifyError", "Failed to verify %s: %s".formatted(who, error)));
        return answer(asked, false, events, error);
      }
      List<Target> wanted = addresses(endpoints, port);
      if (wanted.isEmpty() && port.at("targetPort") instanceof String) {
        continue;
      }
      long found = wanted.stream().filter(group.targets()::contains).count();
      if (found < wanted.size()) {
        events.add(
            Event.warning(
                "TargetGroupUnverified",
                "%s not verified: %d/%d endpoints registered"
                    .formatted(who, found, wanted.size())));
        return answer(asked, false, events, null);
      }
      events.add(
          Event.normal(
              "TargetGroupVerified", "%s verified: %d endpoints registered".formatted(who, found)));
    }
    return answer(asked, true, events, null);
  }

  private static ClusterAnswer.TargetsVerified answer(
      ClusterEffect.VerifyTargets asked,
      boolean verified,
      List<Event> events,
      @Nullable String error) {
    return new ClusterAnswer.TargetsVerified(
        asked.service(), asked.podTemplateHash(), verified, events, error);
  }

  /** The port of the Service that a binding is about; null when it is about none, or not by IP. */
  private static @Nullable JsonObject port(Service service, JsonObject binding) {
    if (!"ip".equals(binding.at("spec", "targetType"))
        || !service.name().equals(binding.at("spec", "serviceRef", "name"))) {
      return null;
    }
    Object wanted = binding.at("spec", "serviceRef", "port");
    for (JsonObject port : service.ports()) {
      if (wanted != null
          && (LiveNode.sameJson(wanted, port.at("port")) || wanted.equals(port.at("name")))) {
        return port;
      }
    }
    return null;
  }

  /** Every ready address, with the number that the port has there. */
  private static List<Target> addresses(@Nullable JsonObject endpoints, JsonObject port) {
    List<Target> targets = new ArrayList<>();
    Object subsets = endpoints == null ? null : endpoints.at("subsets");
    for (JsonObject subset : objects(subsets)) {
      Integer number = number(port, subset);
      for (JsonObject address : objects(subset.at("addresses"))) {
        if (number != null) {
          targets.add(new Target(text(address.at("ip")), number));
        }
      }
    }
    return targets;
  }

  /** A target port with a name has its number in the Endpoints, under the name of the port. */
  private static @Nullable Integer number(JsonObject port, JsonObject subset) {
    Object target = port.at("targetPort");
    if (target instanceof Number number) {
      return number.intValue();
    }
    if (target == null) {
      return port.at("port") instanceof Number number ? number.intValue() : null;
    }
    for (JsonObject each : objects(subset.at("ports"))) {
      if (text(each.at("name")).equals(text(port.at("name")))
          && each.at("port") instanceof Number number) {
        return number.intValue();
      }
    }
    return null;
  }

  private static List<JsonObject> objects(@Nullable Object list) {
    List<JsonObject> objects = new ArrayList<>();
    if (list instanceof List<?> elements) {
      for (Object element : elements) {
        if (element instanceof Map<?, ?> map) {
          Map<String, @Nullable Object> fields = new LinkedHashMap<>();
          map.forEach((key, value) -> fields.put(String.valueOf(key), value));
          objects.add(JsonObject.of(fields));
        }
      }
    }
    return objects;
  }

  private static String text(@Nullable Object value) {
    return value instanceof String text ? text : "";
  }
}
