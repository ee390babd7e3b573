package dev.rollouts.engine.traffic;

import dev.rollouts.api.rollout.CanaryStep;
import dev.rollouts.api.rollout.EffectiveRollout;
import dev.rollouts.api.rollout.HeaderMatch;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.RolloutStatus;
import dev.rollouts.api.rollout.SetHeaderRoute;
import dev.rollouts.api.rollout.StringMatch;
import dev.rollouts.api.rollout.routing.AlbRouting;
import dev.rollouts.api.rollout.routing.TrafficRouting;
import dev.rollouts.engine.Event;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.cluster.ClusterObjects;
import dev.rollouts.engine.cluster.ObjectKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * AWS Load Balancer Controller: forward actions in annotations of the user's Ingress, and a path
 * for each header route. Spec: docs/spec/traffic-routing.md#aws-alb.
 */
final class AlbRouter implements TrafficRouter {
  /** As in messages and in status. */
  static final String TYPE = "ALB";

  private static final String DEFAULT_PREFIX = "alb.ingress.kubernetes.io";
  private static final String REASON = "PatchingALBIngress";
  private static final int TOTAL = 100;

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public boolean isConfigured(Rollout rollout) {
    return routing(rollout) != null;
  }

  @Override
  public Set<ObjectKey> reads(Rollout rollout, ClusterObjects soFar, RouterSettings settings) {
    AlbRouting alb = routing(rollout);
    Set<ObjectKey> keys = new LinkedHashSet<>();
    for (String name : alb == null ? List.<String>of() : ingresses(alb)) {
      keys.add(IngressPaths.key(settings, rollout.metadata().namespace(), name));
    }
    return keys;
  }

  @Override
  public RoutingPlan plan(RoutingRequest request) {
    AlbRouting alb = routing(request.rollout());
    if (alb == null) {
      return RoutingPlan.settled();
    }
    List<String> names = ingresses(alb);
    if (names.isEmpty()) {
      return RoutingPlan.failedAtWeight(
          List.of(), "spec.strategy.canary.trafficRouting.alb names no Ingress; set ingress");
    }
    List<ClusterEffect> effects = new ArrayList<>();
    try {
      Wanted wanted = Wanted.of(request, alb);
      for (String name : names) {
        List<ClusterEffect> writes = planIngress(request, wanted, name);
        Optional<String> refusal =
            Refusals.of(
                request.answers(), IngressPaths.key(request.settings(), request.namespace(), name));
        if (!writes.isEmpty() && refusal.isPresent()) {
          throw new LiveObjectException(
              "error patching alb ingress `%s`: %s".formatted(name, refusal.get()));
        }
        effects.addAll(writes);
      }
    } catch (LiveObjectException e) {
      return RoutingPlan.failedAtWeight(effects, e.getMessage());
    }
    return RoutingPlan.of(effects).verifiable(isVerified(request));
  }

  /** Whether AWS is asked (T-158). */
  private static boolean isVerified(RoutingRequest request) {
    if (!request.settings().verifyTargetGroup()) {
      return false;
    }
    RolloutStatus status = request.rollout().statusOrEmpty();
    if (status.alb() == null && status.albs().isEmpty()) {
      return true;
    }
    if (status.stableRS().isEmpty() || status.stableRS().equals(status.currentPodHash())) {
      return false;
    }
    EffectiveRollout effective = EffectiveRollout.of(request.rollout().spec());
    List<CanaryStep> steps = effective.steps();
    Integer index = status.currentStepIndex();
    return index != null && index >= 0 && index < steps.size()
        ? steps.get(index).setWeight() != null
        : request.weight() == effective.maxWeight();
  }

  /**
   * What each Ingress has to say.
   *
   * @param root name of the action that divides the traffic
   * @param actions texts by annotation
   * @param headers header routes in force by name
   * @param removed names of managed routes that are not in force
   * @param order names of managed routes, first come first
   */
  private record Wanted(
      String prefix,
      String root,
      Map<String, String> actions,
      Map<String, SetHeaderRoute> headers,
      Set<String> removed,
      List<String> order) {
    static Wanted of(RoutingRequest request, AlbRouting alb) throws LiveObjectException {
      ServicePair pair = ServicePair.pingPongFirst(request.rollout());
      String root =
          alb.rootService().isEmpty()
              ? ServicePair.fixed(request.rollout()).stable()
              : alb.rootService();
      Map<String, SetHeaderRoute> headers = new LinkedHashMap<>();
      request.headerRoutes().forEach(route -> headers.put(route.name(), route));
      Set<String> order = new LinkedHashSet<>(ManagedRoutes.of(request.rollout()));
      order.addAll(headers.keySet());
      if (order.contains(root)) {
        throw new LiveObjectException(
            "managed route `%s` has the name of the Service that divides the traffic; rename the route"
                .formatted(root));
      }
      Set<String> removed = new LinkedHashSet<>(order);
      removed.removeAll(headers.keySet());
      String prefix = prefixOf(alb);
      return new Wanted(
          prefix,
          root,
          actions(request, alb, pair, prefix, root, headers.values()),
          headers,
          removed,
          List.copyOf(order));
    }

    private static Map<String, String> actions(
        RoutingRequest request,
        AlbRouting alb,
        ServicePair pair,
        String prefix,
        String root,
        Iterable<SetHeaderRoute> headers)
        throws LiveObjectException {
      String port = String.valueOf(alb.servicePort());
      Shares shares = Shares.of(request, TOTAL);
      List<AlbForward.Target> targets = new ArrayList<>();
      targets.add(new AlbForward.Target(pair.canary(), port, shares.canary()));
      request
          .additional()
          .forEach(
              each -> targets.add(new AlbForward.Target(each.serviceName(), port, each.weight())));
      targets.add(new AlbForward.Target(pair.stable(), port, shares.stable()));
      Map<String, Object> stickiness = AlbForward.stickiness(alb.stickinessConfig());
      Map<String, String> actions = new LinkedHashMap<>();
      actions.put(actionKey(prefix, root), AlbForward.action(targets, stickiness));
      for (SetHeaderRoute header : headers) {
        actions.put(
            actionKey(prefix, header.name()),
            AlbForward.action(
                List.of(new AlbForward.Target(pair.canary(), port, TOTAL)), stickiness));
        actions.put(conditionsKey(prefix, header.name()), conditions(header));
      }
      return actions;
    }

    /** Annotations of routes that are not in force. */
    Set<String> obsolete() {
      Set<String> keys = new LinkedHashSet<>();
      for (String name : removed) {
        keys.add(actionKey(prefix, name));
        keys.add(conditionsKey(prefix, name));
      }
      return keys;
    }
  }

  private static List<ClusterEffect> planIngress(RoutingRequest request, Wanted wanted, String name)
      throws LiveObjectException {
    ObjectKey key = IngressPaths.key(request.settings(), request.namespace(), name);
    LiveNode live = LiveNode.read(request.objects(), key, "alb.ingress");
    if (!IngressPaths.leadTo(live, wanted.root())) {
      throw live.problemKnownAs(
          "ingress does not have service `%s` in rules".formatted(wanted.root()),
          "add a path to it with port name " + IngressPaths.USE_ANNOTATION);
    }
    LiveNode before = live.object("metadata").object("annotations");
    AlbBookkeeping bookkeeping =
        AlbBookkeeping.of(before)
            .with(
                request.rollout().metadata().name(),
                List.copyOf(wanted.actions().keySet()),
                wanted.obsolete());
    LiveNode after = before;
    for (Map.Entry<String, String> action : wanted.actions().entrySet()) {
      after = after.with(action.getKey(), action.getValue());
    }
    for (String obsolete : wanted.obsolete()) {
      after = after.without(obsolete);
    }
    after = after.with(AlbBookkeeping.ANNOTATION, bookkeeping.text());
    List<LiveNode> rules = new ArrayList<>();
    for (LiveNode rule : live.object("spec").objects("rules")) {
      rules.add(rule.has("http") ? withRoutes(rule, wanted) : rule);
    }
    return live.withAt(after, "metadata", "annotations")
        .withAt(rules, "spec", "rules")
        .update(live.tree(), events(request, wanted, live, before));
  }

  /** The same rule with a path for each header route in force, managed routes first. */
  private static LiveNode withRoutes(LiveNode rule, Wanted wanted) throws LiveObjectException {
    LiveNode http = rule.object("http");
    List<PlacedPath> placed = new ArrayList<>();
    Set<String> missing = new LinkedHashSet<>(wanted.headers().keySet());
    for (LiveNode path : http.objects("paths")) {
      int place = 0;
      while (place < wanted.order().size()
          && !IngressPaths.isAction(path, wanted.order().get(place))) {
        place++;
      }
      String route = place < wanted.order().size() ? wanted.order().get(place) : "";
      missing.remove(route);
      if (!wanted.removed().contains(route)) {
        placed.add(new PlacedPath(path, place));
      }
    }
    for (String route : missing) {
      placed.add(
          new PlacedPath(
              http.detached(IngressPaths.toAction(http.owner().apiVersion(), route)),
              wanted.order().indexOf(route)));
    }
    placed.sort(Comparator.comparingInt(PlacedPath::place));
    return rule.with("http", http.with("paths", placed.stream().map(PlacedPath::path).toList()));
  }

  /** A path and the place of its route among the managed ones; behind them for others. */
  private record PlacedPath(LiveNode path, int place) {}

  private static Event[] events(
      RoutingRequest request, Wanted wanted, LiveNode live, LiveNode before)
      throws LiveObjectException {
    String ingress = live.owner().name();
    List<Event> events = new ArrayList<>();
    for (SetHeaderRoute header : wanted.headers().values()) {
      if (differs(before, wanted, actionKey(wanted.prefix(), header.name()))
          || differs(before, wanted, conditionsKey(wanted.prefix(), header.name()))) {
        events.add(
            Event.normal(
                REASON,
                "Updating Ingress `%s` to headerRoute '%s'".formatted(ingress, header.name())));
      }
    }
    if (wanted.obsolete().stream().anyMatch(before::has)) {
      events.add(
          Event.normal(REASON, "Updating Ingress `%s` removing managed routes".formatted(ingress)));
    }
    if (events.isEmpty() || differs(before, wanted, actionKey(wanted.prefix(), wanted.root()))) {
      events.add(
          0,
          Event.normal(
              REASON,
              "Updating Ingress `%s` to desiredWeight '%d'".formatted(ingress, request.weight())));
    }
    return events.toArray(Event[]::new);
  }

  private static boolean differs(LiveNode before, Wanted wanted, String annotation) {
    return !Objects.equals(before.value(annotation), wanted.actions().get(annotation));
  }

  /** Values of one header are alternatives, different headers must all match. */
  private static String conditions(SetHeaderRoute route) throws LiveObjectException {
    Map<String, List<String>> values = new LinkedHashMap<>();
    for (HeaderMatch match : route.match()) {
      StringMatch value = match.headerValue();
      if (value == null || value.exact().isEmpty()) {
        throw new LiveObjectException(
            "setHeaderRoute %s: header %s needs headerValue.exact, the only match that an ALB has"
                .formatted(route.name(), match.headerName()));
      }
      values.computeIfAbsent(match.headerName(), header -> new ArrayList<>()).add(value.exact());
    }
    List<Map<String, Object>> conditions = new ArrayList<>();
    values.forEach(
        (header, exact) -> {
          Map<String, Object> config = new LinkedHashMap<>();
          config.put("httpHeaderName", header);
          config.put("values", exact);
          Map<String, Object> condition = new LinkedHashMap<>();
          condition.put("field", "http-header");
          condition.put("httpHeaderConfig", config);
          conditions.add(condition);
        });
    return AnnotationJson.write(conditions);
  }

  private static String actionKey(String prefix, String name) {
    return prefix + "/actions." + name;
  }

  private static String conditionsKey(String prefix, String name) {
    return prefix + "/conditions." + name;
  }

  private static String prefixOf(AlbRouting alb) {
    return alb.annotationPrefix().isEmpty() ? DEFAULT_PREFIX : alb.annotationPrefix();
  }

  /** Names of the Ingresses of a rollout. */
  static List<String> ingresses(AlbRouting alb) {
    List<String> several = alb.ingresses();
    List<String> names = several == null || several.isEmpty() ? List.of(alb.ingress()) : several;
    return names.stream().filter(name -> !name.isEmpty()).distinct().toList();
  }

  /** Settings of a rollout, or null. */
  static @Nullable AlbRouting routing(Rollout rollout) {
    TrafficRouting routing = CanaryRouting.of(rollout);
    return routing == null ? null : routing.alb();
  }
}
