package dev.rollouts.cli.plugin;

import dev.rollouts.cli.kube.ApiServer;
import dev.rollouts.cli.kube.ApiServer.Pending;
import dev.rollouts.cli.kube.KubeObject;
import dev.rollouts.cli.kube.Mirror;
import dev.rollouts.cli.kube.Resource;
import dev.rollouts.cli.kube.Selection;
import dev.rollouts.cli.plugin.view.Scene;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** An object and what belongs to it, kept current. */
final class Following implements AutoCloseable {
  private final Pulse pulse = new Pulse();
  private final Resource resource;
  private final String name;
  private final List<Mirror> mirrors;
  private volatile String trouble = "";

  /**
   * Reads all of it, and follows it from there.
   *
   * @throws PluginException when there is no such object
   */
  Following(Session session, Resource resource, String name) {
    this.resource = resource;
    this.name = name;
    List<Pending<Mirror>> starting = new ArrayList<>();
    starting.add(start(session, resource, Selection.name(name)));
    starting.add(start(session, Resource.REPLICA_SETS, Gathering.OURS));
    starting.add(start(session, Resource.PODS, Gathering.OURS));
    starting.add(start(session, Resource.ANALYSIS_RUNS, Selection.all()));
    if (!resource.equals(Resource.EXPERIMENTS)) {
      starting.add(start(session, Resource.EXPERIMENTS, Selection.all()));
    }
    List<Mirror> started = new ArrayList<>();
    try {
      starting.forEach(each -> started.add(each.get()));
      if (started.get(0).objects().isEmpty()) {
        throw Session.missing(resource, name);
      }
    } catch (RuntimeException e) {
      starting.forEach(each -> each.whenThere(Mirror::close));
      throw e;
    }
    mirrors = started;
  }

  private Pending<Mirror> start(Session session, Resource kind, Selection selection) {
    ApiServer server = session.server();
    String namespace = session.namespace();
    Consumer<String> complain =
        text -> {
          trouble = text;
          pulse.ring();
        };
    return new Pending<>(
        CompletableFuture.supplyAsync(
            () ->
                Mirror.of(
                    server,
                    kind,
                    namespace,
                    selection,
                    () -> {
                      trouble = "";
                      pulse.ring();
                    },
                    complain)));
  }

  /** Rings at each change. */
  Pulse pulse() {
    return pulse;
  }

  /** The object; empty when it has been deleted. */
  Optional<KubeObject> object() {
    return mirrors.get(0).objects().stream().findFirst();
  }

  Scene scene() {
    List<KubeObject> experiments =
        resource.equals(Resource.EXPERIMENTS) ? List.of() : mirrors.get(4).objects();
    return Scene.of(
        mirrors.get(1).objects(), mirrors.get(2).objects(), experiments, mirrors.get(3).objects());
  }

  /** What is in the way at the moment; empty for nothing. */
  String trouble() {
    return trouble;
  }

  String shownName() {
    return resource.singular() + " " + name;
  }

  @Override
  public void close() {
    mirrors.forEach(Mirror::close);
  }
}
