package dev.rollouts.benchmarks.controller;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.rollouts.testcluster.AuditLog;
import dev.rollouts.testcluster.ControlPlane;
import dev.rollouts.testcluster.TestCluster;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * Canaries updated together on a real API server: how long it takes, how many writes, and what the
 * controller's process needs for it. Argo Rollouts' controller can take ours' place.
 *
 * <pre>{@code
 * ./dev bench --controller --rollouts 100 --warm-up 300
 * ./dev bench --controller --rollouts 100 --program /path/to/rollouts-controller
 * }</pre>
 */
public final class ControllerScale {
  private static final String USER = "the-controller";
  private static final Set<String> READS = Set.of("list", "get", "watch");
  private static final Set<String> WRITES =
      Set.of("create", "update", "patch", "delete", "deletecollection");
  private static final Duration LIMIT = Duration.ofMinutes(20);
  private static final Duration SETTLE = Duration.ofSeconds(5);

  private final Arguments arguments;
  private final TestCluster cluster;
  private final Path folder;
  private final Path kubeconfig;
  private int images = 1;
  private int touched;

  private ControllerScale(Arguments arguments, TestCluster cluster) throws IOException {
    this.arguments = arguments;
    this.cluster = cluster;
    this.folder = Files.createTempDirectory("controller-scale");
    this.kubeconfig = folder.resolve("kubeconfig");
    Files.writeString(
        kubeconfig, cluster.controlPlane().kubeconfigFor(USER, "system:masters"), UTF_8);
  }

  /** Runs the harness. */
  public static void main(String[] args) throws Exception {
    Arguments arguments = Arguments.of(args);
    try (TestCluster cluster = TestCluster.start(ControlPlane.setup().audited())) {
      new ControllerScale(arguments, cluster).measure();
    }
  }

  private void measure() throws Exception {
    int count = arguments.rollouts();
    Path log = folder.resolve("controller.log");
    try (Fleet fleet = new Fleet(cluster.client(), cluster.namespace())) {
      int present = arguments.present();
      if (present > 0) {
        fleet.create(0, present, arguments.replicas());
        try (Program first = start(log)) {
          fleet.awaitHealthy(present, LIMIT, () -> first.requireAlive(log));
        }
      }
      fleet.create(present, present + 1, arguments.replicas());
      try (Program program = start(log)) {
        while (!fleet.isObserved(Fleet.name(present))) {
          program.requireAlive(log);
          Thread.sleep(5);
        }
        say(
            "process start to first reconcile, %d rollouts present: %.2f s",
            present, (System.nanoTime() - program.startedAt()) / 1e9);
        fleet.create(present + 1, count, arguments.replicas());
        fleet.awaitHealthy(Math.max(count, present + 1), LIMIT, () -> program.requireAlive(log));
        for (int done = 0; done < arguments.warmUp(); done += count) {
          round(fleet, program, log, "warm-up");
        }
        for (int round = 0; round < arguments.rounds(); round++) {
          round(fleet, program, log, "update");
        }
        for (int round = 0; round < arguments.touchRounds(); round++) {
          touches(fleet, program, log);
        }
        idle(program);
      }
    }
  }

  private Program start(Path log) throws IOException {
    return Program.start(arguments.program(), kubeconfig, freePort(), log);
  }

  /** All of them get a new image at once. */
  private void round(Fleet fleet, Program program, Path log, String what) throws Exception {
    Thread.sleep(SETTLE.toMillis());
    int count = arguments.rollouts();
    List<AuditLog.Request> before = requests();
    double cpu = program.cpuSeconds();
    double turns = turns(program);
    long start = System.nanoTime();
    fleet.update(count, "registry.example/shop:" + ++images);
    fleet.awaitHealthy(count, LIMIT, () -> program.requireAlive(log));
    double seconds = (System.nanoTime() - start) / 1e9;
    double used = program.cpuSeconds() - cpu;
    double turned = turns(program) - turns;
    Thread.sleep(SETTLE.toMillis()); // ReplicaSets that are left behind are part of it.
    List<AuditLog.Request> since = since(before);
    say(
        "%s of %d: all Healthy after %.1f s; %.1f writes each (%s); spec to ReplicaSet %.3f s;"
            + " CPU %.1f ms each, %.2f ms a turn (%.0f turns); resident %d MiB%s",
        what,
        count,
        seconds,
        (double) since.stream().filter(ControllerScale::isWrite).count() / count,
        byKind(since, count),
        fleet.medianToReplicaSet(),
        used * 1000 / count,
        used * 1000 / Math.max(1, turned),
        turned,
        program.residentMiB(),
        liveHeap(program));
  }

  /** Turns that find nothing to do; a change may have more than one. */
  private void touches(Fleet fleet, Program program, Path log) throws Exception {
    int present = Math.max(arguments.rollouts(), arguments.present() + 1);
    double cpu = program.cpuSeconds();
    double turns = turns(program);
    fleet.touch(touched, arguments.touches(), present);
    touched += arguments.touches();
    program.requireAlive(log);
    Thread.sleep(SETTLE.toMillis());
    double used = program.cpuSeconds() - cpu;
    double turned = turns(program) - turns;
    say(
        "%d touches of %d: %.0f turns, CPU %.2f ms a turn; resident %d MiB%s",
        arguments.touches(),
        present,
        turned,
        used * 1000 / Math.max(1, turned),
        program.residentMiB(),
        liveHeap(program));
  }

  private String liveHeap(Program program) throws IOException, InterruptedException {
    return arguments.jdk() == null
        ? ""
        : "; live heap %.1f MiB".formatted(program.liveHeapMiB(arguments.jdk()));
  }

  private static double turns(Program program) throws IOException, InterruptedException {
    return program.sumOfMetrics(
        "rollout_reconcile_count", "analysis_run_reconcile_count", "experiment_reconcile_count");
  }

  private void idle(Program program) throws Exception {
    Thread.sleep(SETTLE.toMillis());
    List<AuditLog.Request> before = requests();
    double cpu = program.cpuSeconds();
    Thread.sleep(arguments.idle().toMillis());
    List<AuditLog.Request> since = since(before);
    say(
        "idle for %d s: %d writes, %d lists and gets; CPU %.1f ms; resident %d MiB",
        arguments.idle().toSeconds(),
        since.stream().filter(ControllerScale::isWrite).count(),
        since.stream()
            .filter(it -> READS.contains(it.verb()) && !it.verb().equals("watch"))
            .count(),
        (program.cpuSeconds() - cpu) * 1000,
        program.residentMiB());
  }

  private static boolean isWrite(AuditLog.Request request) {
    return WRITES.contains(request.verb())
        && !request.resource().equals("events")
        && !request.resource().equals("leases");
  }

  private static String byKind(List<AuditLog.Request> requests, int count) {
    java.util.Map<String, Integer> kinds = new java.util.TreeMap<>();
    for (AuditLog.Request each : requests) {
      if (isWrite(each)) {
        String kind =
            each.verb()
                + " "
                + each.resource()
                + (each.subresource().isEmpty() ? "" : "/" + each.subresource())
                + (each.code() < 400 ? "" : " " + each.code());
        kinds.merge(kind, 1, Integer::sum);
      }
    }
    StringBuilder text = new StringBuilder();
    kinds.forEach(
        (kind, number) ->
            text.append(text.isEmpty() ? "" : ", ")
                .append("%s %.1f".formatted(kind, (double) number / count)));
    return text.toString();
  }

  private List<AuditLog.Request> requests() {
    return cluster.controlPlane().audit().requests().stream()
        .filter(request -> request.user().equals(USER))
        .toList();
  }

  private List<AuditLog.Request> since(List<AuditLog.Request> before) {
    List<AuditLog.Request> all = requests();
    return all.subList(before.size(), all.size());
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static void say(String format, Object... values) {
    System.out.println(String.format(java.util.Locale.ROOT, format, values));
  }
}
