package dev.rollouts.cli.plugin;

import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.wire.Wire;
import dev.rollouts.cli.kube.ApiException;
import dev.rollouts.cli.kube.ApiServer;
import dev.rollouts.cli.kube.KubeObject;
import dev.rollouts.cli.kube.Resource;
import dev.rollouts.engine.client.ClientPatch;
import dev.rollouts.engine.client.ClientPatches;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code promote} (K-020 to K-026). */
final class Promote {
  private Promote() {}

  static void promote(Session session) {
    boolean step = session.values().flag("skip-current-step");
    boolean all = session.values().flag("skip-all-steps");
    boolean full = session.values().flag("full");
    if (step && all) {
      throw new PluginException(
          "Cannot use skip-current-step and skip-all-steps flags at the same time");
    }
    Names.check(session.arguments());
    Targets.each(
        session,
        Targets.of(session, Resource.ROLLOUTS, session.arguments()),
        name -> promote(session, name, step, all, full));
  }

  private static void promote(
      Session session, String name, boolean step, boolean all, boolean full) {
    KubeObject read = session.server().get(Resource.ROLLOUTS, session.namespace(), name);
    Rollout rollout = Wire.decode(Rollout.class, read.fields()).value();
    if (step || all) {
      checkSteps(rollout);
    }
    List<ClientPatch> patches =
        step
            ? ClientPatches.skipCurrentStep(rollout)
            : all
                ? ClientPatches.skipAllSteps(rollout)
                : full ? ClientPatches.promoteFull(rollout) : ClientPatches.promote(rollout);
    KubeObject written =
        session.written(
            Verbs.rehearsed(read, patches),
            server -> send(server, session.namespace(), read, patches));
    boolean fully = full && !step && !all;
    session.done(
        written,
        "rollout '%s' %s"
            .formatted(session.shown(written.name()), fully ? "fully promoted" : "promoted"));
    if (patches.isEmpty()) {
      session.surroundings().out().flush();
      session.err(
          (session.arguments().size() == 1 ? "" : "rollout '%s': ".formatted(name))
              + "there was nothing to promote: nothing was written");
    }
  }

  private static void checkSteps(Rollout rollout) {
    if (rollout.spec().strategy().blueGreen() != null) {
      throw new PluginException("Cannot skip steps of a bluegreen rollout. Run without a flags");
    }
    if (rollout.spec().strategy().canary() == null
        || rollout.spec().strategy().canary().steps().isEmpty()) {
      throw new PluginException("Cannot skip steps of a rollout without steps");
    }
  }

  private static KubeObject send(
      ApiServer server, String namespace, KubeObject read, List<ClientPatch> patches) {
    KubeObject written = read;
    for (ClientPatch each : patches) {
      try {
        written =
            server.merge(
                Resource.ROLLOUTS,
                namespace,
                read.name(),
                each.ofStatus() ? "status" : "",
                each.body().fields());
      } catch (ApiException e) {
        if (!each.ofStatus() || !e.isNotFound()) {
          throw e;
        }
        return server.merge(Resource.ROLLOUTS, namespace, read.name(), "", united(patches));
      }
    }
    return written;
  }

  private static Map<String, @Nullable Object> united(List<ClientPatch> patches) {
    Map<String, @Nullable Object> all = new LinkedHashMap<>();
    all.put("spec", Map.of("paused", false));
    patches.forEach(each -> all.putAll(each.body().fields()));
    return all;
  }
}
