package dev.rollouts.engine.experiment;

import dev.rollouts.engine.Event;
import dev.rollouts.engine.Reason;
import dev.rollouts.engine.cluster.ClusterEffect;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a turn has come to so far, beside the status. */
final class Output {
  final List<ClusterEffect> effects = new ArrayList<>();
  final List<Reason> reasons = new ArrayList<>();
  private final List<Instant> due = new ArrayList<>();
  private @Nullable String retry;

  void announce(Event event) {
    effects.add(new ClusterEffect.Announce(event));
  }

  /** Something was refused for a reason that may pass; what comes after it is done all the same. */
  void retry(String error) {
    retry = error;
  }

  void wakeUp(Instant at) {
    due.add(at);
  }

  Optional<Instant> earliestAfter(Instant now) {
    return due.stream().filter(each -> each.isAfter(now)).min(Instant::compareTo);
  }

  List<ClusterEffect> effects() {
    if (retry != null) {
      effects.add(new ClusterEffect.Retry(retry));
      retry = null;
    }
    return effects;
  }
}
