package dev.rollouts.engine.rollout;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.rollout.RolloutSpec;
import dev.rollouts.api.rollout.RolloutStatus;
import dev.rollouts.api.wire.Wire;
import dev.rollouts.engine.client.ClientPatch;
import dev.rollouts.engine.client.ClientPatches;
import dev.rollouts.engine.cluster.ReplicaSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What happens to a rollout, in a line of a table: acts between semicolons, each as far as the
 * rollout gets by itself.
 *
 * <ul>
 *   <li>{@code web:2}: another image, a minute later
 *   <li>{@code abort}, {@code retry}, {@code pause}, {@code unpause}, {@code promote}, {@code
 *       full}, {@code skip}, {@code skip-all}: the patches of a client's verbs
 *   <li>{@code resume}: the pause conditions are cleared, and nothing else
 *   <li>{@code +30s}: time passes
 *   <li>{@code replicas 8}: another number of replicas
 *   <li>{@code hold}, {@code release}: new pods do not become available, or all do
 *   <li>{@code break 2 1}: one pod of revision 2 is not available any more
 *   <li>{@code run Failed}, {@code experiment Failed}: the youngest run or experiment gets a phase
 *   <li>{@code turn}: whatever came before it in brackets happens without settling: {@code (abort);
 *       turn}
 * </ul>
 */
final class Play {
  private Play() {}

  /** Lets all of it happen. */
  static World of(World world, String script) {
    for (String act : script.split(";")) {
      String words = act.strip();
      if (words.isEmpty()) {
        continue;
      }
      if (words.equals("turn")) {
        world.turn();
      } else if (words.startsWith("(")) {
        act(world, words.substring(1, words.length() - 1));
      } else {
        act(world, words);
        world.settle();
      }
    }
    return world;
  }

  private static void act(World world, String words) {
    String[] parts = words.split(" ");
    if (words.startsWith("web:")) {
      world.image(words).pass(Duration.ofMinutes(1));
      return;
    }
    if (words.startsWith("+")) {
      world.pass(Duration.parse("PT" + words.substring(1)));
      return;
    }
    switch (parts[0]) {
      case "abort" -> send(world, ClientPatches.abort());
      case "retry" -> send(world, ClientPatches.retry());
      case "pause" -> send(world, ClientPatches.pause());
      case "unpause" -> world.edit(spec -> spec.withPaused(false));
      case "promote" -> send(world, ClientPatches.promote(world.rollout));
      case "full" -> send(world, ClientPatches.promoteFull(world.rollout));
      case "skip" -> send(world, ClientPatches.skipCurrentStep(world.rollout));
      case "skip-all" -> send(world, ClientPatches.skipAllSteps(world.rollout));
      case "resume" -> world.patch(status -> status.pauseConditions(List.of()));
      case "replicas" -> world.edit(spec -> spec.withReplicas(Integer.valueOf(parts[1])));
      case "hold" -> world.holdPods();
      case "release" -> world.releasePods();
      case "break" ->
          world.breakPods(world.revision(Long.parseLong(parts[1])), Integer.parseInt(parts[2]));
      case "run" ->
          world.finish(
              last(world.runs), AnalysisPhase.valueOf(parts[1].toUpperCase(Locale.ROOT)), "");
      case "experiment" ->
          world.experiment(
              last(world.experiments),
              AnalysisPhase.valueOf(parts[1].toUpperCase(Locale.ROOT)),
              "");
      default -> throw new IllegalArgumentException(words);
    }
  }

  private static String last(Map<String, ?> objects) {
    List<String> names = new ArrayList<>(objects.keySet());
    return names.get(names.size() - 1);
  }

  private static void send(World world, List<ClientPatch> patches) {
    for (ClientPatch patch : patches) {
      if (patch.ofStatus()) {
        RolloutStatus after =
            Wire.decode(
                    RolloutStatus.class,
                    merged(Wire.encode(world.status()), patch.body().at("status")))
                .value();
        world.rollout = world.rollout.withStatus(after);
      } else {
        RolloutSpec after =
            Wire.decode(
                    RolloutSpec.class,
                    merged(Wire.encode(world.rollout.spec()), patch.body().at("spec")))
                .value();
        world.edit(spec -> after);
      }
    }
  }

  private static Map<String, @Nullable Object> merged(
      Map<String, @Nullable Object> onto, @Nullable Object patch) {
    Map<String, @Nullable Object> merged = new LinkedHashMap<>(onto);
    ((Map<?, ?>) patch)
        .forEach(
            (key, value) -> {
              if (value == null) {
                merged.remove(String.valueOf(key));
              } else {
                merged.put(String.valueOf(key), value);
              }
            });
    return merged;
  }

  /** Sizes of all revisions, the youngest first. */
  static String sizes(World world) {
    return world.sets.values().stream()
        .sorted(Comparator.comparingLong(ReplicaSet::revision).reversed())
        .map(each -> Integer.toString(each.replicas()))
        .collect(Collectors.joining("/"));
  }
}
