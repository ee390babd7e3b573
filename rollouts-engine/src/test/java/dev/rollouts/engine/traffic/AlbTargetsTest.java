package dev.rollouts.engine.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.engine.Event;
import dev.rollouts.engine.cluster.ClusterAnswer.TargetsVerified;
import dev.rollouts.engine.cluster.ClusterEffect.VerifyTargets;
import dev.rollouts.engine.cluster.ClusterObjects;
import dev.rollouts.engine.cluster.ObjectKey;
import dev.rollouts.engine.cluster.Service;
import dev.rollouts.engine.traffic.AlbTargets.Registered;
import dev.rollouts.engine.traffic.AlbTargets.Target;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** TargetGroupBindings, Endpoints and registered targets, and what they mean together. */
class AlbTargetsTest {
  private static final VerifyTargets ASKED = new VerifyTargets("shop", "6f9c");

  private static Service service() {
    JsonObject tree =
        LiveObjects.tree(
            """
            apiVersion: v1
            kind: Service
            metadata: {name: shop, namespace: prod}
            spec:
              ports:
              - {name: web, port: 80, targetPort: 8080}
              - {name: admin, port: 81, targetPort: console}
              - {name: plain, port: 82}
            """);
    return ClusterObjects.of(Map.of(ObjectKey.service("prod", "shop"), tree))
        .service("prod", "shop")
        .orElseThrow();
  }

  private static JsonObject endpoints() {
    return LiveObjects.tree(
        """
        subsets:
        - addresses: [{ip: 10.0.0.1}, {ip: 10.0.0.2}]
          notReadyAddresses: [{ip: 10.0.0.9}]
          ports: [{name: web, port: 8080}, {name: admin, port: 9000}]
        - addresses: [{ip: 10.0.0.3}]
          ports: [{name: web, port: 8080}, {name: admin, port: 9001}]
        """);
  }

  private static JsonObject binding(String arn, String service, String port, String type) {
    return LiveObjects.tree(
        "{spec: {serviceRef: {name: %s, port: %s}, targetGroupARN: %s, targetType: %s}}"
            .formatted(service, port, arn, type));
  }

  private static Registered registered(Target... targets) {
    return new Registered(Set.of(targets), null);
  }

  @ParameterizedTest(name = "T-202 T-203 {0} {1} {2}: looked up {3}")
  @CsvSource({
    "shop, 80, ip, true",
    "shop, web, ip, true",
    "shop, admin, ip, true",
    "shop, 82, ip, true",
    "shop, 83, ip, false",
    "shop, none, ip, false",
    "other, 80, ip, false",
    "shop, 80, instance, false"
  })
  void bindingsOfTheService(String name, String port, String type, boolean isLookedUp) {
    List<JsonObject> bindings = List.of(binding("arn", name, port, type));
    assertThat(AlbTargets.targetGroups(service(), bindings))
        .isEqualTo(isLookedUp ? List.of("arn") : List.of());
    if (!isLookedUp) {
      assertThat(AlbTargets.verify(ASKED, service(), endpoints(), bindings, Map.of()))
          .isEqualTo(new TargetsVerified("shop", "6f9c", true, List.of(), null));
    }
  }

  @Test
  @DisplayName("T-200 T-203 all ready addresses are registered")
  void allRegistered() {
    TargetsVerified answer =
        AlbTargets.verify(
            ASKED,
            service(),
            endpoints(),
            List.of(binding("arn", "shop", "80", "ip")),
            Map.of(
                "arn",
                registered(
                    new Target("10.0.0.1", 8080),
                    new Target("10.0.0.2", 8080),
                    new Target("10.0.0.3", 8080),
                    new Target("10.0.0.4", 8080))));
    assertThat(answer)
        .isEqualTo(
            new TargetsVerified(
                "shop",
                "6f9c",
                true,
                List.of(
                    Event.normal(
                        "TargetGroupVerified",
                        "Service shop (TargetGroup arn) verified: 3 endpoints registered")),
                null));
  }

  @Test
  @DisplayName("T-203 T-204 T-205 one that is missing leaves the rest unlooked at")
  void oneIsMissing() {
    TargetsVerified answer =
        AlbTargets.verify(
            ASKED,
            service(),
            endpoints(),
            List.of(binding("one", "shop", "web", "ip"), binding("two", "shop", "web", "ip")),
            Map.of(
                "one",
                registered(new Target("10.0.0.1", 8080), new Target("10.0.0.2", 80)),
                "two",
                registered()));
    assertThat(answer.verified()).isFalse();
    assertThat(answer.error()).isNull();
    assertThat(answer.events())
        .containsExactly(
            Event.warning(
                "TargetGroupUnverified",
                "Service shop (TargetGroup one) not verified: 1/3 endpoints registered"));
  }

  @Test
  @DisplayName("T-203 a port with a name has its number in each subset of the Endpoints")
  void namedTargetPorts() {
    List<JsonObject> bindings = List.of(binding("arn", "shop", "admin", "ip"));
    Map<String, Registered> all =
        Map.of(
            "arn",
            registered(
                new Target("10.0.0.1", 9000),
                new Target("10.0.0.2", 9000),
                new Target("10.0.0.3", 9001)));
    assertThat(AlbTargets.verify(ASKED, service(), endpoints(), bindings, all).events())
        .extracting(Event::message)
        .containsExactly("Service shop (TargetGroup arn) verified: 3 endpoints registered");
    assertThat(AlbTargets.verify(ASKED, service(), null, bindings, all))
        .as("no number can be found")
        .isEqualTo(new TargetsVerified("shop", "6f9c", true, List.of(), null));
  }

  @Test
  @DisplayName("T-203 without a target port it is the port of the Service")
  void plainPorts() {
    TargetsVerified answer =
        AlbTargets.verify(
            ASKED,
            service(),
            endpoints(),
            List.of(binding("arn", "shop", "plain", "ip")),
            Map.of("arn", registered(new Target("10.0.0.1", 82))));
    assertThat(answer.events())
        .extracting(Event::message)
        .containsExactly("Service shop (TargetGroup arn) not verified: 1/3 endpoints registered");
  }

  @ParameterizedTest(name = "T-203 {0}")
  @CsvSource({"throttled, throttled", "'', it was not looked up"})
  void errors(String error, String expected) {
    TargetsVerified answer =
        AlbTargets.verify(
            ASKED,
            service(),
            endpoints(),
            List.of(binding("arn", "shop", "80", "ip")),
            error.isEmpty() ? Map.of() : Map.of("arn", new Registered(Set.of(), error)));
    assertThat(answer.verified()).isFalse();
    assertThat(answer.error()).isEqualTo(expected);
    assertThat(answer.events())
        .containsExactly(
            Event.warning(
                "TargetGroupVerifyError",
                "Failed to verify Service shop (TargetGroup arn): " + expected));
  }
}
