package dev.rollouts.cli.plugin.view;

import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.RolloutStatus;
import dev.rollouts.api.wire.Wire;
import dev.rollouts.cli.kube.KubeObject;
import dev.rollouts.engine.rollout.Phase;

/**
 * Phase and message of a rollout as a client sees them, which does not trust a status from before
 * the last change (K §5).
 *
 * @param message empty for none
 */
public record ClientPhase(String phase, String message) {
  private static final String PROGRESSING = "Progressing";

  /** The phase of a rollout as it was read. */
  public static ClientPhase of(KubeObject rollout) {
    long generation = rollout.number("metadata", "generation");
    String observed = rollout.text("status", "observedGeneration");
    if (observed.matches("-?[0-9]{1,18}")) {
      long seen = Long.parseLong(observed);
      if (seen < generation) {
        return new ClientPhase(PROGRESSING, "waiting for rollout spec update to be observed");
      }
    }
    if (rollout.flag("status", "controllerPause")
        && rollout.children("status", "pauseConditions").isEmpty()) {
      return new ClientPhase(PROGRESSING, "waiting for rollout to unpause");
    }
    String phase = rollout.text("status", "phase");
    if (!phase.isEmpty()) {
      return new ClientPhase(phase, rollout.text("status", "message"));
    }
    Rollout read = Wire.decode(Rollout.class, rollout.fields()).value();
    RolloutStatus status = read.statusOrEmpty();
    Phase computed = Phase.of(read, status);
    return new ClientPhase(computed.phase().wireName(), computed.message());
  }

  /** {@code Phase} alone, or {@code Phase - message}. */
  public String line() {
    return message.isEmpty() ? phase : phase + " - " + message;
  }

  public boolean isHealthy() {
    return phase.equals("Healthy");
  }

  public boolean isDegraded() {
    return phase.equals("Degraded");
  }
}
