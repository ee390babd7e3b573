package dev.rollouts.engine.traffic;

import dev.rollouts.api.rollout.SetHeaderRoute;
import dev.rollouts.api.rollout.SetMirrorRoute;
import dev.rollouts.api.rollout.routing.IstioDestinationRule;
import dev.rollouts.api.rollout.routing.IstioVirtualService;
import dev.rollouts.engine.Event;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.traffic.IstioRoutes.Protocol;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Brings the routes of one VirtualService to what is wanted. */
final class IstioVirtualServiceEdit {
  private static final String REASON = "Updated VirtualService";

  private final RoutingRequest request;
  private final IstioTargets targets;
  private final Shares shares;
  private final LiveNode live;
  private final LiveNode spec;
  private final Set<String> managed;
  private final Map<Protocol, List<Integer>> selected;
  private final List<Event> events = new ArrayList<>();

  IstioVirtualServiceEdit(
      RoutingRequest request,
      IstioTargets targets,
      Shares shares,
      LiveNode live,
      IstioVirtualService settings)
      throws LiveObjectException {
    this.request = request;
    this.targets = targets;
    this.shares = shares;
    this.live = live;
    this.spec = live.object("spec");
    this.managed = managed(request, settings);
    this.selected = new IstioRoutes(spec, settings, managed, targets).select();
  }

  /** The managed routes, without those that the settings declare to be there anyway. */
  private static Set<String> managed(RoutingRequest request, IstioVirtualService settings) {
    Set<String> names = new LinkedHashSet<>(ManagedRoutes.of(request.rollout()));
    settings.routes().forEach(names::remove);
    return names;
  }

  /**
   * Weights, header and mirror routes as wanted.
   *
   * @param ruleHost host of the DestinationRule; empty when there is none
   */
  RoutingPlan plan(String ruleHost) throws LiveObjectException {
    LiveNode divided = divided();
    Map<String, LiveNode> wanted;
    try {
      wanted = wantedRoutes(divided, ruleHost);
    } catch (LiveObjectException refused) {
      return RoutingPlan.failed(write(arranged(divided, liveRoutes())), refused.getMessage());
    }
    return RoutingPlan.of(write(arranged(divided, wanted)));
  }

  /**
   * What can be done while the subsets may not move: managed routes that are not wanted go, and the
   * canary's weight may fall if what receives it instead is the wanted version.
   */
  List<ClusterEffect> planWithoutRaise(boolean stableInPlace) throws LiveObjectException {
    LiveNode divided = stableInPlace && shares.canary() <= liveWeight() ? divided() : spec;
    return write(arranged(divided, liveRoutes()));
  }

  private int liveWeight() throws LiveObjectException {
    Map.Entry<Protocol, List<Integer>> first = selected.entrySet().iterator().next();
    LiveNode route = spec.objects(first.getKey().field).get(first.getValue().get(0));
    return IstioWeights.weight(route.objects("route"), targets, IstioTargets.Role.CANARY);
  }

  private LiveNode divided() throws LiveObjectException {
    LiveNode divided = spec;
    for (Map.Entry<Protocol, List<Integer>> entry : selected.entrySet()) {
      String field = entry.getKey().field;
      List<LiveNode> routes = new ArrayList<>(spec.objects(field));
      for (int index : entry.getValue()) {
        routes.set(index, IstioWeights.divide(routes.get(index), targets, shares));
      }
      divided = divided.with(field, routes);
    }
    if (!LiveNode.sameJson(divided.fields(), spec.fields())) {
      announceWeight();
    }
    return divided;
  }

  private void announceWeight() {
    announce("set to desiredWeight '" + shares.canary() + "'");
  }

  private void announce(String what) {
    events.add(Event.normal(REASON, "VirtualService `" + live.owner().name() + "` " + what));
  }

  /** Header and mirror routes in force, by name, as they should be. */
  private Map<String, LiveNode> wantedRoutes(LiveNode divided, String ruleHost)
      throws LiveObjectException {
    Map<String, LiveNode> wanted = new LinkedHashMap<>();
    if (request.headerRoutes().isEmpty() && request.mirrorRoutes().isEmpty()) {
      return wanted;
    }
    if (!spec.has(Protocol.HTTP.field)) {
      throw new LiveObjectException("spec.http not found");
    }
    IstioDestinationRule rule = targets.rule();
    if (rule != null && ruleHost.isEmpty()) {
      throw new LiveObjectException(
          "DestinationRule `%s`: spec.host must be set for header and mirror routes"
              .formatted(rule.name()));
    }
    for (SetMirrorRoute step : request.mirrorRoutes()) {
      requireManaged("setMirrorRoute", step.name());
    }
    for (SetHeaderRoute step : request.headerRoutes()) {
      requireManaged("setHeaderRoute", step.name());
    }
    List<LiveNode> routes = divided.objects(Protocol.HTTP.field);
    LiveNode main = routes.get(selected.getOrDefault(Protocol.HTTP, List.of()).get(0));
    IstioManagedRoutes written =
        rule == null
            ? new IstioManagedRoutes(main, targets.services().canary(), "")
            : new IstioManagedRoutes(main, ruleHost, rule.canarySubsetName());
    for (SetMirrorRoute step : request.mirrorRoutes()) {
      LiveNode route = main.detached(written.mirror(step));
      wanted.put(step.name(), route);
      if (isChanged(route.without("route"), step.name())) {
        announce("set mirrorRoute '" + step.name() + "'");
      }
    }
    for (SetHeaderRoute step : request.headerRoutes()) {
      LiveNode route = main.detached(written.header(step));
      wanted.put(step.name(), route);
      if (isChanged(route, step.name())) {
        announce("set headerRoute '" + step.name() + "'");
      }
    }
    return wanted;
  }

  private void requireManaged(String step, String name) throws LiveObjectException {
    if (!managed.contains(name)) {
      throw new LiveObjectException(
          "%s '%s' is no managed route; name it in managedRoutes, and no route whose weights are set"
              .formatted(step, name));
    }
  }

  /** Whether the fields of a managed route differ from the live ones. */
  private boolean isChanged(LiveNode wanted, String name) throws LiveObjectException {
    LiveNode current = liveRoutes().get(name);
    if (current == null) {
      return true;
    }
    LiveNode compared = wanted.has("route") ? current : current.without("route");
    return !LiveNode.sameJson(wanted.fields(), compared.fields());
  }

  /** Live routes that have the name of one in force. */
  private Map<String, LiveNode> liveRoutes() throws LiveObjectException {
    Set<String> names = new LinkedHashSet<>();
    request.mirrorRoutes().forEach(step -> names.add(step.name()));
    request.headerRoutes().forEach(step -> names.add(step.name()));
    names.retainAll(managed);
    Map<String, LiveNode> found = new LinkedHashMap<>();
    for (LiveNode route : spec.objects(Protocol.HTTP.field)) {
      String name = route.text("name");
      if (names.contains(name)) {
        found.putIfAbsent(name, route);
      }
    }
    return found;
  }

  /**
   * The managed routes that stay, by their precedence, and then all others as they were (T-445).
   */
  private LiveNode arranged(LiveNode divided, Map<String, LiveNode> stay)
      throws LiveObjectException {
    if (!spec.has(Protocol.HTTP.field)) {
      return divided;
    }
    List<LiveNode> routes = new ArrayList<>();
    for (String name : managed) {
      LiveNode route = stay.get(name);
      if (route != null) {
        routes.add(route);
      }
    }
    List<String> removed = new ArrayList<>();
    for (LiveNode route : divided.objects(Protocol.HTTP.field)) {
      String name = route.text("name");
      if (!managed.contains(name)) {
        routes.add(route);
      } else if (!stay.containsKey(name)) {
        removed.add(name);
      }
    }
    announceRemoved(removed, stay.isEmpty());
    return divided.with(Protocol.HTTP.field, routes);
  }

  private void announceRemoved(List<String> names, boolean all) {
    if (all && !names.isEmpty()) {
      announce("removed all managed routes.");
      return;
    }
    for (String name : names) {
      // A step without a match removes its route and is announced like one that makes it (T-443).
      String kind = ManagedRoutes.isMirror(request.rollout(), name) ? "mirrorRoute" : "headerRoute";
      announce("set " + kind + " '" + name + "'");
    }
  }

  private List<ClusterEffect> write(LiveNode edited) {
    if (events.isEmpty()) {
      announceWeight();
    }
    return live.with("spec", edited).update(live.tree(), events.toArray(Event[]::new));
  }
}
