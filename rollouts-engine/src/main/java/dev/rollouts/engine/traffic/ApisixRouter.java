package dev.rollouts.engine.traffic;

import dev.rollouts.api.rollout.HeaderMatch;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.SetHeaderRoute;
import dev.rollouts.api.rollout.StringMatch;
import dev.rollouts.api.rollout.routing.ApisixRoute;
import dev.rollouts.api.rollout.routing.ApisixRouting;
import dev.rollouts.api.rollout.routing.TrafficRouting;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.engine.Event;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.cluster.ClusterObjects;
import dev.rollouts.engine.cluster.ObjectKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Apache APISIX: weights of the two backends in an ApisixRoute, and an ApisixRoute of its own for
 * each header route. Spec: docs/spec/traffic-routing.md#apache-apisix.
 */
final class ApisixRouter implements TrafficRouter {
  private static final String API_VERSION = "apisix.apache.org/v2";
  private static final String KIND = "ApisixRoute";
  private static final int TOTAL = 100;

  @Override
  public String type() {
    return "Apisix";
  }

  @Override
  public boolean isConfigured(Rollout rollout) {
    return routing(rollout) != null;
  }

  @Override
  public Set<ObjectKey> reads(Rollout rollout, ClusterObjects soFar, RouterSettings settings) {
    ApisixRouting apisix = routing(rollout);
    ApisixRoute route = apisix == null ? null : apisix.route();
    Set<ObjectKey> keys = new LinkedHashSet<>();
    if (route != null) {
      keys.add(key(rollout, route.name()));
      ManagedRoutes.of(rollout).forEach(name -> keys.add(key(rollout, name)));
    }
    return keys;
  }

  @Override
  public RoutingPlan plan(RoutingRequest request) {
    ApisixRouting apisix = routing(request.rollout());
    if (apisix == null) {
      return RoutingPlan.settled();
    }
    ApisixRoute route = apisix.route();
    List<ClusterEffect> effects = new ArrayList<>();
    boolean atWeight = true;
    try {
      if (route == null || route.name().isEmpty()) {
        throw new LiveObjectException(
            "spec.strategy.canary.trafficRouting.apisix.route must name an ApisixRoute");
      }
      Set<String> rules =
          new LinkedHashSet<>(route.rules().isEmpty() ? List.of(route.name()) : route.rules());
      LiveNode base =
          LiveNode.read(
              request.objects(), key(request.rollout(), route.name()), "apisix.route.name");
      write(request, base.owner(), weighted(base, rules, request).update(base.tree()), effects);
      atWeight = false;
      Map<String, SetHeaderRoute> inForce = new LinkedHashMap<>();
      request.headerRoutes().forEach(each -> inForce.put(each.name(), each));
      for (String name : ManagedRoutes.of(request.rollout())) {
        if (!inForce.containsKey(name)) {
          remove(request, route, name, effects);
        }
      }
      for (SetHeaderRoute header : inForce.values()) {
        headerRoute(request, base, rules, header, effects);
      }
    } catch (LiveObjectException e) {
      return atWeight
          ? RoutingPlan.failedAtWeight(effects, e.getMessage())
          : RoutingPlan.failed(effects, e.getMessage());
    }
    return RoutingPlan.of(effects);
  }

  private static LiveNode weighted(LiveNode base, Set<String> rules, RoutingRequest request)
      throws LiveObjectException {
    ServicePair pair = ServicePair.fixed(request.rollout());
    List<LiveNode> http = new ArrayList<>(http(base));
    for (String name : rules) {
      int at = indexOf(http, name, base);
      List<LiveNode> backends = new ArrayList<>(backends(http.get(at)));
      setWeight(backends, http.get(at), pair.canary(), request.weight());
      setWeight(backends, http.get(at), pair.stable(), TOTAL - request.weight());
      http.set(at, http.get(at).with("backends", backends));
    }
    return base.withAt(http, "spec", "http");
  }

  private static List<LiveNode> http(LiveNode route) throws LiveObjectException {
    LiveNode spec = route.object("spec");
    if (!spec.has("http")) {
      throw route.problemKnownAs(
          "spec.http was not found in Apisix Route manifest", "add its rules to spec.http");
    }
    return spec.objects("http");
  }

  private static int indexOf(List<LiveNode> http, String name, LiveNode route)
      throws LiveObjectException {
    for (int i = 0; i < http.size(); i++) {
      LiveNode rule = http.get(i);
      if (!rule.has("name")) {
        throw rule.problemKnownAs(
            "Apisix http route rule name field not found", "set " + rule.path().key("name"));
      }
      if (rule.text("name").equals(name)) {
        return i;
      }
    }
    throw route.problemKnownAs(
        "Apisix http route rule %s not found".formatted(name),
        "add the rule to spec.http, or list others in apisix.route.rules");
  }

  private static List<LiveNode> backends(LiveNode rule) throws LiveObjectException {
    if (!rule.has("backends")) {
      throw rule.problemKnownAs(
          "Apisix http route backends not found",
          "list the Services of both versions in " + rule.path().key("backends"));
    }
    return rule.objects("backends");
  }

  private static void setWeight(List<LiveNode> backends, LiveNode rule, String service, int weight)
      throws LiveObjectException {
    for (int i = 0; i < backends.size(); i++) {
      LiveNode backend = backends.get(i);
      if (backend.text("serviceName").equals(service)) {
        if (!backend.has("weight") || backend.number("weight") != weight) {
          backends.set(i, backend.with("weight", weight));
        }
        return;
      }
    }
    throw rule.problemKnownAs(
        "apisix route %s backend was not found".formatted(service),
        "add it to " + rule.path().key("backends"));
  }

  /** Makes the ApisixRoute of a header route, or brings it up to date. */
  private static void headerRoute(
      RoutingRequest request,
      LiveNode base,
      Set<String> rules,
      SetHeaderRoute header,
      List<ClusterEffect> effects)
      throws LiveObjectException {
    ObjectKey key = key(request.rollout(), header.name());
    List<Object> expressions = expressions(header);
    JsonObject live = request.objects().find(key).orElse(null);
    if (live != null) {
      if (key.equals(base.owner()) || !Ownership.isControlledBy(live, request.rollout())) {
        throw new LiveObjectException(
            "duplicate ApisixRoute [%s] already exists".formatted(header.name()));
      }
      LiveNode route = LiveNode.of(key, live);
      List<LiveNode> http = new ArrayList<>(http(route));
      for (String name : rules) {
        int at = indexOf(http, name, route);
        http.set(at, toCanary(request, http.get(at), expressions));
      }
      write(request, key, route.withAt(http, "spec", "http").update(live), effects);
      return;
    }
    List<LiveNode> http = new ArrayList<>();
    for (LiveNode rule : http(base)) {
      if (rules.contains(rule.text("name"))) {
        http.add(
            toCanary(request, rule, expressions).with("priority", rule.number("priority") + 1));
      }
    }
    LiveNode route = LiveNode.create(key);
    for (String copied : List.of("labels", "annotations")) {
      if (base.object("metadata").has(copied)) {
        route = route.withAt(base.object("metadata").value(copied), "metadata", copied);
      }
    }
    route =
        route
            .withAt(Ownership.references(request.rollout()), "metadata", "ownerReferences")
            .with("spec", base.object("spec").with("http", http));
    write(request, key, List.of(new ClusterEffect.CreateObject(key, route.tree())), effects);
  }

  /** The same rule, leading to the canary alone, for requests with the headers. */
  private static LiveNode toCanary(RoutingRequest request, LiveNode rule, List<Object> expressions)
      throws LiveObjectException {
    ServicePair pair = ServicePair.fixed(request.rollout());
    List<LiveNode> backends = new ArrayList<>(backends(rule));
    setWeight(backends, rule, pair.canary(), TOTAL);
    List<LiveNode> kept = new ArrayList<>();
    for (LiveNode backend : backends) {
      if (!backend.text("serviceName").equals(pair.stable())) {
        kept.add(backend);
      }
    }
    return rule.with("backends", kept).withAt(expressions, "match", "exprs");
  }

  private static List<Object> expressions(SetHeaderRoute header) throws LiveObjectException {
    List<Object> expressions = new ArrayList<>();
    for (HeaderMatch match : header.match()) {
      StringMatch value = match.headerValue();
      Map<String, Object> expression = new LinkedHashMap<>();
      expression.put("subject", subject(match.headerName()));
      if (value != null && !value.exact().isEmpty()) {
        expression.put("op", "Equal");
        expression.put("value", value.exact());
      } else if (value != null && !value.regex().isEmpty()) {
        expression.put("op", "RegexMatch");
        expression.put("value", value.regex());
      } else if (value != null && !value.prefix().isEmpty()) {
        expression.put("op", "RegexMatch");
        expression.put("value", "^" + RegexPrefix.of(value.prefix()));
      } else {
        throw new LiveObjectException(
            "setHeaderRoute %s: header %s needs one of exact, regex, prefix in headerValue"
                .formatted(header.name(), match.headerName()));
      }
      expressions.add(expression);
    }
    return expressions;
  }

  private static Map<String, Object> subject(String header) {
    Map<String, Object> subject = new LinkedHashMap<>();
    subject.put("scope", "Header");
    subject.put("name", header);
    return subject;
  }

  private static void remove(
      RoutingRequest request, ApisixRoute base, String name, List<ClusterEffect> effects)
      throws LiveObjectException {
    ObjectKey key = key(request.rollout(), name);
    JsonObject live = request.objects().find(key).orElse(null);
    if (live != null
        && !name.equals(base.name())
        && Ownership.isControlledBy(live, request.rollout())) {
      write(request, key, List.of(new ClusterEffect.DeleteObject(key)), effects);
    }
  }

  /** Plans writes of an object; an error when the cluster refused the last one. */
  private static void write(
      RoutingRequest request,
      ObjectKey key,
      List<ClusterEffect> writes,
      List<ClusterEffect> effects)
      throws LiveObjectException {
    Optional<String> refusal = Refusals.of(request.answers(), key);
    if (writes.isEmpty() || refusal.isEmpty()) {
      effects.addAll(writes);
      return;
    }
    ClusterEffect write = writes.get(0);
    String verb =
        write instanceof ClusterEffect.CreateObject
            ? "Create"
            : write instanceof ClusterEffect.DeleteObject ? "Delete" : "Update";
    String participle =
        verb.equals("Create") ? "creating" : verb.equals("Delete") ? "deleting" : "updating";
    String text =
        "Error %s apisix route \"%s\": %s".formatted(participle, key.name(), refusal.get());
    effects.add(new ClusterEffect.Announce(Event.warning("ApisixRoute" + verb + "Error", text)));
    throw new LiveObjectException(text);
  }

  private static ObjectKey key(Rollout rollout, String name) {
    return new ObjectKey(API_VERSION, KIND, rollout.metadata().namespace(), name);
  }

  private static @Nullable ApisixRouting routing(Rollout rollout) {
    TrafficRouting routing = CanaryRouting.of(rollout);
    return routing == null ? null : routing.apisix();
  }
}
