package dev.rollouts.engine.traffic;

import dev.rollouts.api.rollout.AlbStatus;
import dev.rollouts.api.rollout.AwsResource;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.WeightDestination;
import dev.rollouts.api.rollout.routing.AlbRouting;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.engine.Event;
import dev.rollouts.engine.cluster.ClusterAnswer;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.cluster.ClusterObjects;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether load balancers send what an Ingress says, from what AWS reports of them. The calls are
 * the shell's: it asks {@link #hostnames} what to look up and hands the findings to {@link
 * #verify}. Pure and thread-safe. Spec: docs/spec/traffic-routing.md#aws-alb-verification.
 */
public final class AlbWeights {
  /** Tag by which a target group tells what it is for, unless the operator says otherwise. */
  public static final String DEFAULT_TAG = "ingress.k8s.aws/resource";

  private static final AwsResource UNKNOWN = new AwsResource("", "", "");

  private AlbWeights() {}

  /** A target group with its tags. */
  public record TargetGroup(String name, String arn, Map<String, String> tags) {
    public TargetGroup {
      tags = Map.copyOf(tags);
    }
  }

  /**
   * A load balancer.
   *
   * @param targetGroups all of its target groups
   * @param forwards weights by target group ARN, one map for each forward action of a listener rule
   */
  public record LoadBalancer(
      String name,
      String arn,
      List<TargetGroup> targetGroups,
      List<Map<String, Integer>> forwards) {
    public LoadBalancer {
      targetGroups = List.copyOf(targetGroups);
      forwards = List.copyOf(forwards);
    }
  }

  /**
   * What was found under a hostname in the status of an Ingress.
   *
   * @param loadBalancer null when none has that DNS name
   * @param error why AWS did not answer; null when it did
   */
  public record Finding(
      String ingress,
      String hostname,
      @Nullable LoadBalancer loadBalancer,
      @Nullable String error) {}

  /** The hostnames to look up, by Ingress; an Ingress may have none yet. */
  public static Map<String, List<String>> hostnames(
      Rollout rollout, ClusterObjects objects, RouterSettings settings) {
    Map<String, List<String>> hostnames = new LinkedHashMap<>();
    for (String name : ingresses(rollout)) {
      List<String> found = new ArrayList<>();
      Optional<JsonObject> ingress =
          objects.find(IngressPaths.key(settings, rollout.metadata().namespace(), name));
      if (ingress.isPresent()
          && ingress.get().at("status", "loadBalancer", "ingress") instanceof List<?> balancers) {
        for (Object balancer : balancers) {
          if (balancer instanceof Map<?, ?> map
              && map.get("hostname") instanceof String hostname
              && !hostname.isEmpty()) {
            found.add(hostname);
          }
        }
      }
      hostnames.put(name, found);
    }
    return hostnames;
  }

  /**
   * The answer to a question about weights: verified when every Ingress has a load balancer, and
   * each sends the canary and every experiment destination its weight.
   *
   * @param tag by which target groups tell what they are for
   */
  public static ClusterAnswer.WeightVerified verify(
      Rollout rollout, ClusterEffect.VerifyWeight asked, String tag, List<Finding> findings) {
    Verification verification = new Verification(rollout, asked, tag);
    boolean verified = true;
    List<AlbStatus> statuses = new ArrayList<>();
    for (String ingress : ingresses(rollout)) {
      List<Finding> found =
          findings.stream().filter(each -> each.ingress().equals(ingress)).toList();
      AlbStatus status = known(rollout, ingress);
      verified &= !found.isEmpty();
      for (Finding finding : found) {
        if (finding.error() != null) {
          verification.fail(finding.error());
          return verification.answer(false, rollout.statusOrEmpty().albs(), finding.error());
        }
        LoadBalancer balancer = finding.loadBalancer();
        if (balancer == null) {
          verification.missing(finding.hostname());
          verified = false;
        } else {
          status = verification.status(ingress, balancer, status);
          verified &= verification.matches(ingress, balancer);
        }
      }
      statuses.add(status);
    }
    return verification.answer(verified && !statuses.isEmpty(), statuses, null);
  }

  /** What an earlier look found. */
  private static AlbStatus known(Rollout rollout, String ingress) {
    return rollout.statusOrEmpty().albs().stream()
        .filter(each -> each.ingress().equals(ingress))
        .findFirst()
        .orElse(new AlbStatus(UNKNOWN, UNKNOWN, UNKNOWN, ingress));
  }

  private static List<String> ingresses(Rollout rollout) {
    AlbRouting alb = AlbRouter.routing(rollout);
    return alb == null ? List.of() : AlbRouter.ingresses(alb);
  }

  /** One verification. */
  private static final class Verification {
    private final Rollout rollout;
    private final ClusterEffect.VerifyWeight asked;
    private final String tag;
    private final ServicePair pair;
    private final List<Event> events = new ArrayList<>();

    Verification(Rollout rollout, ClusterEffect.VerifyWeight asked, String tag) {
      this.rollout = rollout;
      this.asked = asked;
      this.tag = tag;
      this.pair = ServicePair.pingPongFirst(rollout);
    }

    ClusterAnswer.WeightVerified answer(
        boolean verified, List<AlbStatus> statuses, @Nullable String error) {
      return new ClusterAnswer.WeightVerified(
          asked.router(), asked.weight(), verified, statuses, events, error);
    }

    void fail(String error) {
      events.add(
          Event.warning(
              "TargetGroupVerifyError",
              "Failed to verify Service %s (TargetGroup unknown): %s"
                  .formatted(pair.canary(), error)));
    }

    void missing(String hostname) {
      events.add(
          Event.warning("LoadBalancerNotFound", "Failed to find load balancer: " + hostname));
    }

    AlbStatus status(String ingress, LoadBalancer balancer, AlbStatus known) {
      return new AlbStatus(
          new AwsResource(balancer.name(), balancer.arn(), fullName(balancer.arn(), 2)),
          find(ingress, pair.canary(), balancer)
              .map(Verification::resource)
              .orElse(known.canaryTargetGroup()),
          find(ingress, pair.stable(), balancer)
              .map(Verification::resource)
              .orElse(known.stableTargetGroup()),
          ingress);
    }

    private static AwsResource resource(TargetGroup group) {
      return new AwsResource(group.name(), group.arn(), fullName(group.arn(), 1));
    }

    /** What follows the n-th slash; empty without it. */
    private static String fullName(String arn, int slashes) {
      String[] parts = arn.split("/", slashes + 1);
      return parts.length > slashes ? parts[slashes] : "";
    }

    boolean matches(String ingress, LoadBalancer balancer) {
      boolean matches = matches(ingress, balancer, pair.canary(), asked.weight());
      for (WeightDestination each : asked.additional()) {
        matches &= matches(ingress, balancer, each.serviceName(), each.weight());
      }
      return matches;
    }

    private boolean matches(String ingress, LoadBalancer balancer, String service, int weight) {
      Optional<TargetGroup> group = find(ingress, service, balancer);
      if (group.isEmpty()) {
        events.add(
            Event.warning(
                "TargetGroupUnverified",
                "Service %s (TargetGroup unknown) not verified: no target group of %s has the tag %s=%s"
                    .formatted(service, balancer.name(), tag, tagValue(ingress, service))));
        return false;
      }
      String arn = group.get().arn();
      String stable = find(ingress, pair.stable(), balancer).map(TargetGroup::arn).orElse("");
      // An action that leaves out the stable version belongs to a header route.
      List<Integer> weights =
          balancer.forwards().stream()
              .filter(forward -> forward.containsKey(stable))
              .map(forward -> forward.getOrDefault(arn, 0))
              .toList();
      Optional<Integer> other = weights.stream().filter(found -> found != weight).findFirst();
      String who = "Service %s (TargetGroup %s)".formatted(service, arn);
      if (weights.isEmpty()) {
        events.add(
            Event.warning(
                "TargetGroupUnverified",
                "%s not verified: no listener rule of %s forwards to Service %s, too"
                    .formatted(who, balancer.name(), pair.stable())));
      } else if (other.isPresent()) {
        events.add(
            Event.warning(
                "TargetGroupUnverified",
                "%s not verified: canary weight %d not yet set (current: %d)"
                    .formatted(who, weight, other.get())));
      } else {
        events.add(
            Event.normal(
                "TargetGroupVerified", "%s verified: canary weight %d set".formatted(who, weight)));
      }
      return !weights.isEmpty() && other.isEmpty();
    }

    private Optional<TargetGroup> find(String ingress, String service, LoadBalancer balancer) {
      String value = tagValue(ingress, service);
      return balancer.targetGroups().stream()
          .filter(group -> value.equals(group.tags().get(tag)))
          .findFirst();
    }

    private String tagValue(String ingress, String service) {
      AlbRouting alb = AlbRouter.routing(rollout);
      return "%s/%s-%s:%d"
          .formatted(
              rollout.metadata().namespace(),
              ingress,
              service,
              alb == null ? 0 : alb.servicePort());
    }
  }
}
