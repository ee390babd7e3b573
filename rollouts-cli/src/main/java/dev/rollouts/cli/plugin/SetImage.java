package dev.rollouts.cli.plugin;

import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.cli.kube.ApiException;
import dev.rollouts.cli.kube.KubeObject;
import dev.rollouts.cli.kube.Resource;
import dev.rollouts.engine.client.ClientPatches;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** {@code set image} (K-040 to K-044). */
final class SetImage {
  private static final int ATTEMPTS = 5;

  private SetImage() {}

  static void set(Session session) {
    String[] parts = session.argument(1).split("=", -1);
    if (parts.length != 2) {
      throw PluginException.misused();
    }
    Names.check(List.of(session.argument(0)));
    if (parts[0].isEmpty() || parts[1].isEmpty()) {
      throw new PluginException(
          "\"%s\" names no container or no image; write CONTAINER=IMAGE"
              .formatted(session.argument(1)));
    }
    for (int attempt = 1; ; attempt++) {
      try {
        KubeObject written = change(session, session.argument(0), parts[0], parts[1]);
        session.done(
            "%s \"%s\" image updated"
                .formatted(written.kind().toLowerCase(Locale.ROOT), session.shown(written.name())));
        return;
      } catch (ApiException e) {
        if (!e.isConflict() || attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private static KubeObject change(Session session, String name, String container, String image) {
    KubeObject rollout = session.server().get(Resource.ROLLOUTS, session.namespace(), name);
    Resource resource = Resource.ROLLOUTS;
    KubeObject target = rollout;
    if (rollout.has("spec", "workloadRef")) {
      if (!(rollout.at("spec", "workloadRef", "name") instanceof String workload)) {
        throw new PluginException(
            "spec.workloadRef.name is not a string: " + rollout.at("spec", "workloadRef", "name"));
      }
      resource = Resource.DEPLOYMENTS;
      target = session.server().get(resource, session.namespace(), workload);
    }
    JsonObject template = JsonObject.of(target.child("spec", "template").fields());
    Optional<JsonObject> changed = ClientPatches.withImage(template, container, image);
    if (changed.isEmpty()) {
      throw new PluginException("unable to find container named \"%s\"".formatted(container));
    }
    KubeObject wanted = target.with(changed.get().fields(), "spec", "template");
    Resource written = resource;
    return session.written(wanted, server -> server.replace(written, wanted));
  }
}
