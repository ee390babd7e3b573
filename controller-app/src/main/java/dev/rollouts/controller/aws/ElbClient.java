package dev.rollouts.controller.aws;

import dev.rollouts.engine.traffic.AlbTargets;
import dev.rollouts.engine.traffic.AlbWeights;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.elasticloadbalancingv2.ElasticLoadBalancingV2Client;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.Action;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ActionTypeEnum;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DescribeListenersResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DescribeLoadBalancersResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DescribeRulesResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DescribeTargetGroupsResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.Listener;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.LoadBalancer;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.Rule;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.Tag;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TagDescription;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetGroup;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetGroupTuple;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetHealthDescription;

/**
 * Asks the Elastic Load Balancing API by the SDK: region, credentials and address come from its
 * usual chain (environment, profile, web identity, the machine). Which load balancer has a name,
 * and how target groups are tagged, is remembered for a while. Thread-safe.
 */
final class ElbClient implements LoadBalancers {
  private static final Duration CALL = Duration.ofSeconds(10);
  private static final Duration ATTEMPT = Duration.ofSeconds(5);
  private static final Duration LOOK = Duration.ofSeconds(25);
  private static final Duration NAMES_KEPT = Duration.ofMinutes(10);
  private static final Duration TAGS_KEPT = Duration.ofMinutes(1);
  private static final int KNOWN_MAX = 2_000;
  private static final int PAGE = 100;
  private static final int PAGES_MAX = 200;
  private static final int TAGGED_AT_ONCE = 20;
  private static final int MESSAGE_MAX = 300;

  private final ElasticLoadBalancingV2Client client;
  private final Known<String, LoadBalancer> byName =
      new Known<>(KNOWN_MAX, NAMES_KEPT, System::nanoTime);
  private final Known<String, Map<String, String>> tags =
      new Known<>(KNOWN_MAX, TAGS_KEPT, System::nanoTime);

  private ElbClient(ElasticLoadBalancingV2Client client) {
    this.client = client;
  }

  /** A client as the surroundings of the process say. */
  static LoadBalancers create() throws AwsException {
    try {
      return new ElbClient(
          ElasticLoadBalancingV2Client.builder()
              .httpClientBuilder(UrlConnectionHttpClient.builder())
              .overrideConfiguration(
                  settings -> settings.apiCallTimeout(CALL).apiCallAttemptTimeout(ATTEMPT))
              .build());
    } catch (SdkException e) {
      throw failure(e);
    }
  }

  /** One look: all of its calls together end in time. */
  private static final class Look {
    private final long end = System.nanoTime() + LOOK.toNanos();
    private int pages;

    <R> R call(Supplier<R> request) throws AwsException {
      if (System.nanoTime() - end >= 0) {
        throw new AwsException("no answer within %d s".formatted(LOOK.toSeconds()));
      }
      if (++pages > PAGES_MAX) {
        throw new AwsException("more than %d pages of answers".formatted(PAGES_MAX));
      }
      try {
        return request.get();
      } catch (SdkException e) {
        throw failure(e);
      }
    }
  }

  /** Credentials are in no message of the SDK; what it lists of its chain is cut. */
  private static AwsException failure(SdkException e) {
    String text = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    if (e instanceof AwsServiceException refused && refused.awsErrorDetails() != null) {
      text =
          refused.awsErrorDetails().errorCode() + ": " + refused.awsErrorDetails().errorMessage();
    }
    String line = text.replaceAll("\\s+", " ").strip();
    return new AwsException(
        line.length() > MESSAGE_MAX ? line.substring(0, MESSAGE_MAX) + "…" : line);
  }

  @Override
  public Optional<AlbWeights.LoadBalancer> find(String hostname) throws AwsException {
    Look look = new Look();
    LoadBalancer found = named(look, hostname.toLowerCase(Locale.ROOT));
    if (found == null) {
      return Optional.empty();
    }
    try {
      String arn = found.loadBalancerArn();
      return Optional.of(
          new AlbWeights.LoadBalancer(
              found.loadBalancerName(), arn, targetGroups(look, arn), forwards(look, arn)));
    } catch (AwsException e) {
      byName.forget(hostname.toLowerCase(Locale.ROOT)); // it may have been replaced
      throw e;
    }
  }

  /** There is no way to ask for a name, so all are listed. */
  private @Nullable LoadBalancer named(Look look, String hostname) throws AwsException {
    Optional<LoadBalancer> known = byName.get(hostname);
    if (known.isPresent()) {
      return known.get();
    }
    @Nullable String marker = null;
    do {
      String from = marker;
      DescribeLoadBalancersResponse page =
          look.call(() -> client.describeLoadBalancers(it -> it.pageSize(PAGE).marker(from)));
      for (LoadBalancer each : page.loadBalancers()) {
        if (each.dnsName() != null && each.dnsName().toLowerCase(Locale.ROOT).equals(hostname)) {
          byName.put(hostname, each);
          return each;
        }
      }
      marker = page.nextMarker();
    } while (marker != null);
    return null;
  }

  private List<AlbWeights.TargetGroup> targetGroups(Look look, String balancer)
      throws AwsException {
    List<TargetGroup> groups = new ArrayList<>();
    @Nullable String marker = null;
    do {
      String from = marker;
      DescribeTargetGroupsResponse page =
          look.call(
              () ->
                  client.describeTargetGroups(
                      it -> it.loadBalancerArn(balancer).pageSize(PAGE).marker(from)));
      groups.addAll(page.targetGroups());
      marker = page.nextMarker();
    } while (marker != null);
    Map<String, Map<String, String>> tagged =
        tags(look, groups.stream().map(TargetGroup::targetGroupArn).toList());
    return groups.stream()
        .map(
            each ->
                new AlbWeights.TargetGroup(
                    each.targetGroupName(),
                    each.targetGroupArn(),
                    tagged.getOrDefault(each.targetGroupArn(), Map.of())))
        .toList();
  }

  private Map<String, Map<String, String>> tags(Look look, List<String> arns) throws AwsException {
    Map<String, Map<String, String>> found = new HashMap<>();
    List<String> unknown = new ArrayList<>();
    for (String arn : arns) {
      tags.get(arn).ifPresentOrElse(it -> found.put(arn, it), () -> unknown.add(arn));
    }
    for (int from = 0; from < unknown.size(); from += TAGGED_AT_ONCE) {
      List<String> some = unknown.subList(from, Math.min(unknown.size(), from + TAGGED_AT_ONCE));
      List<TagDescription> described =
          look.call(() -> client.describeTags(it -> it.resourceArns(some))).tagDescriptions();
      for (TagDescription each : described) {
        Map<String, String> map = new LinkedHashMap<>();
        for (Tag tag : each.tags()) {
          map.put(tag.key(), tag.value() == null ? "" : tag.value());
        }
        found.put(each.resourceArn(), map);
        tags.put(each.resourceArn(), map);
      }
    }
    return found;
  }

  private List<Map<String, Integer>> forwards(Look look, String balancer) throws AwsException {
    List<Map<String, Integer>> forwards = new ArrayList<>();
    @Nullable String marker = null;
    do {
      String from = marker;
      DescribeListenersResponse page =
          look.call(
              () ->
                  client.describeListeners(
                      it -> it.loadBalancerArn(balancer).pageSize(PAGE).marker(from)));
      for (Listener each : page.listeners()) {
        forwards(look, each.listenerArn(), forwards);
      }
      marker = page.nextMarker();
    } while (marker != null);
    return forwards;
  }

  private void forwards(Look look, String listener, List<Map<String, Integer>> into)
      throws AwsException {
    @Nullable String marker = null;
    do {
      String from = marker;
      DescribeRulesResponse page =
          look.call(
              () ->
                  client.describeRules(it -> it.listenerArn(listener).pageSize(PAGE).marker(from)));
      for (Rule rule : page.rules()) {
        rule.actions().stream()
            .filter(action -> action.type() == ActionTypeEnum.FORWARD)
            .map(ElbClient::weights)
            .forEach(into::add);
      }
      marker = page.nextMarker();
    } while (marker != null);
  }

  private static Map<String, Integer> weights(Action action) {
    Map<String, Integer> weights = new LinkedHashMap<>();
    if (action.forwardConfig() != null) {
      for (TargetGroupTuple each : action.forwardConfig().targetGroups()) {
        weights.put(each.targetGroupArn(), each.weight() == null ? 0 : each.weight());
      }
    }
    return weights;
  }

  @Override
  public Set<AlbTargets.Target> targets(String targetGroupArn) throws AwsException {
    List<TargetHealthDescription> described =
        new Look()
            .call(() -> client.describeTargetHealth(it -> it.targetGroupArn(targetGroupArn)))
            .targetHealthDescriptions();
    Set<AlbTargets.Target> targets = new LinkedHashSet<>();
    for (TargetHealthDescription each : described) {
      if (each.target() != null && each.target().port() != null) {
        targets.add(new AlbTargets.Target(each.target().id(), each.target().port()));
      }
    }
    return targets;
  }

  @Override
  public void close() {
    client.close();
  }
}
