package dev.rollouts.engine;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What one turn came to. A value: the same four inputs give an equal decision.
 *
 * @param status what to save before anything else happens; equal to the status that came in when
 *     nothing is new
 * @param effects what to do then; each may be done twice without harm
 * @param wakeUp when to decide again at the latest; empty when only an observation or an edit can
 *     change anything
 * @param reasons the rules that produced this decision, in the order in which they spoke
 */
public record Decision<S, E>(
    S status, List<E> effects, Optional<Instant> wakeUp, List<Reason> reasons) {
  public Decision {
    effects = List.copyOf(effects);
    reasons = List.copyOf(reasons);
  }
}
