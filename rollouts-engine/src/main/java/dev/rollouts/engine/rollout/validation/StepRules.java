package dev.rollouts.engine.rollout.validation;

import dev.rollouts.api.rollout.CanaryStep;
import dev.rollouts.api.rollout.CanaryStrategy;
import dev.rollouts.api.rollout.EffectiveRollout;
import dev.rollouts.api.rollout.ExperimentStep;
import dev.rollouts.api.rollout.HeaderMatch;
import dev.rollouts.api.rollout.MirrorMatch;
import dev.rollouts.api.rollout.RolloutArgument;
import dev.rollouts.api.rollout.RolloutPause;
import dev.rollouts.api.rollout.SetHeaderRoute;
import dev.rollouts.api.rollout.SetMirrorRoute;
import dev.rollouts.api.rollout.StringMatch;
import dev.rollouts.api.rollout.routing.TrafficRouting;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What one step of a canary must be: rows 24 to 39. */
final class StepRules {
  private static final String ONE_ACTION =
      "Step must have one of the following set: experiment, setWeight, setCanaryScale, plugin or"
          + " pause";
  private static final String NO_MATCH =
      "StringMatch value missed, match value must have one of the following: exact, regex, prefix";
  private static final String SEVERAL_MATCHES =
      "StringMatch match value must have exactly one of the following: exact, regex, prefix";

  private final CanaryStep step;
  private final @Nullable TrafficRouting routing;
  private final Place strategy;
  private final Place place;
  private final FieldErrors errors;

  StepRules(CanaryStrategy canary, CanaryStep step, Place strategy, int index, FieldErrors errors) {
    this.step = step;
    this.routing = canary.trafficRouting();
    this.strategy = strategy;
    this.place = strategy.key("steps").index(index);
    this.errors = errors;
  }

  void check() {
    checkActions();
    if (step.setWeight() != null) {
      checkWeight(step.setWeight());
    }
    if (step.pause() != null) {
      checkPause(step.pause());
    }
    if (step.setCanaryScale() != null && routing == null) {
      errors.required(
          strategy.key("trafficRouting"), "SetCanaryScale requires TrafficRouting to be set");
    }
    if (step.setHeaderRoute() != null) {
      checkHeaderRoute(step.setHeaderRoute());
    }
    if (step.setMirrorRoute() != null) {
      checkMirrorRoute(step.setMirrorRoute());
    }
    checkManagedRoutes();
    if (step.experiment() != null) {
      checkWeights(step.experiment());
    }
    checkArguments();
  }

  /** The message names the actions and leaves out what they say, which may be long. */
  private void checkActions() {
    Map<String, @Nullable Object> primary = new LinkedHashMap<>();
    primary.put("setWeight", step.setWeight());
    primary.put("pause", step.pause());
    primary.put("experiment", step.experiment());
    primary.put("analysis", step.analysis());
    primary.values().removeIf(Objects::isNull);
    boolean other =
        step.setCanaryScale() != null
            || step.setHeaderRoute() != null
            || step.setMirrorRoute() != null
            || step.plugin() != null;
    if (primary.size() > 1 || (primary.isEmpty() && !other)) {
      errors.invalid(place, List.copyOf(primary.keySet()), ONE_ACTION);
    }
  }

  private void checkWeight(int weight) {
    int max =
        routing == null || routing.maxTrafficWeight() == null
            ? EffectiveRollout.DEFAULT_MAX_WEIGHT
            : routing.maxTrafficWeight();
    if (weight < 0 || weight > max) {
      errors.invalid(place.key("setWeight"), weight, "SetWeight needs to be between 0 and " + max);
    }
  }

  private void checkPause(RolloutPause pause) {
    if (pause.duration() == null) {
      return;
    }
    Optional<Duration> duration = EffectiveRollout.pauseDuration(pause);
    if (duration.isEmpty() || duration.get().isNegative()) {
      errors.invalid(
          place.key("pause").key("duration"),
          pause.duration(),
          "Duration needs to be greater than 0");
    }
  }

  private void checkHeaderRoute(SetHeaderRoute route) {
    Place here = place.key("setHeaderRoute");
    if (routing == null
        || (routing.istio() == null
            && routing.alb() == null
            && routing.apisix() == null
            && routing.plugins().isEmpty())) {
      errors.invalid(
          here,
          route.name(),
          "SetHeaderRoute requires TrafficRouting, supports Istio and ALB and Apisix");
    }
    boolean alb = routing != null && routing.alb() != null;
    for (int i = 0; i < route.match().size(); i++) {
      HeaderMatch match = route.match().get(i);
      Place matchPlace = here.key("match").index(i);
      StringMatch value = match.headerValue();
      if (alb && value != null) {
        if (value.exact().isEmpty() || !value.regex().isEmpty() || !value.prefix().isEmpty()) {
          errors.invalid(
              matchPlace,
              match,
              "SetHeaderRoute match value invalid. ALB supports 'exact' value only");
        }
      } else {
        checkMatch(value == null ? new StringMatch("", "", "") : value, match, matchPlace);
      }
    }
  }

  private void checkMirrorRoute(SetMirrorRoute route) {
    Place here = place.key("setMirrorRoute");
    if (routing == null || (routing.istio() == null && routing.plugins().isEmpty())) {
      errors.invalid(
          here, route.name(), "SetMirrorRoute requires TrafficRouting, supports Istio and Plugins");
    }
    for (int i = 0; i < route.match().size(); i++) {
      MirrorMatch match = route.match().get(i);
      Place matchPlace = here.key("match").index(i);
      if (match.method() != null) {
        checkMatch(match.method(), match, matchPlace);
      }
      if (match.path() != null) {
        checkMatch(match.path(), match, matchPlace);
      }
    }
  }

  private void checkMatch(StringMatch value, Record match, Place matchPlace) {
    long set =
        Stream.of(value.exact(), value.regex(), value.prefix())
            .filter(each -> !each.isEmpty())
            .count();
    if (set != 1) {
      errors.invalid(matchPlace, match, set == 0 ? NO_MATCH : SEVERAL_MATCHES);
    }
  }

  private void checkManagedRoutes() {
    if (routing == null || (step.setHeaderRoute() == null && step.setMirrorRoute() == null)) {
      return;
    }
    if (routing.managedRoutes() == null) {
      errors.required(
          strategy.key("trafficRouting").key("managedRoutes"),
          "Rollout has missing field 'spec.strategy.canary.trafficRouting.managedRoutes'");
      return;
    }
    if (step.setHeaderRoute() != null) {
      checkManaged("setHeaderRoute", step.setHeaderRoute().name());
    }
    if (step.setMirrorRoute() != null) {
      checkManaged("setMirrorRoute", step.setMirrorRoute().name());
    }
  }

  private void checkManaged(String action, String name) {
    if (routing != null
        && routing.managedRoutes() != null
        && routing.managedRoutes().stream().noneMatch(each -> each.name().equals(name))) {
      errors.invalid(
          place.key(action),
          name,
          "Steps define a route that does not exist in"
              + " spec.strategy.canary.trafficRouting.managedRoutes");
    }
  }

  private void checkWeights(ExperimentStep experiment) {
    for (int i = 0; i < experiment.templates().size(); i++) {
      Integer weight = experiment.templates().get(i).weight();
      if (weight == null) {
        continue;
      }
      Place here = place.key("experiment").key("templates").index(i).key("weight");
      if (routing == null) {
        errors.invalid(
            here,
            weight,
            "Experiment template weight cannot be set unless TrafficRouting is enabled");
      } else if (routing.alb() == null
          && routing.smi() == null
          && routing.istio() == null
          && routing.plugins().isEmpty()) {
        errors.invalid(
            here,
            weight,
            "Experiment template weight is only available for TrafficRouting with SMI, ALB, Istio"
                + " and Plugins at this time");
      }
    }
  }

  private void checkArguments() {
    Place shown = place.shown("analyses");
    if (step.analysis() != null) {
      checkArguments(step.analysis().args(), shown.hidden("analysis").hidden("args"));
    }
    if (step.experiment() != null) {
      Place analyses = shown.hidden("experiment").hidden("analyses");
      for (int i = 0; i < step.experiment().analyses().size(); i++) {
        checkArguments(
            step.experiment().analyses().get(i).args(), analyses.hidden(i).hidden("args"));
      }
    }
  }

  private void checkArguments(List<RolloutArgument> args, Place argsPlace) {
    for (int i = 0; i < args.size(); i++) {
      RolloutArgument.ValueFrom from = args.get(i).valueFrom();
      if (from == null || from.fieldRef() == null) {
        continue;
      }
      String path = from.fieldRef().fieldPath();
      if (path.startsWith("metadata") && !isSupported(path)) {
        errors.invalid(
            argsPlace.hidden(i).hidden("valueFrom").hidden("fieldRef").hidden("fieldPath"),
            path,
            "Analyses arguments must refer to valid object metadata supported by downwardAPI");
      }
    }
  }

  /** Whether the downward API knows the path: a field of the metadata, or one label by its key. */
  private static boolean isSupported(String path) {
    int bracket = path.indexOf("['");
    if (bracket > 0 && path.endsWith("']") && path.length() >= bracket + 4) {
      String key = path.substring(bracket + 2, path.length() - 2);
      return switch (path.substring(0, bracket)) {
        case "metadata.labels" -> Names.qualified(key).isEmpty();
        case "metadata.annotations" -> Names.qualified(key.toLowerCase(Locale.ROOT)).isEmpty();
        default -> false;
      };
    }
    return List.of(
            "metadata.name",
            "metadata.namespace",
            "metadata.uid",
            "metadata.labels",
            "metadata.annotations")
        .contains(path);
  }
}
