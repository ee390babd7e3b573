package dev.rollouts.cli.plugin;

/** What a command does. */
@FunctionalInterface
interface Action {
  /**
   * Does it, with the exit code 0.
   *
   * @throws PluginException for anything else
   */
  void run(Session session);
}
