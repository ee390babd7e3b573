package dev.rollouts.cli.plugin;

import dev.rollouts.cli.kube.ApiServer;
import dev.rollouts.cli.kube.KubeObject;
import dev.rollouts.cli.kube.Resource;
import dev.rollouts.cli.plugin.view.Look;
import dev.rollouts.cli.plugin.view.RolloutView;
import dev.rollouts.cli.plugin.view.RunView;
import dev.rollouts.cli.plugin.view.Scene;
import java.time.Instant;
import java.util.List;

/** {@code get rollout}, {@code get experiment}, {@code get analysisrun}. */
final class Get {
  /** Lines about an object and what belongs to it. */
  interface View {
    List<String> lines(Look look, KubeObject object, Scene scene, Instant now);
  }

  private Get() {}

  static void rollout(Session session) {
    get(session, Resource.ROLLOUTS, RolloutView::ofRollout);
  }

  static void experiment(Session session) {
    get(session, Resource.EXPERIMENTS, RolloutView::ofExperiment);
  }

  private static void get(Session session, Resource resource, View view) {
    Output output = Output.of(session);
    if (session.values().flag("watch")) {
      if (output != Output.VIEW) {
        throw new PluginException("-o cannot be watched; leave -o or -w out");
      }
      watch(session, resource, session.argument(0), view);
      return;
    }
    if (output.isRaw()) {
      output.print(session, session.find(resource, session.argument(0)));
      return;
    }
    String name = session.argument(0);
    ApiServer server = session.server();
    var object = server.getSoon(resource, session.namespace(), name);
    Gathering around = new Gathering(server, session.namespace());
    KubeObject found = Session.found(resource, name, object::get);
    view.lines(session.look(), found, around.scene(), session.now()).forEach(session::out);
    if (output == Output.WIDE) {
      Wide.lines(session, found).forEach(session::out);
    }
  }

  /** Shows an object until the user, or a flag, ends it. */
  static void watch(Session session, Resource resource, String name, View view) {
    long seconds = resource.equals(Resource.ROLLOUTS) ? timeout(session) : 0;
    try (Following following = new Following(session, resource, name)) {
      new Redrawing(session, following, view).run(seconds);
    }
  }

  private static long timeout(Session session) {
    String text = session.values().text("timeout-seconds");
    return text.isEmpty() ? 0 : session.values().number("timeout-seconds");
  }

  static void run(Session session) {
    Output output = Output.of(session);
    KubeObject run = session.find(Resource.ANALYSIS_RUNS, session.argument(0));
    if (output.isRaw()) {
      output.print(session, run);
      return;
    }
    RunView.lines(session.look(), run, session.now(), output == Output.WIDE).forEach(session::out);
  }
}
