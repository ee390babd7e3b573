package dev.rollouts.engine.analysis.templates;

import dev.rollouts.api.analysis.AnalysisTemplateSpec;
import dev.rollouts.api.analysis.TemplateRef;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** Which templates have to be read before a run can be built from some. */
public final class TemplateReferences {
  private TemplateReferences() {}

  /**
   * The references themselves and those that known templates make, in turn. Whoever reads asks
   * again with what was found until nothing new is named; circles do no harm.
   */
  public static Set<TemplateRef> reachable(
      Collection<TemplateRef> roots, Map<TemplateRef, AnalysisTemplateSpec> known) {
    Set<TemplateRef> reached = new LinkedHashSet<>();
    Deque<TemplateRef> open = new ArrayDeque<>(roots);
    while (!open.isEmpty()) {
      TemplateRef ref = open.removeFirst();
      if (reached.add(ref)) {
        AnalysisTemplateSpec template = known.get(ref);
        if (template != null) {
          open.addAll(template.templates());
        }
      }
    }
    return reached;
  }
}
