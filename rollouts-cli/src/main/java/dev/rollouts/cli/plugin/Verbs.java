package dev.rollouts.cli.plugin;

import dev.rollouts.api.wire.GoDuration;
import dev.rollouts.cli.kube.ApiException;
import dev.rollouts.cli.kube.ApiServer;
import dev.rollouts.cli.kube.KubeObject;
import dev.rollouts.cli.kube.Resource;
import dev.rollouts.codec.MergePatch;
import dev.rollouts.engine.client.ClientPatch;
import dev.rollouts.engine.client.ClientPatches;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

/** Commands that write one patch to each of the objects that are named (K-013). */
final class Verbs {
  private static final String RESTARTS = " restarts in ";

  private Verbs() {}

  static void abort(Session session) {
    each(
        session, Resource.ROLLOUTS, ClientPatches.abort(), "rollout '%s' aborted", Verbs::needless);
  }

  /** The controller lets it be; so that nobody waits for something to happen. */
  private static String needless(KubeObject rollout) {
    String stable = rollout.text("status", "stableRS");
    return !stable.isEmpty() && stable.equals(rollout.text("status", "currentPodHash"))
        ? "rollout '%s' has no update under way: there is nothing to abort"
            .formatted(rollout.name())
        : "";
  }

  static void retryRollout(Session session) {
    each(session, Resource.ROLLOUTS, ClientPatches.retry(), "rollout '%s' retried");
  }

  static void pause(Session session) {
    each(session, Resource.ROLLOUTS, ClientPatches.pause(), "rollout '%s' paused");
  }

  static void retryExperiment(Session session) {
    each(session, Resource.EXPERIMENTS, ClientPatches.retryExperiment(), "experiment '%s' retried");
  }

  static void terminateRun(Session session) {
    each(session, Resource.ANALYSIS_RUNS, ClientPatches.terminate(), "analysisRun '%s' terminated");
  }

  static void terminateExperiment(Session session) {
    each(session, Resource.EXPERIMENTS, ClientPatches.terminate(), "experiment '%s' terminated");
  }

  /** K-030, K-031. */
  static void restart(Session session) {
    String in = session.values().text("in");
    Duration later = Duration.ZERO;
    if (!in.isEmpty()) {
      try {
        later = GoDuration.parse(in);
      } catch (IllegalArgumentException e) {
        throw new PluginException(String.valueOf(e.getMessage()));
      }
    }
    each(
        session,
        Resource.ROLLOUTS,
        ClientPatches.restart(session.now().plus(later)),
        "rollout '%s'" + RESTARTS + (in.isEmpty() ? "0s" : session.shown(in).replace("%", "%%")));
  }

  private static void each(
      Session session, Resource resource, List<ClientPatch> patches, String line) {
    each(session, resource, patches, line, written -> "");
  }

  /**
   * Writes to each.
   *
   * @param note what to say beside the line; empty for nothing
   */
  private static void each(
      Session session,
      Resource resource,
      List<ClientPatch> patches,
      String line,
      Function<KubeObject, String> note) {
    Names.check(session.arguments());
    Consumer<String> work =
        name -> {
          KubeObject written =
              session.written(
                  session.isRehearsal()
                      ? rehearsed(
                          session.server().get(resource, session.namespace(), name), patches)
                      : Names.only(name),
                  server -> send(server, resource, session.namespace(), name, patches));
          session.done(written, line.formatted(session.shown(written.name())));
          String said = note.apply(written);
          if (!said.isEmpty()) {
            session.surroundings().out().flush();
            session.err(said);
          }
        };
    List<String> names = Targets.of(session, resource, session.arguments());
    if (session.arguments().isEmpty() || line.contains(RESTARTS)) {
      Targets.each(session, names, work);
    } else {
      // K-013: the first that fails is the last that is tried.
      names.forEach(work);
    }
  }

  /** What an object would be with the patches. */
  static KubeObject rehearsed(KubeObject read, List<ClientPatch> patches) {
    KubeObject now = read;
    for (ClientPatch each : patches) {
      now = new KubeObject(MergePatch.apply(now.fields(), each.body().fields()));
    }
    return now;
  }

  private static KubeObject send(
      ApiServer server,
      Resource resource,
      String namespace,
      String name,
      List<ClientPatch> patches) {
    KubeObject written = KubeObject.empty();
    for (ClientPatch each : patches) {
      Map<String, ?> body = each.body().fields();
      boolean toStatus = each.ofStatus() && resource.equals(Resource.ROLLOUTS);
      try {
        written = server.merge(resource, namespace, name, toStatus ? "status" : "", body);
      } catch (ApiException e) {
        if (!toStatus || !e.isNotFound()) {
          throw e;
        }
        // K-015: definitions of old have no status of their own.
        written = server.merge(resource, namespace, name, "", body);
      }
    }
    return written;
  }
}
