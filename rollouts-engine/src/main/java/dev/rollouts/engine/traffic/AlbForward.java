package dev.rollouts.engine.traffic;

import dev.rollouts.api.rollout.routing.StickinessConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Forward actions of the AWS Load Balancer Controller, as annotations hold them. */
final class AlbForward {
  private static final long STICKINESS_SECONDS_MAX = 604800;

  private AlbForward() {}

  /**
   * A Service that gets a share of the requests.
   *
   * @param port as text
   */
  record Target(String service, String port, int weight) {}

  /** The settings under which clients stay with their target group; null when they do not. */
  static @Nullable Map<String, Object> stickiness(@Nullable StickinessConfig config)
      throws LiveObjectException {
    if (config == null || !config.enabled()) {
      return null;
    }
    if (config.durationSeconds() < 1 || config.durationSeconds() > STICKINESS_SECONDS_MAX) {
      throw new LiveObjectException(
          "TargetGroupStickinessConfig's duration must be between 1 and 604800 seconds (7 days)!");
    }
    Map<String, Object> stickiness = new LinkedHashMap<>();
    stickiness.put("Enabled", true);
    stickiness.put("DurationSeconds", config.durationSeconds());
    return stickiness;
  }

  /** The text of an action. */
  static String action(List<Target> targets, @Nullable Map<?, ?> stickiness) {
    List<Map<String, Object>> groups = new ArrayList<>();
    for (Target target : targets) {
      Map<String, Object> group = new LinkedHashMap<>();
      group.put("ServiceName", target.service());
      group.put("ServicePort", target.port());
      group.put("Weight", target.weight());
      groups.add(group);
    }
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("TargetGroups", groups);
    if (stickiness != null) {
      config.put("TargetGroupStickinessConfig", stickiness);
    }
    Map<String, Object> action = new LinkedHashMap<>();
    action.put("Type", "forward");
    action.put("ForwardConfig", config);
    return AnnotationJson.write(action);
  }
}
