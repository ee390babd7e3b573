package dev.rollouts.controller.faults;

import dev.rollouts.api.provider.ProviderSettings;
import dev.rollouts.controller.Controller;
import dev.rollouts.controller.Settings;
import dev.rollouts.engine.traffic.RouterSettings;
import io.fabric8.kubernetes.client.Config;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/** Controllers of one namespace in this process. */
final class Controllers {
  private Controllers() {}

  /**
   * Settings of a controller that is alone.
   *
   * @param namespace empty for all
   */
  static Settings settings(String namespace) {
    return new Settings(
        namespace.isEmpty() ? "default" : namespace,
        namespace,
        "",
        false,
        Duration.ofMinutes(15),
        10,
        10,
        0,
        1,
        -1,
        -1,
        Optional.empty(),
        RouterSettings.defaults(),
        ProviderSettings.defaults());
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
