package dev.rollouts.examples.plugin;

import dev.rollouts.api.plugin.TrafficRouterPlugin;
import dev.rollouts.api.rollout.WeightDestination;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Keeps the weight in a file: {@code plugins: {example/weights: {file: edge}}}. */
public final class WeightFile implements TrafficRouterPlugin {
  @Override
  public String name() {
    return "example/weights";
  }

  @Override
  public void updateHash(
      Target target, String canaryHash, String stableHash, List<WeightDestination> additional) {
    // The Services are enough for this one.
  }

  @Override
  public void setWeight(Target target, int weight, List<WeightDestination> additional)
      throws IOException {
    Files.writeString(file(target), line(target, weight));
  }

  @Override
  public Optional<Boolean> verifyWeight(
      Target target, int weight, List<WeightDestination> additional) throws IOException {
    Path file = file(target);
    return Optional.of(Files.exists(file) && Files.readString(file).equals(line(target, weight)));
  }

  private static Path file(Target target) throws IOException {
    return SharedFolder.file(target.config().at("file"));
  }

  private static String line(Target target, int weight) {
    return target.canaryService() + "=" + weight;
  }
}
