package dev.rollouts.cli.plugin;

import dev.rollouts.cli.kube.KubeObject;
import dev.rollouts.cli.kube.Mirror;
import dev.rollouts.cli.kube.Resource;
import dev.rollouts.cli.kube.Selection;
import dev.rollouts.cli.plugin.view.ClientPhase;
import java.time.Duration;

/** {@code status} (K-060 to K-064). */
final class Status {
  private static final Duration LOOK = Duration.ofSeconds(1);

  private Status() {}

  static void status(Session session) {
    String name = session.argument(0);
    if (session.values().flag("watch")) {
      decide(session, watch(session, name));
      return;
    }
    ClientPhase phase = ClientPhase.of(session.find(Resource.ROLLOUTS, name));
    session.out(
        session.shown(
            phase.isHealthy() || phase.isDegraded()
                ? phase.phase()
                : phase.phase() + " - " + phase.message()));
    if (phase.isDegraded()) {
      throw degraded(phase);
    }
  }

  private static PluginException degraded(ClientPhase phase) {
    return new PluginException(
        "The rollout is in a degraded state with message: " + phase.message());
  }

  private static void decide(Session session, ClientPhase phase) {
    session.surroundings().out().flush();
    if (phase.isDegraded()) {
      throw degraded(phase);
    }
    if (!phase.isHealthy()) {
      throw new PluginException("Rollout status watch exceeded timeout");
    }
  }

  /** The phase when it was over, or the time was. */
  private static ClientPhase watch(Session session, String name) {
    Pulse pulse = new Pulse();
    Duration timeout = session.values().duration("timeout");
    long end = System.nanoTime() + timeout.toNanos();
    Runnable undo = session.surroundings().interrupts().onInterrupt(pulse::end);
    try (Mirror mirror =
        Mirror.of(
            session.server(),
            Resource.ROLLOUTS,
            session.namespace(),
            Selection.name(name),
            pulse::ring,
            text -> session.err(Logs.line(session.now(), "warning", text)))) {
      String printed = "";
      while (true) {
        KubeObject rollout =
            mirror.objects().stream()
                .findFirst()
                .orElseThrow(() -> Session.missing(Resource.ROLLOUTS, name));
        ClientPhase phase = ClientPhase.of(rollout);
        if (!phase.line().equals(printed)) {
          printed = phase.line();
          session.out(session.shown(printed));
          session.surroundings().out().flush();
        }
        boolean late = !timeout.isZero() && System.nanoTime() >= end;
        if (phase.isHealthy() || phase.isDegraded() || late || pulse.isEnded()) {
          return phase;
        }
        Duration left = timeout.isZero() ? LOOK : Duration.ofNanos(end - System.nanoTime());
        pulse.await(left.compareTo(LOOK) < 0 ? left : LOOK);
      }
    } finally {
      undo.run();
    }
  }
}
