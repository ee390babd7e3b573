package dev.rollouts.benchmarks.plugin;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.rollouts.testcluster.ControlPlane;
import dev.rollouts.testcluster.TestCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Wall time and peak memory of the kubectl plugin's commands, each as a process, on a real API
 * server. Argo Rollouts' plugin can take the place of ours.
 *
 * <pre>{@code
 * ./dev bench --plugin
 * ./dev bench --plugin --runs 20 --watch 60 --program /path/to/kubectl-argo-rollouts
 * }</pre>
 */
public final class PluginTimes {
  private static final Set<String> OPTIONS = Set.of("--program", "--runs", "--watch", "--rollouts");
  private static final int SMALL_PODS = 5;
  private static final int REVISIONS = 20;
  private static final int PODS = 25;
  private static final int RUNS = 50;

  private final Timed timed;
  private final int runs;
  private final String small;
  private final String many;
  private final String big;
  private int images;

  private PluginTimes(Timed timed, int runs, String small, String many, String big) {
    this.timed = timed;
    this.runs = runs;
    this.small = small;
    this.many = many;
    this.big = big;
  }

  /** Runs the harness. */
  public static void main(String[] args) throws Exception {
    Map<String, String> options = options(args);
    Path folder = Files.createTempDirectory("plugin-times");
    try (TestCluster cluster = TestCluster.start(ControlPlane.setup())) {
      String small = cluster.namespace();
      String many = cluster.namespace();
      String big = cluster.namespace();
      Path kubeconfig = folder.resolve("kubeconfig");
      Files.writeString(
          kubeconfig, cluster.controlPlane().kubeconfigFor("somebody", "system:masters"), UTF_8);
      try (Scenery one = new Scenery(cluster.client(), small);
          Scenery other = new Scenery(cluster.client(), many);
          Scenery large = new Scenery(cluster.client(), big)) {
        one.tree("web", 1, SMALL_PODS, 0);
        large.tree("web", REVISIONS, PODS, RUNS);
        other.bare("web", Integer.parseInt(options.getOrDefault("--rollouts", "1000")));
        one.await(SMALL_PODS);
        other.await(0);
        large.await(REVISIONS * PODS);
        Timed timed =
            new Timed(
                List.of(options.getOrDefault("--program", "").strip().split("\\s+")),
                kubeconfig,
                folder);
        new PluginTimes(
                timed, Integer.parseInt(options.getOrDefault("--runs", "20")), small, many, big)
            .measure();
        Duration span = Duration.ofSeconds(Long.parseLong(options.getOrDefault("--watch", "60")));
        if (!span.isZero()) {
          double cpu =
              timed.cpuWhile(
                  () -> large.stir("web", span), "get", "rollout", "web", "-w", "-n", big);
          say(
              "get rollout -w, %d pods, being updated for %d s: CPU %.2f s",
              REVISIONS * PODS, span.toSeconds(), cpu);
        }
      }
    }
  }

  private static Map<String, String> options(String[] args) {
    Map<String, String> options = new HashMap<>();
    for (int i = 0; i < args.length; i += 2) {
      if (!OPTIONS.contains(args[i]) || i + 1 == args.length) {
        throw new IllegalArgumentException(
            "%s: expected pairs of an option and its value; options are %s"
                .formatted(args[i], String.join(", ", OPTIONS.stream().sorted().toList())));
      }
      options.put(args[i], args[i + 1]);
    }
    if (!options.containsKey("--program")) {
      throw new IllegalArgumentException("--program: say which plugin to run");
    }
    return options;
  }

  private void measure() throws IOException, InterruptedException {
    median("version", "version");
    median("help", "help");
    median("completion of a name", "__complete", "-n", small, "promote", "");
    median("get rollout, %d pods".formatted(SMALL_PODS), "get", "rollout", "web", "-n", small);
    median("list rollouts, 1", "list", "rollouts", "-n", small);
    median("list rollouts, all of the other namespace", "list", "rollouts", "-n", many);
    List<Timed.Run> changes = new ArrayList<>();
    for (int i = 0; i < runs; i++) {
      String image = "web=registry.example/web:new-" + ++images;
      changes.add(timed.run("set", "image", "web", image, "-n", small));
    }
    say("set image", changes);
    median("promote", "promote", "web", "-n", small);
    median("abort", "abort", "web", "-n", small);
    median(
        "get rollout, %d pods, %d revisions, %d runs".formatted(REVISIONS * PODS, REVISIONS, RUNS),
        "get",
        "rollout",
        "web",
        "-n",
        big);
  }

  private void median(String what, String... words) throws IOException, InterruptedException {
    List<Timed.Run> all = new ArrayList<>();
    for (int i = 0; i < runs; i++) {
      all.add(timed.run(words));
    }
    say(what, all);
  }

  private static void say(String what, List<Timed.Run> all) {
    double[] seconds = all.stream().mapToDouble(Timed.Run::seconds).sorted().toArray();
    double[] memory = all.stream().mapToDouble(Timed.Run::mebibytes).sorted().toArray();
    say(
        "%s: %.3f s (least %.3f s), %.0f MiB, medians of %d",
        what, seconds[seconds.length / 2], seconds[0], memory[memory.length / 2], all.size());
  }

  private static void say(String format, Object... values) {
    System.out.println(String.format(Locale.ROOT, format, values));
  }
}
