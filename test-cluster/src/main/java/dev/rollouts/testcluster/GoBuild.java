package dev.rollouts.testcluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Builds the programs with Go, one build at a time on this machine. */
final class GoBuild implements ClusterPrograms.Builder {
  private static final long BUILD_MINUTES = 30;
  private static final String REMEDY =
      "install Go 1.24 or later from https://go.dev/dl and put it on PATH (Debian 12's package is too old), or set KUBEBUILDER_ASSETS to a folder with etcd and kube-apiserver";

  private final GoModules modules;
  private final List<Path> places;

  GoBuild(GoModules modules) {
    this(modules, usualPlaces());
  }

  GoBuild(GoModules modules, List<Path> places) {
    this.modules = modules;
    this.places = List.copyOf(places);
  }

  private static List<Path> usualPlaces() {
    List<Path> places =
        new ArrayList<>(
            Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":", -1))
                .map(Path::of)
                .toList());
    places.add(Path.of("/usr/local/go/bin"));
    return places;
  }

  /** The lock of a file holds between JVMs, that of the class between threads. */
  @Override
  public void build(List<String> programs, Path folder) {
    synchronized (GoBuild.class) {
      try {
        Files.createDirectories(folder);
        try (FileChannel channel =
                FileChannel.open(
                    folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = channel.lock()) {
          for (String program : programs) {
            if (lock.isValid() && !Files.isExecutable(folder.resolve(program))) {
              build(program, folder);
            }
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException("could not build the programs in " + folder, e);
      }
    }
  }

  private void build(String program, Path folder) throws IOException {
    Path go = go(program);
    System.err.println("building " + program + " with Go, once: some minutes");
    Path work = Files.createTempDirectory("rollouts-" + program);
    try {
      Path log = folder.resolve(program + ".log");
      modules.write(module(program), work);
      run(go, program, work, log);
      Files.move(
          work.resolve(program), folder.resolve(program), StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Folders.delete(work);
    }
  }

  private Path go(String program) {
    return places.stream()
        .map(place -> place.resolve("go"))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(
            () ->
                new ClusterException(
                    "the test cluster needs "
                        + program
                        + ", and there is no Go to build it: "
                        + REMEDY));
  }

  private static String module(String program) {
    return switch (program) {
      case ClusterPrograms.ETCD -> GoModules.ETCD;
      case HelmProgram.HELM -> GoModules.HELM;
      default -> GoModules.KUBERNETES;
    };
  }

  private static String source(String program) {
    return switch (program) {
      case ClusterPrograms.ETCD -> "go.etcd.io/etcd/server/v3";
      case HelmProgram.HELM -> "helm.sh/helm/v3/cmd/helm";
      default -> "k8s.io/kubernetes/cmd/" + program;
    };
  }

  private void run(Path go, String program, Path work, Path log) throws IOException {
    ProcessBuilder build =
        new ProcessBuilder(
                go.toString(),
                "build",
                "-trimpath",
                "-ldflags",
                linkerFlags(),
                "-o",
                program,
                source(program))
            .directory(work.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    build.environment().put("CGO_ENABLED", "0");
    Process process = build.start();
    try {
      if (!process.waitFor(BUILD_MINUTES, TimeUnit.MINUTES) || process.exitValue() != 0) {
        throw new ClusterException(
            "go build of %s failed; %s. %s says:%n%s"
                .formatted(program, REMEDY, log, Folders.tail(log)));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClusterException("the build of " + program + " was interrupted", e);
    } finally {
      process.destroy();
    }
  }

  /** A server that was built without them says it is v0.0.0, and Helm takes it for version 1.20. */
  private String linkerFlags() {
    String server = "k8s.io/component-base/version.";
    String helm = "helm.sh/helm/v3/";
    String[] parts = modules.version().substring(1).split("\\.", 0);
    Map<String, String> values = new LinkedHashMap<>();
    values.put(server + "gitMajor", parts[0]);
    values.put(server + "gitMinor", parts[1]);
    values.put(server + "gitVersion", modules.version());
    values.put(helm + "internal/version.version", modules.helmVersion());
    for (String user : List.of("pkg/lint/rules.", "pkg/chartutil.")) {
      values.put(helm + user + "k8sVersionMajor", parts[0]);
      values.put(helm + user + "k8sVersionMinor", parts[1]);
    }
    StringBuilder flags = new StringBuilder("-s -w");
    values.forEach((name, value) -> flags.append(" -X ").append(name).append('=').append(value));
    return flags.toString();
  }
}
