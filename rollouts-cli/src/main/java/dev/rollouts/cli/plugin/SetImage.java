package dev.rollouts.cli.plugin;

import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.cli.kube.ApiException;
import dev.rollouts.cli.kube.KubeObject;
import dev.rollouts.cli.kube.Resource;
import dev.rollouts.engine.client.ClientPatches;
import java.util.List;
import java.util.Locale;

/** {@code set image} (K-040 to K-044). */
final class SetImage {
  private static final int ATTEMPTS = 5;

  private SetImage() {}

  /**
   * An image for a container.
   *
   * @param container name, or {@code *} for all
   */
  record Image(String container, String image) {
    /**
     * Reads {@code CONTAINER=IMAGE}.
     *
     * @throws PluginException when there is not exactly one equals sign with something on both
     *     sides
     */
    static Image of(String text) {
      String[] parts = text.split("=", -1);
      if (parts.length != 2) {
        throw PluginException.misused();
      }
      if (parts[0].isEmpty() || parts[1].isEmpty()) {
        throw new PluginException(
            "\"%s\" names no container or no image; write CONTAINER=IMAGE".formatted(text));
      }
      return new Image(parts[0], parts[1]);
    }

    /**
     * The template with it.
     *
     * @throws PluginException when there is no such container
     */
    JsonObject in(JsonObject template) {
      return ClientPatches.withImage(template, container, image)
          .orElseThrow(
              () ->
                  new PluginException(
                      "unable to find container named \"%s\"".formatted(container)));
    }
  }

  static void set(Session session) {
    List<String> names =
        session.arguments().stream().filter(each -> each.indexOf('=') < 0).toList();
    List<String> given =
        session.arguments().stream().filter(each -> each.indexOf('=') >= 0).toList();
    boolean selected = session.values().isGiven("selector");
    if (given.isEmpty() || names.isEmpty() && !selected) {
      throw PluginException.misused();
    }
    List<Image> images = given.stream().map(Image::of).toList();
    Names.check(names);
    Targets.each(
        session, Targets.of(session, Resource.ROLLOUTS, names), name -> set(session, name, images));
  }

  private static void set(Session session, String name, List<Image> images) {
    for (int attempt = 1; ; attempt++) {
      try {
        KubeObject written = change(session, name, images);
        session.done(
            written,
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

  private static KubeObject change(Session session, String name, List<Image> images) {
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
    for (Image each : images) {
      template = each.in(template);
    }
    KubeObject wanted = target.with(template.fields(), "spec", "template");
    Resource written = resource;
    return session.written(wanted, server -> server.replace(written, wanted));
  }
}
