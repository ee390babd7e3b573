package dev.rollouts.engine.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.wire.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ingresses whose rollouts are gone. */
class AlbCleanUpTest {
  private static final String ACTION = "alb.ingress.kubernetes.io/actions.";
  private static final String MANAGED = "rollouts.argoproj.io/managed-alb-annotations";
  private static final String STICKY =
      ",\"TargetGroupStickinessConfig\":{\"Enabled\":true,\"DurationSeconds\":300}";

  private static String forward(String targets, String more) {
    return "{\"Type\":\"forward\",\"ForwardConfig\":{\"TargetGroups\":["
        + targets
        + "]"
        + more
        + "}}";
  }

  private static String target(String service, int weight) {
    return "{\"ServiceName\":\"%s\",\"ServicePort\":\"80\",\"Weight\":%d}"
        .formatted(service, weight);
  }

  private static JsonObject ingress(Map<String, Object> annotations) {
    Map<String, Object> metadata = new LinkedHashMap<>();
    metadata.put("name", "shop-ing");
    metadata.put("namespace", "prod");
    metadata.put("annotations", annotations);
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("apiVersion", "networking.k8s.io/v1");
    tree.put("kind", "Ingress");
    tree.put("metadata", metadata);
    tree.put("spec", Map.of("ingressClassName", "alb"));
    return JsonObject.of(tree);
  }

  private static Map<String, Object> annotations() {
    Map<String, Object> annotations = new LinkedHashMap<>();
    annotations.put("alb.ingress.kubernetes.io/scheme", "internal");
    annotations.put(
        ACTION + "shop-stable",
        forward(target("shop-canary", 20) + "," + target("shop-stable", 80), STICKY));
    annotations.put(ACTION + "cart-stable", forward(target("cart-stable", 80), ""));
    annotations.put(
        MANAGED,
        "{\"cart\":[\"%1$scart-stable\"],\"shop\":[\"%1$sshop-stable\"]}".formatted(ACTION));
    annotations.put("rollouts.argoproj.io/managed-alb-actions", "old");
    return annotations;
  }

  @Test
  @DisplayName("T-157 the action leads to its Service alone; the other rollout keeps its own")
  void oneOfTwoIsGone() {
    Map<String, Object> expected = annotations();
    expected.put(ACTION + "shop-stable", forward(target("shop-stable", 100), STICKY));
    expected.put(MANAGED, "{\"cart\":[\"%scart-stable\"]}".formatted(ACTION));
    expected.remove("rollouts.argoproj.io/managed-alb-actions");
    AlbCleanUp.Result result = AlbCleanUp.cleanUp(ingress(annotations()), Set.of("cart"));
    assertThat(result).isEqualTo(new AlbCleanUp.Result(ingress(expected), null));
    assertThat(AlbCleanUp.cleanUp(result.ingress(), Set.of("cart"))).isEqualTo(result);
  }

  @Test
  @DisplayName("T-157 with the last rollout the bookkeeping goes")
  void bothAreGone() {
    AlbCleanUp.Result result = AlbCleanUp.cleanUp(ingress(annotations()), Set.of());
    assertThat(result.reason()).isNull();
    assertThat(result.ingress().at("metadata", "annotations"))
        .isEqualTo(
            Map.of(
                "alb.ingress.kubernetes.io/scheme",
                "internal",
                ACTION + "shop-stable",
                forward(target("shop-stable", 100), STICKY),
                ACTION + "cart-stable",
                forward(target("cart-stable", 100), "")));
  }

  @Test
  @DisplayName("T-157 nothing changes while every rollout is there, or none ever was")
  void nothingToDo() {
    JsonObject managed = ingress(annotations());
    assertThat(AlbCleanUp.cleanUp(managed, Set.of("shop", "cart")))
        .isEqualTo(new AlbCleanUp.Result(managed, null));
    JsonObject bare = ingress(Map.of());
    assertThat(AlbCleanUp.cleanUp(bare, Set.of())).isEqualTo(new AlbCleanUp.Result(bare, null));
  }

  @ParameterizedTest(name = "T-157 {0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a root Service   | shop-root   | {"Type":"forward","ForwardConfig":{"TargetGroups":[{"ServiceName":"shop-stable","ServicePort":"80"}]}}
          no action        | shop-stable | ''
          no JSON          | shop-stable | {"Type"
          another action   | shop-stable | {"Type":"redirect"}
          no target groups | shop-stable | {"Type":"forward","ForwardConfig":{"TargetGroups":5}}
          """)
  void withoutThePortNothingIsWritten(String what, String service, String action) {
    Map<String, Object> annotations = annotations();
    annotations.put(ACTION + service, action);
    annotations.put(
        MANAGED, "{\"shop\":[\"%1$scart-stable\",\"%1$s%2$s\"]}".formatted(ACTION, service));
    JsonObject ingress = ingress(annotations);
    assertThat(AlbCleanUp.cleanUp(ingress, Set.of()))
        .isEqualTo(
            new AlbCleanUp.Result(
                ingress,
                "Ingress `prod/shop-ing`: metadata.annotations[\"%s%s\"] does not say the port of Service %s among its target groups; correct the object, until then its routes stay as they are"
                    .formatted(ACTION, service, service)));
  }

  @ParameterizedTest(name = "T-152 T-157 bookkeeping {0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          shop
          [1]
          {"shop":"x"}
          {"shop":[5]}
          {"shop":
          """)
  void brokenBookkeepingIsAReason(String text) {
    Map<String, Object> annotations = annotations();
    annotations.put(MANAGED, text);
    JsonObject ingress = ingress(annotations);
    AlbCleanUp.Result result = AlbCleanUp.cleanUp(ingress, Set.of());
    assertThat(result.ingress()).isEqualTo(ingress);
    assertThat(result.reason())
        .startsWith(
            "Ingress `prod/shop-ing`: metadata.annotations[\"" + MANAGED + "\"] must be JSON");
  }
}
