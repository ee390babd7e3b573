package dev.rollouts.controller.faults;

import dev.rollouts.controller.Controller;
import dev.rollouts.controller.Flags;
import dev.rollouts.controller.Settings;
import io.fabric8.kubernetes.client.Config;
import java.time.Clock;

/** Controllers of one namespace in this process. */
final class Controllers {
  private Controllers() {}

  /**
   * Settings of a controller that is alone.
   *
   * @param namespace empty for all
   */
  static Settings settings(String namespace) {
    return Flags.settings(namespace, "--metricsPort=-1", "--healthzPort=-1");
  }

  /** Starts one, which the caller closes. */
  static Controller start(String namespace, String kubeconfig) {
    Controller controller =
        new Controller(
            settings(namespace), Config.fromKubeconfig(kubeconfig), Clock.systemUTC(), () -> {});
    try {
      controller.start();
      return controller;
    } catch (Exception e) {
      controller.close();
      throw new IllegalStateException("the controller does not start", e);
    }
  }
}
