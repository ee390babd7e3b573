package dev.rollouts.cli.plugin;

import dev.rollouts.cli.kube.KubeObject;
import dev.rollouts.cli.kube.Mirror;
import dev.rollouts.cli.kube.Resource;
import dev.rollouts.cli.kube.Selection;
import dev.rollouts.cli.plugin.view.ClientPhase;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** {@code status} (K-060 to K-068). */
final class Status {
  private static final Duration LOOK = Duration.ofSeconds(1);

  private final Session session;
  private final @Nullable Goal goal;
  private final boolean several;
  private final Pulse pulse = new Pulse();
  private final Duration timeout;
  private final long end;

  private Status(Session session, @Nullable Goal goal, boolean several) {
    this.session = session;
    this.goal = goal;
    this.several = several;
    this.timeout = session.values().duration("timeout");
    this.end = System.nanoTime() + timeout.toNanos();
  }

  static void status(Session session) {
    Goal goal = session.values().isGiven("for") ? Goal.parse(session.values().text("for")) : null;
    List<String> names = Targets.of(session, Resource.ROLLOUTS, session.arguments());
    Status status = new Status(session, goal, names.size() > 1);
    Runnable undo = session.surroundings().interrupts().onInterrupt(status.pulse::end);
    try {
      Targets.each(session, names, status::one);
    } finally {
      undo.run();
    }
  }

  private void one(String name) {
    boolean watch = session.values().flag("watch");
    if (goal != null) {
      reach(name, goal, watch);
    } else if (watch) {
      decide(watch(name));
    } else {
      look(name);
    }
  }

  private void look(String name) {
    ClientPhase phase = ClientPhase.of(session.find(Resource.ROLLOUTS, name));
    say(
        name,
        phase.isHealthy() || phase.isDegraded()
            ? phase.phase()
            : phase.phase() + " - " + phase.message());
    if (phase.isDegraded()) {
      throw degraded(phase);
    }
  }

  /** A line of the result; of several rollouts with the name before it. */
  private void say(String name, String text) {
    session.out(session.shown(several ? name + ": " + text : text));
    session.surroundings().out().flush();
  }

  private static PluginException degraded(ClientPhase phase) {
    return new PluginException(
        "The rollout is in a degraded state with message: " + phase.message());
  }

  private void decide(ClientPhase phase) {
    session.surroundings().out().flush();
    if (phase.isDegraded()) {
      throw degraded(phase);
    }
    if (!phase.isHealthy()) {
      throw new PluginException("Rollout status watch exceeded timeout");
    }
  }

  /** The phase when it was over, or the time was. */
  private ClientPhase watch(String name) {
    String[] printed = {""};
    Optional<KubeObject> last =
        follow(
            name,
            found -> {
              ClientPhase phase = ClientPhase.of(there(name, found));
              if (!phase.line().equals(printed[0])) {
                printed[0] = phase.line();
                say(name, printed[0]);
              }
              return phase.isHealthy() || phase.isDegraded();
            });
    return ClientPhase.of(there(name, last));
  }

  private static KubeObject there(String name, Optional<KubeObject> found) {
    return found.orElseThrow(() -> Session.missing(Resource.ROLLOUTS, name));
  }

  // --- --for

  private void reach(String name, Goal wanted, boolean watch) {
    Optional<KubeObject> last =
        watch
            ? follow(name, found -> wanted.isMetBy(found) || isOver(name, wanted, found))
            : look(name, wanted);
    if (wanted.isMetBy(last)) {
      session.out(session.shown("rollout.argoproj.io/" + name + " condition met"));
      session.surroundings().out().flush();
      return;
    }
    last.map(ClientPhase::of)
        .filter(phase -> wanted.isPhase() && phase.isDegraded())
        .ifPresent(
            phase -> {
              throw degraded(phase);
            });
    throw new PluginException(
        watch
            ? "timed out waiting for the condition on rollouts/" + name
            : "rollouts/%s is not there yet: it is %s"
                .formatted(name, last.map(each -> ClientPhase.of(each).line()).orElse("deleted")));
  }

  private Optional<KubeObject> look(String name, Goal wanted) {
    try {
      return Optional.of(session.find(Resource.ROLLOUTS, name));
    } catch (PluginException missing) {
      if (wanted.isGone()) {
        return Optional.empty();
      }
      throw missing;
    }
  }

  /** Whether nobody needs to wait any longer, though it is not what was waited for. */
  private static boolean isOver(String name, Goal wanted, Optional<KubeObject> found) {
    return ClientPhase.of(there(name, found)).isDegraded() && wanted.isPhase();
  }

  // --- time

  /** Follows a rollout until it is enough, the time is over, or somebody interrupts. */
  private Optional<KubeObject> follow(String name, Predicate<Optional<KubeObject>> enough) {
    try (Mirror mirror =
        Mirror.of(
            session.server(),
            Resource.ROLLOUTS,
            session.namespace(),
            Selection.name(name),
            pulse::ring,
            text -> session.err(Logs.line(session.now(), "warning", text)))) {
      while (true) {
        Optional<KubeObject> found = mirror.objects().stream().findFirst();
        boolean late = !timeout.isZero() && System.nanoTime() >= end;
        if (enough.test(found) || late || pulse.isEnded()) {
          return found;
        }
        Duration left = timeout.isZero() ? LOOK : Duration.ofNanos(end - System.nanoTime());
        pulse.await(left.compareTo(LOOK) < 0 ? left : LOOK);
      }
    }
  }
}
