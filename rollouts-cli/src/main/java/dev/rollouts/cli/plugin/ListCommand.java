package dev.rollouts.cli.plugin;

import dev.rollouts.cli.kube.KubeObject;
import dev.rollouts.cli.kube.ObjectList;
import dev.rollouts.cli.kube.Resource;
import dev.rollouts.cli.kube.Selection;
import dev.rollouts.cli.plugin.view.Lists;
import dev.rollouts.cli.plugin.view.RunView;
import java.util.ArrayList;
import java.util.List;

/** {@code list rollouts}, {@code list experiments}, {@code list analysisruns}. */
final class ListCommand {
  private ListCommand() {}

  static void rollouts(Session session) {
    Output output = Output.of(session);
    boolean watch = session.values().flag("watch");
    if (watch && output != Output.VIEW) {
      throw new PluginException("-o cannot be watched; leave -o or -w out");
    }
    String name = session.values().text("name");
    Selection selection =
        new Selection(
            session.values().text("selector"), name.isEmpty() ? "" : "metadata.name=" + name);
    Lists lists =
        new Lists(session.look(), isEverywhere(session), session.values().flag("timestamps"));
    ObjectList found = session.server().list(Resource.ROLLOUTS, namespace(session), selection);
    if (print(session, output, found.items(), watch)) {
      List<List<String>> rows = new ArrayList<>();
      rows.add(lists.rolloutHead());
      found.items().forEach(each -> rows.add(lists.rolloutRow(each, session.now())));
      Lists.aligned(rows).forEach(session::out);
    }
    if (watch) {
      new ListWatch(session, lists, namespace(session), selection).run(found);
    }
  }

  static void experiments(Session session) {
    Output output = Output.of(session);
    List<KubeObject> found = found(session, Resource.EXPERIMENTS);
    if (print(session, output, found, false)) {
      Lists lists = new Lists(session.look(), isEverywhere(session), false);
      List<List<String>> rows = new ArrayList<>();
      rows.add(lists.experimentHead());
      found.forEach(each -> rows.add(lists.experimentRow(each, session.now())));
      Lists.aligned(rows).forEach(session::out);
    }
  }

  static void runs(Session session) {
    Output output = Output.of(session);
    List<KubeObject> found = found(session, Resource.ANALYSIS_RUNS);
    if (print(session, output, found, false)) {
      RunView.table(session.look(), found, isEverywhere(session), session.now())
          .forEach(session::out);
    }
  }

  private static List<KubeObject> found(Session session, Resource resource) {
    return session
        .server()
        .list(resource, namespace(session), Selection.labels(session.values().text("selector")))
        .items();
  }

  private static boolean isEverywhere(Session session) {
    return session.values().flag("all-namespaces");
  }

  private static String namespace(Session session) {
    return isEverywhere(session) ? "" : session.namespace();
  }

  /** Prints objects as they are, or that there are none; whether a table is still to come. */
  private static boolean print(
      Session session, Output output, List<KubeObject> found, boolean headAnyway) {
    if (output.isRaw()) {
      output.print(session, found);
      return false;
    }
    if (found.isEmpty() && !headAnyway) {
      session.err("No resources found.");
      return false;
    }
    return true;
  }
}
