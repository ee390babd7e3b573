package dev.rollouts.cli;

import dev.rollouts.api.rollout.CanaryStrategy;
import dev.rollouts.api.rollout.EffectiveRollout;
import dev.rollouts.cli.report.Delivery;
import dev.rollouts.cli.report.DeliveryStory;
import dev.rollouts.cli.report.Odds;
import dev.rollouts.cli.report.Report.Fact;
import dev.rollouts.cli.terminal.Durations;
import dev.rollouts.simulation.MonteCarlo;
import dev.rollouts.simulation.rollout.Act;
import dev.rollouts.simulation.rollout.Outcome;
import dev.rollouts.simulation.rollout.RolloutManifests;
import dev.rollouts.simulation.rollout.RolloutOdds;
import dev.rollouts.simulation.rollout.RolloutScenario;
import dev.rollouts.simulation.rollout.RolloutSimulation;
import dev.rollouts.simulation.rollout.RolloutTrace;
import dev.rollouts.simulation.rollout.ScenarioEvent;
import dev.rollouts.simulation.rollout.When;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A rollout that is to be simulated, and what happens to it.
 *
 * @param atMost virtual time
 * @param facts what is told about it
 * @param failures whether anything says how many requests fail
 */
record RolloutSubject(
    RolloutManifests manifests,
    RolloutSimulation simulation,
    long seed,
    Duration atMost,
    List<Fact> facts,
    boolean failures) {
  private static final Duration UPDATE_AFTER = Duration.ofSeconds(30);

  /**
   * Decides what is to happen.
   *
   * @param files for people
   * @param scenarioName for people
   * @param scenario null for one release in a healthy world
   * @param updates as given with {@code --update}
   */
  static RolloutSubject of(
      RolloutManifests manifests,
      List<String> files,
      @Nullable RolloutScenario scenario,
      @Nullable String scenarioName,
      List<String> updates,
      @Nullable Long seed,
      @Nullable Duration atMost) {
    long first = seed != null ? seed : scenario != null ? scenario.seed() : 1;
    List<Image> images = images(manifests, updates);
    List<ScenarioEvent> events = new ArrayList<>();
    boolean makesUpActs = scenario == null || !scenario.hasActs();
    if (makesUpActs) {
      // First, as an event that comes once holds up those behind it.
      events.add(new ScenarioEvent(When.everyWait(), Act.promote()));
    }
    if (makesUpActs || !updates.isEmpty()) {
      When when = When.healthy().later(UPDATE_AFTER);
      for (Image each : images) {
        events.add(new ScenarioEvent(when, Act.setImage(each.container(), each.image())));
        when = When.healthy();
      }
    }
    RolloutSimulation simulation = manifests.simulation(first).scenario(events);
    if (scenario != null) {
      simulation = scenario.applyTo(simulation, manifests);
    }
    return new RolloutSubject(
        manifests,
        simulation,
        first,
        atMost != null
            ? atMost
            : scenario != null ? scenario.duration() : RolloutScenario.DURATION_DEFAULT,
        facts(manifests, files, scenario, scenarioName, images, makesUpActs, first),
        scenario == null || scenario.metrics().isEmpty() || scenario.failsRequests());
  }

  /** A container and what it is to run. */
  private record Image(String container, String image) {}

  /** {@code image=IMAGE} is the first container, unless one is called so. */
  private static List<Image> images(RolloutManifests manifests, List<String> updates) {
    List<String> containers = manifests.containers();
    if (updates.isEmpty()) {
      return List.of(new Image(manifests.container(), manifests.nextImage()));
    }
    List<Image> images = new ArrayList<>();
    for (String update : updates) {
      int equals = update.indexOf('=');
      if (equals < 1 || equals == update.length() - 1) {
        throw CliException.badInput(
            "--update: expected image=IMAGE or CONTAINER=IMAGE, was \"%s\"".formatted(update));
      }
      String container = update.substring(0, equals);
      String image = update.substring(equals + 1);
      if (container.equals("image") && !containers.contains("image")) {
        container = manifests.container();
      } else if (!containers.contains(container)) {
        throw CliException.badInput(
            "--update %s: there is no container named %s; there is: %s, and image= is the first"
                .formatted(update, container, String.join(", ", containers)));
      }
      images.add(new Image(container, image));
    }
    return images;
  }

  private static List<Fact> facts(
      RolloutManifests manifests,
      List<String> files,
      @Nullable RolloutScenario scenario,
      @Nullable String scenarioName,
      List<Image> images,
      boolean makesUpActs,
      long seed) {
    List<Fact> facts = new ArrayList<>();
    facts.add(new Fact("strategy", strategy(manifests)));
    facts.add(new Fact("files", String.join(", ", files)));
    if (scenarioName != null) {
      facts.add(new Fact("scenario", scenarioName));
    }
    if (makesUpActs) {
      facts.add(
          new Fact(
              "update",
              "%s → %s, %s after the first version is healthy; pauses without end are promoted at once"
                  .formatted(
                      manifests.image().isEmpty() ? "(no image)" : manifests.image(),
                      images.stream().map(Image::image).collect(Collectors.joining(" → ")),
                      Durations.shown(UPDATE_AFTER))));
    }
    if (!manifests.madeUp().isEmpty()) {
      facts.add(new Fact("made up", String.join(", ", manifests.madeUp())));
    }
    if (scenario == null && !manifests.templates().isEmpty()) {
      facts.add(new Fact("metrics", "healthy, as no scenario says otherwise (--scenario)"));
    }
    facts.add(new Fact("seed", String.valueOf(seed)));
    return facts;
  }

  private static String strategy(RolloutManifests manifests) {
    EffectiveRollout effective = EffectiveRollout.of(manifests.rollout().spec());
    CanaryStrategy canary = effective.canary();
    String replicas = effective.replicas() == 1 ? "1 replica" : effective.replicas() + " replicas";
    if (manifests.isAutoscaled()) {
      replicas += " at first, autoscaled";
    }
    if (canary == null) {
      return "blue-green, " + replicas;
    }
    int steps = effective.steps().size();
    return "canary%s, %s, %s"
        .formatted(
            canary.trafficRouting() == null ? " by pod counts" : " by a router",
            replicas,
            steps == 0 ? "no steps" : steps == 1 ? "1 step" : steps + " steps");
  }

  // -- what comes of it

  RolloutTrace run() {
    return simulation.run(atMost);
  }

  Delivery report(RolloutTrace trace, @Nullable Odds odds) {
    return DeliveryStory.of(trace, facts, failures, odds);
  }

  /** What many seeds come to. */
  Odds odds(int runs) {
    RolloutOdds many = RolloutOdds.run(simulation, runs, atMost);
    Map<Outcome, List<RolloutOdds.Result>> byOutcome = new EnumMap<>(Outcome.class);
    many.results()
        .forEach(
            each -> byOutcome.computeIfAbsent(each.outcome(), o -> new ArrayList<>()).add(each));
    List<Odds.Share> shares = new ArrayList<>();
    byOutcome.forEach(
        (outcome, results) -> {
          MonteCarlo.Share share = MonteCarlo.Share.of(results.size(), runs);
          shares.add(
              new Odds.Share(
                  outcome.toString(),
                  Delivery.tone(outcome),
                  results.size(),
                  share.low(),
                  share.high(),
                  medianTime(results),
                  results.get(0).seed()));
        });
    shares.sort(Comparator.comparing(Odds.Share::count).reversed());
    List<Duration> times =
        many.results().stream()
            .map(RolloutOdds.Result::timeToVerdict)
            .filter(Objects::nonNull)
            .toList();
    return new Odds(runs, seed, shares, Odds.bins(times), exposure(many.results()));
  }

  private Duration medianTime(List<RolloutOdds.Result> results) {
    List<Duration> times =
        results.stream()
            .map(RolloutOdds.Result::timeToVerdict)
            .filter(Objects::nonNull)
            .sorted()
            .toList();
    return times.isEmpty() ? atMost : times.get((times.size() - 1) / 2);
  }

  private static List<String> exposure(List<RolloutOdds.Result> results) {
    double[] requests =
        results.stream().mapToDouble(RolloutOdds.Result::requests).sorted().toArray();
    double[] failed = results.stream().mapToDouble(RolloutOdds.Result::failed).sorted().toArray();
    return List.of(
        "requests to the new version before the verdict: " + spread(requests),
        "of these failed: " + spread(failed));
  }

  private static String spread(double[] sorted) {
    return String.format(
        Locale.ROOT,
        "half of the runs up to %,.0f, 95 %% up to %,.0f, at most %,.0f",
        sorted[(sorted.length - 1) / 2],
        sorted[(int) Math.ceil(0.95 * sorted.length) - 1],
        sorted[sorted.length - 1]);
  }
}
