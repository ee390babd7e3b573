package dev.rollouts.engine.traffic;

import dev.rollouts.api.rollout.HeaderMatch;
import dev.rollouts.api.rollout.SetHeaderRoute;
import dev.rollouts.api.rollout.StringMatch;
import dev.rollouts.api.rollout.WeightDestination;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.cluster.Service;
import dev.rollouts.engine.traffic.GatewayApiSettings.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Brings the rules of one Gateway API route to what is wanted (T-802 to T-808). */
final class GatewayRouteEdit {
  private static final String BACKENDS = "backendRefs";
  private static final String HEADERS = "headers";
  private static final String MATCHES = "matches";
  private static final String WEIGHT = "weight";
  private static final int DEFAULT_PORT = 8080;

  private final RoutingRequest request;
  private final GatewayApiSettings settings;
  private final Shares shares;
  private final ServicePair services;
  private final Set<String> managed;
  private final Kind kind;
  private final boolean makesHeaderRoutes;
  private final LiveNode live;

  GatewayRouteEdit(
      RoutingRequest request,
      GatewayApiSettings settings,
      Shares shares,
      Kind kind,
      boolean useHeaderRoutes,
      LiveNode live) {
    this.request = request;
    this.settings = settings;
    this.shares = shares;
    this.services = ServicePair.fixed(request.rollout());
    this.managed = ManagedRoutes.of(request.rollout());
    this.kind = kind;
    this.makesHeaderRoutes = useHeaderRoutes && kind.hasHeaders();
    this.live = live;
  }

  /** The write that is needed; none when the route is as wanted. */
  RoutingPlan plan() throws LiveObjectException {
    List<LiveNode> rules = live.object("spec").objects("rules");
    requireBoth(rules);
    List<LiveNode> divided = divided(rules);
    if (!makesHeaderRoutes) {
      return RoutingPlan.of(write(divided));
    }
    List<LiveNode> wanted = new ArrayList<>();
    try {
      for (SetHeaderRoute step : request.headerRoutes()) {
        wanted.addAll(headerRules(step, divided));
      }
    } catch (LiveObjectException refused) {
      return RoutingPlan.failed(write(divided), refused.getMessage());
    }
    List<LiveNode> present = new ArrayList<>();
    List<LiveNode> arranged = new ArrayList<>();
    for (LiveNode rule : divided) {
      (isManaged(rule) ? present : arranged).add(rule);
    }
    if (GatewayDefaults.same(present, wanted, kind)) {
      return RoutingPlan.of(write(divided));
    }
    arranged.addAll(wanted);
    return RoutingPlan.of(write(arranged));
  }

  private void requireBoth(List<LiveNode> rules) throws LiveObjectException {
    int backends = 0;
    for (LiveNode rule : rules) {
      if (isDivided(rule)) {
        return;
      }
      backends += rule.objects(BACKENDS).size();
    }
    throw new LiveObjectException(
        "backendRef %swas not found in %s"
            .formatted(backends == 0 && !kind.hasHeaders() ? "list " : "", kind.label));
  }

  /** Whether a rule is there for both versions. */
  private boolean isDivided(LiveNode rule) throws LiveObjectException {
    return !isManaged(rule)
        && count(rule, services.canary()) > 0
        && count(rule, services.stable()) > 0;
  }

  private static int count(LiveNode rule, String service) throws LiveObjectException {
    int count = 0;
    for (LiveNode backend : rule.objects(BACKENDS)) {
      count += backend.text("name").equals(service) ? 1 : 0;
    }
    return count;
  }

  /**
   * Whether a rule is one of ours: by its name, or, where the cluster drops names of rules, by its
   * form.
   */
  private boolean isManaged(LiveNode rule) throws LiveObjectException {
    if (!kind.hasHeaders()) {
      return false;
    }
    String name = rule.text("name");
    if (!name.isEmpty()) {
      return managed.contains(name) || managed.contains(name.replaceFirst("-[0-9]+$", ""));
    }
    List<LiveNode> backends = rule.objects(BACKENDS);
    if (managed.isEmpty()
        || backends.size() != 1
        || !backends.get(0).text("name").equals(services.canary())
        || weight(backends.get(0)) != 1) {
      return false;
    }
    for (LiveNode match : rule.objects(MATCHES)) {
      if (match.objects(HEADERS).isEmpty()) {
        return false;
      }
    }
    return rule.has(MATCHES);
  }

  private static int weight(LiveNode backend) throws LiveObjectException {
    return backend.has(WEIGHT) ? backend.number(WEIGHT) : 1;
  }

  private List<LiveNode> divided(List<LiveNode> rules) throws LiveObjectException {
    List<LiveNode> divided = new ArrayList<>();
    boolean takesExperiment = kind == Kind.HTTP;
    for (LiveNode rule : rules) {
      if (isDivided(rule)) {
        divided.add(divide(rule, takesExperiment ? shares.additional() : List.of()));
        takesExperiment = false;
      } else {
        divided.add(rule);
      }
    }
    return divided;
  }

  private LiveNode divide(LiveNode rule, List<WeightDestination> additional)
      throws LiveObjectException {
    if (count(rule, services.canary()) != count(rule, services.stable())) {
      throw rule.problem(
          BACKENDS,
          "must have %s as often as %s, or the weights would not be the wanted shares"
              .formatted(services.canary(), services.stable()));
    }
    Map<String, Integer> wanted = new LinkedHashMap<>();
    additional.forEach(each -> wanted.put(each.serviceName(), each.weight()));
    int experiment = additional.isEmpty() ? 0 : shares.experiment();
    wanted.put(services.canary(), shares.canary());
    wanted.put(services.stable(), shares.total() - shares.canary() - experiment);

    List<LiveNode> backends = new ArrayList<>();
    List<String> present = new ArrayList<>();
    for (LiveNode backend : rule.objects(BACKENDS)) {
      String name = backend.text("name");
      Integer weight = wanted.get(name);
      if (weight != null) {
        backends.add(weight(backend) == weight ? backend : backend.with(WEIGHT, weight));
      } else if (kind != Kind.HTTP || !isLeftByExperiment(name)) {
        backends.add(backend);
      }
      present.add(name);
    }
    for (WeightDestination each : additional) {
      if (!present.contains(each.serviceName())) {
        Map<String, Object> added = new LinkedHashMap<>();
        added.put("name", each.serviceName());
        added.put("namespace", request.namespace());
        added.put("port", port(each.serviceName()));
        added.put(WEIGHT, each.weight());
        backends.add(rule.detached(added));
      }
    }
    return rule.with(BACKENDS, backends);
  }

  /** Whether a Service is that of an experiment of this rollout, which now has no share. */
  private boolean isLeftByExperiment(String service) {
    return ExperimentServices.of(request.rollout()).contains(service);
  }

  private int port(String name) {
    Service service = request.objects().service(request.namespace(), name).orElse(null);
    Integer first = null;
    if (service != null) {
      for (var port : service.ports()) {
        if (port.at("port") instanceof Number number) {
          if ("http".equals(port.at("name"))) {
            return number.intValue();
          }
          first = first == null ? Integer.valueOf(number.intValue()) : first;
        }
      }
    }
    return first == null ? DEFAULT_PORT : first;
  }

  /** One rule for each rule that is divided: its matches with the headers, to the canary alone. */
  private List<LiveNode> headerRules(SetHeaderRoute step, List<LiveNode> divided)
      throws LiveObjectException {
    List<Map<String, Object>> conditions = new ArrayList<>();
    for (HeaderMatch match : step.match()) {
      conditions.add(condition(match));
    }
    List<LiveNode> rules = new ArrayList<>();
    for (LiveNode source : divided) {
      if (isDivided(source)) {
        String suffix = rules.isEmpty() ? "" : "-" + rules.size();
        rules.add(headerRule(step.name() + suffix, conditions, source));
      }
    }
    return rules;
  }

  private LiveNode headerRule(String name, List<Map<String, Object>> conditions, LiveNode source)
      throws LiveObjectException {
    List<LiveNode> matches = new ArrayList<>();
    for (LiveNode match : source.objects(MATCHES)) {
      List<@Nullable Object> all = new ArrayList<>(match.objects(HEADERS));
      all.addAll(conditions);
      matches.add(match.with(HEADERS, all));
    }
    if (matches.isEmpty()) {
      matches.add(source.detached(Map.of()).with(HEADERS, conditions));
    }
    LiveNode rule = source.detached(Map.of()).with("name", name).with(MATCHES, matches);
    if (source.has("filters")) {
      rule = rule.with("filters", source.value("filters"));
    }
    return rule.with(BACKENDS, List.of(canaryBackend(source)));
  }

  private Map<String, @Nullable Object> canaryBackend(LiveNode source) throws LiveObjectException {
    Map<String, @Nullable Object> backend = new LinkedHashMap<>();
    backend.put("group", "");
    backend.put("kind", "Service");
    backend.put("name", services.canary());
    for (LiveNode each : source.objects(BACKENDS)) {
      if (each.text("name").equals(services.canary())) {
        for (String field : List.of("namespace", "port")) {
          if (each.has(field)) {
            backend.put(field, each.value(field));
          }
        }
        break;
      }
    }
    return backend;
  }

  private static Map<String, Object> condition(HeaderMatch match) throws LiveObjectException {
    StringMatch value = match.headerValue();
    Map<String, Object> condition = new LinkedHashMap<>();
    if (value != null && !value.exact().isEmpty()) {
      condition.put("type", "Exact");
      condition.put("name", match.headerName());
      condition.put("value", value.exact());
    } else if (value != null && !(value.prefix() + value.regex()).isEmpty()) {
      condition.put("type", "RegularExpression");
      condition.put("name", match.headerName());
      condition.put(
          "value", value.prefix().isEmpty() ? value.regex() : RegexPrefix.of(value.prefix()));
    } else {
      throw new LiveObjectException("invalid header match type");
    }
    return condition;
  }

  private List<ClusterEffect> write(List<LiveNode> rules) throws LiveObjectException {
    LiveNode edited = live.with("spec", live.object("spec").with("rules", rules));
    if (!settings.disableInProgressLabel()) {
      String key = settings.labelKey();
      edited =
          shares.canary() > 0
              ? edited.withAt(settings.labelValue(), "metadata", "labels", key)
              : edited.withoutAt("metadata", "labels", key);
    }
    return edited.update(live.tree());
  }
}
