package dev.rollouts.controller.faults;

import dev.rollouts.simulation.cluster.VersionModel;
import dev.rollouts.simulation.rollout.RolloutManifests;
import dev.rollouts.simulation.rollout.RolloutScenario;
import dev.rollouts.simulation.rollout.RolloutSimulation;
import dev.rollouts.simulation.rollout.RolloutTrace;
import dev.rollouts.simulation.rollout.ScenarioEvent;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * What people do to a rollout, and its manifests: one file, which the simulation and a real cluster
 * both live through. The first document is a scenario as docs/guide/simulation.md has it.
 */
record ScenarioFile(
    String name, String text, RolloutScenario scenario, RolloutManifests manifests) {
  private static final Path FOLDER = Path.of("src", "test", "resources", "scenarios");
  private static final String END = ".yaml";

  /** The names of all. */
  static List<String> names() {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files
          .map(each -> each.getFileName().toString())
          .filter(each -> each.endsWith(END))
          .map(each -> each.substring(0, each.length() - END.length()))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static ScenarioFile of(String name) {
    try (InputStream in = Files.newInputStream(FOLDER.resolve(name + END))) {
      String all = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      String[] parts = all.split("\n---\n", 2);
      return new ScenarioFile(
          name,
          parts[1],
          RolloutScenario.parse(name, parts[0]),
          RolloutManifests.parse(name, parts[1]));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What people do, in this order. */
  List<ScenarioEvent> events() {
    return scenario.events(manifests);
  }

  /** How it goes in the simulation. */
  RolloutTrace simulated() {
    return simulation().run(scenario.duration());
  }

  /** The simulation of it, with pods that are as quick as those of the test cluster. */
  RolloutSimulation simulation() {
    RolloutSimulation quick =
        manifests
            .simulation(scenario.seed())
            .cluster(
                it ->
                    it.otherVersions(
                        VersionModel.healthy()
                            .readyIn(Duration.ofMillis(50), Duration.ofMillis(100))
                            .terminatingIn(Duration.ZERO)));
    return scenario.applyTo(quick, manifests);
  }
}
