package dev.rollouts.controller.turns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.ObjectMeta;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.RolloutStatus;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.api.wire.Wire;
import dev.rollouts.controller.kube.RequestGate;
import dev.rollouts.controller.kube.Stores;
import dev.rollouts.controller.metrics.ObjectMetrics;
import dev.rollouts.engine.Decision;
import dev.rollouts.engine.cluster.ClusterAnswer;
import dev.rollouts.engine.cluster.ClusterEffect;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.UnknownSnapshot;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class TurnsTest {
  /** Lets one request pass, and then none for hours. */
  private final RequestGate gate =
      new RequestGate(0.0001, 1, () -> true, (kind, namespace, name, verb, code) -> {});

  private final KubernetesClient nowhere =
      new KubernetesClientBuilder()
          .withConfig(
              new ConfigBuilder(Config.empty())
                  .withMasterUrl("http://127.0.0.1:1/")
                  .withRequestRetryBackoffLimit(0)
                  .build())
          .withHttpClientBuilderConsumer(it -> it.addOrReplaceInterceptor("gate", gate))
          .build();
  private final Stores stores = Stores.empty();
  private final Alone alone = new Alone(nowhere, nowhere, "", gate);
  private final Surroundings surroundings = alone.surroundings(stores, Clock.systemUTC());

  @AfterEach
  void end() {
    alone.close();
    nowhere.close();
  }

  /** Breaks for one object, as long as it is told to; of another only figures change. */
  private final class Scripted extends Turns<Rollout, RolloutStatus> {
    private boolean broken = true;

    Scripted() {
      super(surroundings, "rollout", "status", stores.rollouts());
    }

    @Override
    protected Decision<RolloutStatus, ClusterEffect> decide(
        Rollout rollout, List<ClusterAnswer> given, Instant now) {
      if (broken && rollout.metadata().name().equals("bad")) {
        throw new IllegalStateException("a bug of ours");
      }
      RolloutStatus status = rollout.statusOrEmpty();
      if (rollout.metadata().name().equals("growing")) {
        status = status.toBuilder().replicas(3).build();
      }
      return new Decision<>(status, List.of(), Optional.empty(), List.of());
    }

    @Override
    protected RolloutStatus status(Rollout rollout) {
      return rollout.statusOrEmpty();
    }

    @Override
    protected Rollout with(Rollout rollout, RolloutStatus status) {
      return rollout.withStatus(status);
    }

    @Override
    protected boolean isFigures(RolloutStatus before, RolloutStatus after) {
      return true;
    }

    @Override
    protected Rollout read(JsonObject tree) {
      return Wire.decode(Rollout.class, tree.fields()).value();
    }

    @Override
    protected boolean isSure(
        Question<Rollout> question, Decision<RolloutStatus, ClusterEffect> decision) {
      return true;
    }

    @Override
    protected void saved(Rollout rollout, RolloutStatus after) {}
  }

  private ObjectMeta put(String name) {
    return put(name, "1");
  }

  private ObjectMeta put(String name, String version) {
    Rollout rollout =
        Wire.decode(
                Rollout.class,
                Map.of(
                    "metadata",
                    Map.of(
                        "name",
                        name,
                        "namespace",
                        "shop",
                        "uid",
                        name,
                        "resourceVersion",
                        version)))
            .value();
    stores.rollouts().put(rollout);
    return rollout.metadata();
  }

  /** Failed turns by object. */
  private Map<String, Double> failures() {
    Map<String, Double> failures = new TreeMap<>();
    for (MetricSnapshot each :
        new ObjectMetrics(stores, surroundings.metrics(), () -> true, "v0").collect()) {
      if (each.getMetadata().getName().equals("rollout_reconcile_error")) {
        ((UnknownSnapshot) each)
            .getDataPoints()
            .forEach(point -> failures.put(point.getLabels().get("name"), point.getValue()));
      }
    }
    return failures;
  }

  @Test
  @DisplayName(
      "O-005, R-521 A turn that breaks is counted, and taken again with growing delays, for that object alone")
  void goesOn() {
    ObjectMeta bad = put("bad");
    ObjectMeta good = put("good");
    Scripted turns = new Scripted();
    assertThat(turns.take(bad)).isEqualTo(Duration.ofMillis(5));
    assertThat(turns.take(good)).isNull();
    assertThat(turns.take(bad)).isEqualTo(Duration.ofMillis(10));
    assertThat(turns.take(bad)).isEqualTo(Duration.ofMillis(20));
    assertThat(failures()).isEqualTo(Map.of("bad", 3.0));
    turns.broken = false;
    assertThat(turns.take(bad)).isNull();
    turns.broken = true;
    assertThat(turns.take(bad)).isEqualTo(Duration.ofMillis(5));
  }

  @Test
  @DisplayName("O-006, R-001 What is gone is dropped")
  void dropsWhatIsGone() {
    ObjectMeta bad = put("bad");
    Scripted turns = new Scripted();
    assertThat(turns.take(bad)).isNotNull();
    stores.rollouts().remove("shop", "bad", "bad");
    assertThat(turns.take(bad)).isNull();
    put("bad", "2");
    assertThat(turns.take(bad)).as("counted anew").isEqualTo(Duration.ofMillis(5));
  }

  @Test
  @DisplayName("R-002 Figures wait a second for more, and longer while other requests have to wait")
  void figuresLetOthersGoFirst() throws InterruptedException {
    ObjectMeta growing = put("growing");
    Scripted turns = new Scripted();
    Duration refused = Duration.ofMillis(5);
    assertThat(turns.take(growing)).isBetween(Duration.ofMillis(500), Duration.ofSeconds(1));
    assertThat(turns.take(growing)).isNotEqualTo(refused).isLessThan(Duration.ofSeconds(1));
    Thread.sleep(1_050);
    assertThat(gate.isCrowded()).isFalse();
    assertThat(turns.take(growing)).as("saved, were there a server").isEqualTo(refused);
    assertThat(gate.isCrowded()).isTrue();
    turns.take(growing);
    Thread.sleep(1_050);
    assertThat(turns.take(growing)).as("looked at again").isEqualTo(Duration.ofSeconds(1));
  }
}
