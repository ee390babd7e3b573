package dev.rollouts.engine.traffic;

import java.util.ArrayList;
import java.util.List;

/** Weighted targets in the routes of an App Mesh VirtualRouter. */
final class AppMeshRoutes {
  private static final List<String> TYPES =
      List.of("httpRoute", "tcpRoute", "http2Route", "grpcRoute");

  private AppMeshRoutes() {}

  /** Makes another target of one. */
  interface TargetEdit {
    LiveNode edit(LiveNode target) throws LiveObjectException;
  }

  /** The targets of a route. */
  static List<LiveNode> targets(LiveNode route) throws LiveObjectException {
    return action(route, type(route)).objects("weightedTargets");
  }

  /** The same route with edited targets. */
  static LiveNode edit(LiveNode route, TargetEdit edit) throws LiveObjectException {
    String type = type(route);
    List<LiveNode> targets = new ArrayList<>();
    for (LiveNode target : action(route, type).objects("weightedTargets")) {
      targets.add(edit.edit(target));
    }
    return route.withAt(targets, type, "action", "weightedTargets");
  }

  private static LiveNode action(LiveNode route, String type) throws LiveObjectException {
    LiveNode action = route.object(type).object("action");
    if (!action.has("weightedTargets")) {
      throw action.problemKnownAs(
          "not well-formed", "list the targets in " + action.path().key("weightedTargets"));
    }
    return action;
  }

  private static String type(LiveNode route) throws LiveObjectException {
    for (String type : TYPES) {
      if (route.has(type)) {
        return type;
      }
    }
    throw route.problemKnownAs(
        "not well-formed", "give %s one of %s".formatted(route.path(), String.join(", ", TYPES)));
  }
}
