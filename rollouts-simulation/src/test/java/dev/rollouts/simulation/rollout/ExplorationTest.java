package dev.rollouts.simulation.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.wire.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Small rollouts, in every order of what people and pods do. */
@Tag("sim")
class ExplorationTest {
  private static final long ALL = 3_000;
  private static final long STATES = Long.getLong("sim.states", ALL);

  static Stream<Arguments> small() {
    List<JsonObject> routed = new ArrayList<>(Rollouts.services("shop-stable", "shop-canary"));
    routed.add(Corpus.virtualService());
    String services =
        """
          stableService: shop-stable
          canaryService: shop-canary
          trafficRouting: {istio: {virtualService: {name: shop}}}
        """;
    String steps =
        """
          steps:
          - setWeight: 40
          - pause: {duration: 20s}
        """;
    return Map.of(
            "basic canary",
            RolloutSimulation.of(Rollouts.rollout(3, "canary:\n" + steps), 1),
            "Istio canary",
            RolloutSimulation.of(Rollouts.rollout(2, "canary:\n" + services + steps), 1)
                .objects(routed),
            "blue-green",
            RolloutSimulation.of(
                    Rollouts.rollout(
                        2,
                        """
                        blueGreen: {activeService: a, previewService: p, autoPromotionEnabled: false}
                        """),
                    1)
                .objects(Rollouts.services("a", "p")))
        .entrySet()
        .stream()
        .map(each -> Arguments.of(each.getKey(), each.getValue()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("small")
  void everyOrderKeepsTheInvariants(String name, RolloutSimulation simulation) {
    Exploration.Report report =
        new Exploration(
                simulation,
                List.of(Act.setImage("web", "shop:2"), Act.abort(), Act.promote(), Act.scale(4)),
                1,
                14)
            .explore(STATES);
    System.out.println(
        "%s: %d states, %d paths, %d decisions, complete %s"
            .formatted(
                name, report.states(), report.paths(), report.decisions(), report.complete()));
    assertThat(report.states()).isGreaterThan(200);
    assertThat(report.complete()).isEqualTo(STATES >= ALL || report.states() < STATES);
  }
}
