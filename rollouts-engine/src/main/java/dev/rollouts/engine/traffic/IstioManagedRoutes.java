package dev.rollouts.engine.traffic;

import dev.rollouts.api.rollout.HeaderMatch;
import dev.rollouts.api.rollout.MirrorMatch;
import dev.rollouts.api.rollout.SetHeaderRoute;
import dev.rollouts.api.rollout.SetMirrorRoute;
import dev.rollouts.api.rollout.StringMatch;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes the header and mirror routes of a VirtualService (T-440, T-441).
 *
 * @param main route that they branch off from, with its weights
 * @param host that receives the canary's requests
 * @param subset of the host; empty for the whole host
 */
record IstioManagedRoutes(LiveNode main, String host, String subset) {
  private static final int MIRROR_ALL = 100;

  /** Sends what matches one of the headers to the canary. */
  Map<String, Object> header(SetHeaderRoute step) throws LiveObjectException {
    List<Map<String, Object>> alternatives = new ArrayList<>();
    for (HeaderMatch match : step.match()) {
      alternatives.add(
          Map.of("headers", Map.of(match.headerName(), condition(match.headerValue()))));
    }
    Map<String, Object> weighted = new LinkedHashMap<>();
    weighted.put("destination", canary());
    weighted.put("weight", 100);

    Map<String, Object> route = new LinkedHashMap<>();
    route.put("name", step.name());
    route.put("match", alternatives);
    route.put("route", List.of(weighted));
    return route;
  }

  /** Sends what matches where the main route does, and a copy to the canary. */
  Map<String, Object> mirror(SetMirrorRoute step) throws LiveObjectException {
    List<Map<String, Object>> alternatives = new ArrayList<>();
    for (MirrorMatch match : step.match()) {
      alternatives.add(conditions(match));
    }
    List<Map<String, Object>> destinations = new ArrayList<>();
    for (LiveNode weighted : main.objects("route")) {
      destinations.add(destination(weighted));
    }
    Map<String, Object> route = new LinkedHashMap<>();
    route.put("name", step.name());
    route.put("match", alternatives);
    route.put("route", destinations);
    route.put("mirror", canary());
    route.put(
        "mirrorPercentage",
        Map.of("value", step.percentage() == null ? MIRROR_ALL : step.percentage()));
    return route;
  }

  private static Map<String, Object> conditions(MirrorMatch match) {
    Map<String, Object> conditions = new LinkedHashMap<>();
    if (match.method() != null) {
      conditions.put("method", condition(match.method()));
    }
    if (match.path() != null) {
      conditions.put("uri", condition(match.path()));
    }
    if (!match.headers().isEmpty()) {
      Map<String, Object> headers = new LinkedHashMap<>();
      match.headers().forEach((name, value) -> headers.put(name, condition(value)));
      conditions.put("headers", headers);
    }
    return conditions;
  }

  private static Map<String, Object> condition(@Nullable StringMatch match) {
    Map<String, Object> condition = new LinkedHashMap<>();
    if (match != null) {
      putText(condition, "exact", match.exact());
      putText(condition, "prefix", match.prefix());
      putText(condition, "regex", match.regex());
    }
    return condition;
  }

  private static void putText(Map<String, Object> condition, String key, String text) {
    if (!text.isEmpty()) {
      condition.put(key, text);
    }
  }

  /** The canary on the port to which the main route sends. */
  private Map<String, Object> canary() throws LiveObjectException {
    Map<String, Object> destination = new LinkedHashMap<>();
    destination.put("host", host);
    if (!subset.isEmpty()) {
      destination.put("subset", subset);
    }
    LiveNode first = main.objects("route").get(0).object("destination");
    int port = first.object("port").number("number");
    if (port != 0) {
      destination.put("port", Map.of("number", port));
    }
    return destination;
  }

  /** Where a destination leads and its weight, without anything else that it may have. */
  private static Map<String, Object> destination(LiveNode weighted) throws LiveObjectException {
    LiveNode from = weighted.object("destination");
    Map<String, Object> to = new LinkedHashMap<>();
    for (String field : List.of("host", "subset", "port")) {
      Object value = from.value(field);
      if (value != null) {
        to.put(field, value);
      }
    }
    Map<String, Object> copy = new LinkedHashMap<>();
    copy.put("destination", to);
    copy.put("weight", weighted.number("weight"));
    return copy;
  }
}
