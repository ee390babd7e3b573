package dev.rollouts.controller.aws;

import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.controller.kube.Api;
import dev.rollouts.controller.kube.ApiException;
import dev.rollouts.controller.kube.Stores;
import dev.rollouts.engine.Event;
import dev.rollouts.engine.cluster.ClusterAnswer;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.cluster.ClusterObjects;
import dev.rollouts.engine.cluster.ObjectKey;
import dev.rollouts.engine.cluster.ReplicaSet;
import dev.rollouts.engine.cluster.Service;
import dev.rollouts.engine.traffic.AlbTargets;
import dev.rollouts.engine.traffic.AlbWeights;
import dev.rollouts.engine.traffic.RouterSettings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Answers the questions of decisions about load balancers (T-158, T-203): gathers what they are
 * about and what AWS says, and has the engine judge. What cannot be found out is an answer, too,
 * and asked again later. The client of AWS is made with the first question. Thread-safe.
 */
public final class AwsVerification implements AutoCloseable {
  /** Endpoints have no more; those of larger Services are cut. */
  private static final int ADDRESSES_MAX = 1_000;

  private final Api api;
  private final Stores stores;
  private final RouterSettings settings;
  private @Nullable LoadBalancers balancers;

  /** Questions about objects of these stores. */
  public AwsVerification(Api api, Stores stores, RouterSettings settings) {
    this.api = api;
    this.stores = stores;
    this.settings = settings;
  }

  private synchronized LoadBalancers balancers() throws AwsException {
    LoadBalancers made = balancers;
    if (made == null) {
      made = ElbClient.create();
      balancers = made;
    }
    return made;
  }

  /** Whether load balancers have the weights of a rollout. */
  public ClusterAnswer.WeightVerified weight(Rollout rollout, ClusterEffect.VerifyWeight asked) {
    ClusterObjects ingresses = objects(stores.ingresses().in(rollout.metadata().namespace()));
    List<AlbWeights.Finding> findings = new ArrayList<>();
    AlbWeights.hostnames(rollout, ingresses, settings)
        .forEach(
            (ingress, hostnames) ->
                hostnames.forEach(hostname -> findings.add(find(ingress, hostname))));
    return AlbWeights.verify(rollout, asked, settings.albTag(), findings);
  }

  private AlbWeights.Finding find(String ingress, String hostname) {
    try {
      return new AlbWeights.Finding(
          ingress, hostname, balancers().find(hostname).orElse(null), null);
    } catch (AwsException e) {
      return new AlbWeights.Finding(ingress, hostname, null, e.text());
    }
  }

  private static ClusterObjects objects(Iterable<JsonObject> trees) {
    List<JsonObject> all = new ArrayList<>();
    trees.forEach(all::add);
    return ClusterObjects.of(all);
  }

  /** Whether the pods behind a Service of a rollout are registered with its target groups. */
  public ClusterAnswer.TargetsVerified targets(Rollout rollout, ClusterEffect.VerifyTargets asked) {
    String namespace = rollout.metadata().namespace();
    try {
      Optional<Service> service =
          stores
              .services()
              .get(namespace, asked.service())
              .flatMap(tree -> objects(List.of(tree)).service(namespace, asked.service()));
      if (service.isEmpty()) {
        return failed(asked, "Service %s is not there".formatted(asked.service()));
      }
      List<JsonObject> bindings =
          api.list(
              ObjectKey.all(
                  settings.targetGroupBindingApiVersion(), "TargetGroupBinding", namespace),
              Map.of());
      List<String> groups = AlbTargets.targetGroups(service.get(), bindings);
      JsonObject endpoints =
          groups.isEmpty()
              ? null
              : api.get(new ObjectKey("v1", "Endpoints", namespace, asked.service())).orElse(null);
      Optional<Event> late = groups.isEmpty() ? Optional.empty() : late(rollout, asked, endpoints);
      if (late.isPresent()) {
        return new ClusterAnswer.TargetsVerified(
            asked.service(), asked.podTemplateHash(), false, List.of(late.get()), null);
      }
      Map<String, AlbTargets.Registered> registered = new LinkedHashMap<>();
      groups.forEach(arn -> registered.put(arn, registered(arn)));
      return AlbTargets.verify(asked, service.get(), endpoints, bindings, registered);
    } catch (ApiException e) {
      return failed(asked, e.text());
    }
  }

  /**
   * Endpoints follow the selector of a Service and its pods a moment later. As long as they lack
   * pods of the version that is asked about, they prove nothing.
   */
  private Optional<Event> late(
      Rollout rollout, ClusterEffect.VerifyTargets asked, @Nullable JsonObject endpoints) {
    for (ReplicaSet set : stores.replicaSets().ownedBy(rollout.metadata().uid())) {
      int ready = Math.min(set.status().readyReplicas(), ADDRESSES_MAX);
      long there = addresses(endpoints, set.name() + "-");
      if (set.hash().equals(asked.podTemplateHash()) && there < ready) {
        return Optional.of(
            Event.warning(
                "TargetGroupUnverified",
                "Service %s not verified: its Endpoints have %d of the %d ready pods of ReplicaSet %s"
                    .formatted(asked.service(), there, ready, set.name())));
      }
    }
    return Optional.empty();
  }

  /** How many ready addresses are those of pods whose names begin so. */
  private static long addresses(@Nullable JsonObject endpoints, String prefix) {
    long count = 0;
    if (endpoints != null && endpoints.at("subsets") instanceof List<?> subsets) {
      for (Object subset : subsets) {
        Object addresses = subset instanceof Map<?, ?> map ? map.get("addresses") : null;
        if (addresses instanceof List<?> list) {
          count += list.stream().filter(each -> pod(each).startsWith(prefix)).count();
        }
      }
    }
    return count;
  }

  private static String pod(@Nullable Object address) {
    return address instanceof Map<?, ?> map
            && map.get("targetRef") instanceof Map<?, ?> pod
            && pod.get("name") instanceof String name
        ? name
        : "";
  }

  private AlbTargets.Registered registered(String arn) {
    try {
      return new AlbTargets.Registered(balancers().targets(arn), null);
    } catch (AwsException e) {
      return new AlbTargets.Registered(Set.of(), e.text());
    }
  }

  private static ClusterAnswer.TargetsVerified failed(
      ClusterEffect.VerifyTargets asked, String error) {
    return new ClusterAnswer.TargetsVerified(
        asked.service(), asked.podTemplateHash(), false, List.of(), error);
  }

  @Override
  public synchronized void close() {
    if (balancers != null) {
      balancers.close();
    }
  }
}
