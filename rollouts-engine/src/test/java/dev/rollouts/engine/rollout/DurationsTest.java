package dev.rollouts.engine.rollout;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.rollout.RolloutDuration;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How long an update takes: docs/spec/rollout.md#duration. */
class DurationsTest {
  private static @Nullable Long since(@Nullable Instant at) {
    return at == null ? null : Duration.between(World.START, at).toSeconds();
  }

  /** Times are seconds since the first deploy; an image costs a minute. */
  @ParameterizedTest(name = "{0} {1}: began {2}, ended {3}, paused {4}, {5}")
  @CsvSource(
      delimiter = '|',
      value = {
        "R-540|+0s|0|0|0|Promoted",
        "R-540|+0s; web:2|60||0|''",
        "R-540|+0s; web:2; +10s; web:3|130||0|''",
        "R-540|+0s; web:2; abort; +10s; retry|70||0|''",
        "R-540|+0s; +1h; pause; unpause|0|0|0|Promoted",
        "R-541|+0s; web:2; web:1|60|120|60|FastRolledBack",
        "R-541|+0s; web:2; full; web:3; web:1|120||60|RolledBack",
        "R-541|+0s; hold; web:2; web:3|120||0|''",
        "R-542|+0s; web:2; +30s; promote; +11s|60|101|30|Promoted",
        "R-542|+0s; hold; web:2; full; +20s; release|60|80|0|FastPromoted",
        "R-542|+0s; web:2; +30s; abort|60|90|30|Aborted",
        "R-542|+0s; web:2; abort; +1h|60|60|0|Aborted",
        "R-543|+0s; web:2; +100s; promote|60||100|''",
        "R-543|+0s; hold; web:2; pause; +50s; unpause; +7s|60||50|''",
        "R-543|+0s; web:2; +100s; promote; +5s|60||100|''",
      })
  void record(
      String rule,
      String script,
      long began,
      @Nullable Long ended,
      long paused,
      String completion) {
    World world =
        new World(
            Manifests.rollout(
                """
                replicas: 5
                strategy:
                  canary:
                    steps: [{setWeight: 20}, {pause: {}}, {pause: {duration: 10s}}]
                """));
    Play.of(world, script + "; +0s");
    RolloutDuration record = requireNonNull(world.status().duration());
    assertThat(since(record.rolloutStartedAt())).as(rule + " began").isEqualTo(began);
    assertThat(since(record.finishedAt())).as(rule + " ended").isEqualTo(ended);
    assertThat(record.totalManualPauseDurationSeconds()).as(rule + " paused").isEqualTo(paused);
    assertThat(record.completionStatus()).as(rule).isEqualTo(completion);
  }

  @ParameterizedTest(name = "{0} blue-green {1}, {2}: waits for people {3}")
  @CsvSource(
      delimiter = '|',
      value = {
        "R-543|autoPromotionEnabled: false|web:2|true",
        "R-543|autoPromotionSeconds: 60|web:2|false",
        "R-543|autoPromotionSeconds: 60|web:2; pause|true",
      })
  void pausesOfBlueGreen(String rule, String options, String script, boolean waits) {
    World world =
        new World(
                Manifests.rollout(
                    "replicas: 3\nstrategy: {blueGreen: {activeService: web-active, %s}}"
                        .formatted(options)))
            .service("web-active")
            .settle();
    Play.of(world, script);
    assertThat(requireNonNull(world.status().duration()).manualPauseStartedAt() != null)
        .as(rule)
        .isEqualTo(waits);
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource({"R-544, 1", "R-544, 2"})
  void standsWhileInvalid(String rule, int revision) {
    World world =
        new World(Manifests.rollout("replicas: 5\nstrategy: {canary: {steps: [{pause: {}}]}}"))
            .settle();
    if (revision == 2) {
      world.update("web:2");
    }
    RolloutDuration before = world.status().duration();
    world.edit(spec -> spec.withTemplate(dev.rollouts.api.wire.JsonObject.empty()));
    world.pass(Duration.ofHours(1)).settle();
    assertThat(world.status().duration()).as(rule).isEqualTo(before);
  }
}
