package dev.rollouts.cli.plugin;

import dev.rollouts.cli.kube.ApiServer;
import dev.rollouts.cli.kube.KubeObject;
import dev.rollouts.cli.kube.Resource;
import dev.rollouts.cli.plugin.view.Look;
import dev.rollouts.cli.plugin.view.RolloutView;
import dev.rollouts.cli.plugin.view.RunView;
import dev.rollouts.cli.plugin.view.Scene;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

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
    boolean selected = Targets.isSelected(session, session.arguments());
    boolean one = !selected && session.arguments().size() == 1;
    if (session.values().flag("watch")) {
      if (output != Output.VIEW) {
        throw new PluginException("-o cannot be watched; leave -o or -w out");
      }
      if (!one) {
        throw new PluginException("-w watches one object; name one");
      }
      watch(session, resource, session.argument(0), view);
      return;
    }
    if (!one) {
      several(
          session,
          resource,
          output,
          () -> {
            Scene scene = new Gathering(session.server(), session.namespace()).scene();
            return found -> lines(session, output, view, found, scene);
          });
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
    lines(session, output, view, found, around.scene()).forEach(session::out);
  }

  private static List<String> lines(
      Session session, Output output, View view, KubeObject found, Scene scene) {
    List<String> lines = new ArrayList<>(view.lines(session.look(), found, scene, session.now()));
    if (output == Output.WIDE) {
      lines.addAll(Wide.lines(session, found));
    }
    return lines;
  }

  /**
   * Prints several objects: as one List, or one view below the other.
   *
   * @param view is asked for once, when there is something to show
   */
  private static void several(
      Session session,
      Resource resource,
      Output output,
      Supplier<Function<KubeObject, List<String>>> view) {
    List<KubeObject> found = new ArrayList<>();
    boolean selected = session.arguments().isEmpty();
    boolean failed = false;
    if (selected) {
      found.addAll(Targets.selected(session, resource));
    } else {
      try {
        Targets.each(session, session.arguments(), name -> found.add(session.find(resource, name)));
      } catch (PluginException missing) {
        failed = true;
      }
    }
    if (output.isRaw() && (selected || !found.isEmpty())) {
      output.print(session, found);
    } else if (!found.isEmpty()) {
      Function<KubeObject, List<String>> lines = view.get();
      for (int i = 0; i < found.size(); i++) {
        if (i > 0) {
          session.out("");
        }
        lines.apply(found.get(i)).forEach(session::out);
      }
    } else if (selected) {
      session.err("No resources found.");
    }
    if (failed) {
      throw PluginException.told();
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
    Function<KubeObject, List<String>> view =
        run -> RunView.lines(session.look(), run, session.now(), output == Output.WIDE);
    if (Targets.isSelected(session, session.arguments()) || session.arguments().size() > 1) {
      several(session, Resource.ANALYSIS_RUNS, output, () -> view);
      return;
    }
    KubeObject run = session.find(Resource.ANALYSIS_RUNS, session.argument(0));
    if (output.isRaw()) {
      output.print(session, run);
      return;
    }
    view.apply(run).forEach(session::out);
  }
}
