package dev.rollouts.cli.plugin;

import dev.rollouts.cli.kube.ApiException;
import dev.rollouts.cli.kube.KubeObject;
import dev.rollouts.cli.kube.Resource;
import dev.rollouts.cli.kube.Selection;
import dev.rollouts.cli.plugin.line.Flag;
import java.util.List;
import java.util.function.Consumer;

/** The objects that a command is about: those that are named, or that a label selector finds. */
final class Targets {
  static final Flag SELECTOR =
      Flag.text("selector", "l", "", "those with such labels, in the place of names");

  private Targets() {}

  /**
   * Whether a label selector says which.
   *
   * @throws PluginException when there are names, too, or neither
   */
  static boolean isSelected(Session session, List<String> names) {
    if (!session.values().isGiven("selector")) {
      if (names.isEmpty()) {
        throw PluginException.misused();
      }
      return false;
    }
    if (!names.isEmpty()) {
      throw new PluginException(
          "name cannot be provided when a selector is specified; leave one of them out");
    }
    if (session.values().text("selector").isBlank()) {
      throw new PluginException("-l wants labels, such as app=web; an empty one would mean all");
    }
    return true;
  }

  /** What the label selector finds; may be nothing. */
  static List<KubeObject> selected(Session session, Resource resource) {
    return session
        .server()
        .list(resource, session.namespace(), Selection.labels(session.values().text("selector")))
        .items();
  }

  /**
   * The names, of which there is one at least.
   *
   * @param names those among the arguments
   */
  static List<String> of(Session session, Resource resource, List<String> names) {
    if (!isSelected(session, names)) {
      return names;
    }
    List<String> found = selected(session, resource).stream().map(KubeObject::name).toList();
    if (found.isEmpty()) {
      throw new PluginException(
          "no %s in namespace %s has the labels %s"
              .formatted(
                  resource.plural(), session.namespace(), session.values().text("selector")));
    }
    return found;
  }

  /**
   * Does something for each, also when it went wrong for one before; each is told.
   *
   * @throws PluginException when it went wrong for any
   */
  static void each(Session session, List<String> names, Consumer<String> work) {
    if (names.size() == 1) {
      work.accept(names.get(0));
      return;
    }
    boolean failed = false;
    for (String name : names) {
      try {
        work.accept(name);
      } catch (ApiException e) {
        failed = true;
        tell(session, e.getMessage());
      } catch (PluginException e) {
        failed = true;
        tell(
            session, e.getMessage().contains(name) ? e.getMessage() : name + ": " + e.getMessage());
      }
    }
    if (failed) {
      throw PluginException.told();
    }
  }

  private static void tell(Session session, String message) {
    session.surroundings().out().flush();
    session.err("Error: " + message);
  }
}
