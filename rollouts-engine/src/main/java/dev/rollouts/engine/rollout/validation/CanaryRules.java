package dev.rollouts.engine.rollout.validation;

import dev.rollouts.api.rollout.CanaryStrategy;
import dev.rollouts.api.rollout.PingPong;
import dev.rollouts.api.rollout.routing.TrafficRouting;
import dev.rollouts.api.wire.IntOrString;
import org.jspecify.annotations.Nullable;

/** What a canary strategy must be: rows 16 to 41. */
final class CanaryRules {
  private static final String SERVICES_REQUIRED =
      "Canary service and Stable service must to be set to use Traffic Routing";
  private static final String PING_PONG_REQUIRED =
      "Ping service and Pong service must to be set to use Ping-Pong feature";

  private final CanaryStrategy canary;
  private final @Nullable TrafficRouting routing;
  private final Place place;
  private final FieldErrors errors;

  CanaryRules(CanaryStrategy canary, Place place, FieldErrors errors) {
    this.canary = canary;
    this.routing = canary.trafficRouting();
    this.place = place;
    this.errors = errors;
  }

  void check() {
    if (isZero(canary.maxSurge()) && isZero(canary.maxUnavailable())) {
      errors.invalid(
          place.key("maxSurge"),
          canary.maxSurge(),
          "MaxSurge and MaxUnavailable both can not be zero");
    }
    checkServices();
    checkRoutingOptions();
    for (int i = 0; i < canary.steps().size(); i++) {
      new StepRules(canary, canary.steps().get(i), place, i, errors).check();
    }
    BlueGreenRules.checkAntiAffinity(canary.antiAffinity(), place.key("antiAffinity"), errors);
  }

  /** Here, unlike where pods are counted, a text without % is a plain number (rollout-api §4). */
  private static boolean isZero(@Nullable IntOrString value) {
    if (value == null) {
      return false;
    }
    String text = value.toString();
    return text.matches("[0-9]{1,100}%") ? text.matches("0+%") : value.intValue() == 0;
  }

  private void checkServices() {
    if (!canary.stableService().isEmpty()
        && canary.stableService().equals(canary.canaryService())) {
      errors.invalid(
          place.key("stableService"),
          canary.stableService(),
          "This rollout uses the same service for the stable and canary services, but two different"
              + " services are required.");
    }
    PingPong pingPong = canary.pingPong();
    if (pingPong != null) {
      checkPingPong(pingPong);
    }
    if (routing != null && needsServices(routing, pingPong != null)) {
      requireService("stableService", canary.stableService());
      requireService("canaryService", canary.canaryService());
    }
  }

  private void checkPingPong(PingPong pingPong) {
    if (routing != null
        && routing.alb() == null
        && routing.istio() == null
        && routing.plugins().isEmpty()) {
      errors.invalid(
          place.key("trafficRouting").shown("alb"),
          null,
          "Ping-pong feature works with the ALB, Istio, and plugin-based traffic routers only");
    }
    Place here = place.key("pingPong");
    if (pingPong.pingService().isEmpty()) {
      errors.invalid(here.key("pingService"), "", PING_PONG_REQUIRED);
    }
    if (pingPong.pongService().isEmpty()) {
      errors.invalid(here.key("pongService"), "", PING_PONG_REQUIRED);
    }
    if (!pingPong.pingService().isEmpty()
        && pingPong.pingService().equals(pingPong.pongService())) {
      errors.invalid(
          here.key("pingService"),
          pingPong.pingService(),
          "This rollout uses the same service for the ping and pong services, but two different"
              + " services are required.");
    }
    if (routing != null && routing.alb() != null && routing.alb().rootService().isEmpty()) {
      errors.invalid(
          place.key("trafficRouting").key("alb").key("rootService"),
          "",
          "Root service field is required for the configuration with ALB and ping-pong feature"
              + " enabled");
    }
  }

  private static boolean needsServices(TrafficRouting routing, boolean pingPong) {
    return (routing.alb() != null && !pingPong)
        || (routing.istio() != null && routing.istio().destinationRule() == null && !pingPong)
        || routing.smi() != null
        || routing.apisix() != null
        || routing.ambassador() != null
        || routing.nginx() != null
        || routing.appMesh() != null
        || routing.traefik() != null;
  }

  private void requireService(String field, String name) {
    if (name.isEmpty()) {
      errors.invalid(place.key(field), name, SERVICES_REQUIRED);
    }
  }

  private void checkRoutingOptions() {
    if (canary.scaleDownDelaySeconds() != null && routing == null) {
      errors.invalid(
          place.key("scaleDownDelaySeconds"),
          canary.scaleDownDelaySeconds(),
          "Canary scaleDownDelaySeconds can only be used with traffic routing");
    }
    if (canary.dynamicStableScale()) {
      if (routing == null) {
        errors.invalid(
            place.key("dynamicStableScale"),
            true,
            "Canary dynamicStableScale can only be used with traffic routing");
      }
      if (canary.scaleDownDelaySeconds() != null) {
        errors.invalid(
            place.key("dynamicStableScale"),
            true,
            "Canary dynamicStableScale cannot be used with scaleDownDelaySeconds");
      }
    }
    if (routing != null
        && routing.maxTrafficWeight() != null
        && routing.nginx() == null
        && routing.plugins().isEmpty()) {
      errors.invalid(
          place.key("trafficRouting").key("maxTrafficWeight"),
          routing.maxTrafficWeight(),
          "Canary maxTrafficWeight in traffic routing only supported in Nginx and Plugins");
    }
  }
}
