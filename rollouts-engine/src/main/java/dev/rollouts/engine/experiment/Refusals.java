package dev.rollouts.engine.experiment;

import dev.rollouts.engine.cluster.ClusterAnswer;
import dev.rollouts.engine.cluster.ClusterEffect;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** What was refused of what earlier decisions asked. */
final class Refusals {
  private Refusals() {}

  /** The refusal of an effect of a kind that satisfies a condition. */
  static <E extends ClusterEffect> Optional<ClusterAnswer.Refused> of(
      List<ClusterAnswer> answers, Class<E> kind, Predicate<E> isIt) {
    return answers.stream()
        .filter(ClusterAnswer.Refused.class::isInstance)
        .map(ClusterAnswer.Refused.class::cast)
        .filter(each -> kind.isInstance(each.effect()) && isIt.test(kind.cast(each.effect())))
        .findFirst();
  }

  /** Whether trying again would not help. */
  static boolean isFinal(ClusterAnswer.Refused refused) {
    return switch (refused.why()) {
      case OTHER, NOT_FOUND -> true;
      case ALREADY_EXISTS, CONFLICT, BLOCKED -> false;
    };
  }
}
