package dev.rollouts.cli.plugin;

import dev.rollouts.cli.kube.ApiServer;
import dev.rollouts.cli.kube.Choice;
import dev.rollouts.cli.kube.KubeObject;
import dev.rollouts.cli.kube.Resource;
import dev.rollouts.codec.Codec;
import dev.rollouts.codec.Document;
import dev.rollouts.codec.Json;
import dev.rollouts.testcluster.AuditLog;
import dev.rollouts.testcluster.TestCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** A namespace of the test cluster without a controller, and users of their own. */
final class Stage implements AutoCloseable {
  private static final AtomicInteger USERS = new AtomicInteger();

  final TestCluster cluster = TestCluster.shared();
  final String namespace = cluster.namespace();
  final ApiServer admin;
  private final Path folder;
  private final String user = "plugin-user-" + USERS.incrementAndGet();

  Stage() {
    try {
      folder = Files.createTempDirectory("plugin");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    admin =
        ApiServer.of(
            Choice.nothing().withKubeconfig(cluster.controlPlane().kubeconfig().toString()),
            Map.of(),
            "test/1");
  }

  /** The plugin as somebody with all rights, who does nothing else. */
  Plugin plugin() {
    return as(user, "system:masters");
  }

  /** The plugin as somebody. */
  Plugin as(String who, String... groups) {
    return Plugin.of(kubeconfig(who, groups), namespace);
  }

  Path kubeconfig(String who, String... groups) {
    return file(who + ".kubeconfig", cluster.controlPlane().kubeconfigFor(who, groups));
  }

  Path file(String name, String text) {
    try {
      return Files.writeString(folder.resolve(name), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What the plugin has written, as {@code patch rollouts/status web 200}. */
  List<String> writes() {
    return writes(user);
  }

  /** What somebody has written, or tried to. */
  List<String> writes(String who) {
    return cluster.controlPlane().audit().writes(who).stream().map(Stage::shown).toList();
  }

  private static String shown(AuditLog.Request request) {
    return "%s %s%s %s %d"
        .formatted(
            request.verb(),
            request.resource(),
            request.subresource().isEmpty() ? "" : "/" + request.subresource(),
            request.name(),
            request.code());
  }

  /** Creates objects as they are, their status included. */
  void create(String yaml) {
    for (Document each : Codec.standard().read("test.yaml", yaml)) {
      KubeObject object = Create.object(each);
      Resource resource = resource(object.kind());
      admin.create(resource, namespace, object);
      if (object.has("status") && resource.equals(Resource.ROLLOUTS)) {
        status(resource, object.name(), Json.write(object.at("status")));
      }
    }
  }

  void status(Resource resource, String name, String json) {
    admin.merge(
        resource,
        namespace,
        name,
        resource.equals(Resource.ROLLOUTS) ? "status" : "",
        Map.of("status", java.util.Objects.requireNonNull(Json.read("status", json))));
  }

  private static Resource resource(String kind) {
    return Resource.ofOurs(kind)
        .orElseGet(
            () ->
                switch (kind) {
                  case "ReplicaSet" -> Resource.REPLICA_SETS;
                  case "Deployment" -> Resource.DEPLOYMENTS;
                  case "Pod" -> Resource.PODS;
                  default -> throw new IllegalArgumentException(kind);
                });
  }

  KubeObject get(Resource resource, String name) {
    return admin.get(resource, namespace, name);
  }

  KubeObject rollout(String name) {
    return get(Resource.ROLLOUTS, name);
  }

  @Override
  public void close() {
    cluster.client().namespaces().withName(namespace).delete();
  }
}
