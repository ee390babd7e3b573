package dev.rollouts.engine.cluster;

import dev.rollouts.api.rollout.AlbStatus;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.engine.Event;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an effect of an earlier decision came to, where the cluster's objects do not tell. A shell
 * keeps the latest answer to each question until the next decision; losing one makes the engine ask
 * again.
 */
public sealed interface ClusterAnswer {
  /** Why an effect was refused. */
  enum Refusal {
    /** An object of that name exists. */
    ALREADY_EXISTS,
    /** Somebody else wrote in between; deciding again is all that is needed. */
    CONFLICT,
    /** The object is gone. */
    NOT_FOUND,
    /** A disruption budget does not allow the eviction for now. */
    BLOCKED,
    /** Anything else: quota, admission, the network. */
    OTHER
  }

  /**
   * An effect was not performed.
   *
   * @param error what the cluster said
   */
  record Refused(ClusterEffect effect, Refusal why, String error) implements ClusterAnswer {}

  /**
   * What the back-end of a router says about its weights.
   *
   * @param verified whether it sends what was asked
   * @param loadBalancers what was examined, for {@code status.albs}
   * @param events what was found, in words
   * @param error why nothing could be found out; null when it could
   */
  record WeightVerified(
      String router,
      int weight,
      boolean verified,
      List<AlbStatus> loadBalancers,
      List<Event> events,
      @Nullable String error)
      implements ClusterAnswer {
    public WeightVerified {
      loadBalancers = List.copyOf(loadBalancers);
      events = List.copyOf(events);
    }
  }

  /**
   * Whether the pods behind a Service are registered with its load balancer.
   *
   * @param error why nothing could be found out; null when it could
   */
  record TargetsVerified(
      String service,
      String podTemplateHash,
      boolean verified,
      List<Event> events,
      @Nullable String error)
      implements ClusterAnswer {
    public TargetsVerified {
      events = List.copyOf(events);
    }
  }

  /**
   * What a step plugin said.
   *
   * @param operation {@code Run}, {@code Terminate} or {@code Abort}
   * @param phase {@code Running}, {@code Successful} or {@code Failed}; empty with an error
   * @param requeueAfter when it wants to be called again; null where it does not say
   * @param disabled the plugin is switched off in the controller's configuration
   * @param infrastructure the error is that of calling the plugin, not the plugin's own
   * @param error what went wrong; null when nothing did
   */
  record StepPluginAnswered(
      int index,
      String operation,
      String phase,
      String message,
      @Nullable Duration requeueAfter,
      JsonObject status,
      boolean disabled,
      boolean infrastructure,
      @Nullable String error)
      implements ClusterAnswer {}

  /**
   * What a traffic router plugin said.
   *
   * @param verified answer to {@link RoutingCall.VerifyWeight}; null where the plugin cannot tell
   * @param error what went wrong; null when nothing did
   */
  record TrafficPluginAnswered(
      String plugin, RoutingCall call, @Nullable Boolean verified, @Nullable String error)
      implements ClusterAnswer {}
}
