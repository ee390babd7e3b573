package dev.rollouts.cli;

import dev.rollouts.codec.Document;
import dev.rollouts.engine.analysis.explain.Cause;
import dev.rollouts.engine.analysis.explain.Explanation;
import dev.rollouts.engine.analysis.explain.Wait;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The explanation of a run as plain values, with the keys of those of rollouts. */
final class ExplanationTree {
  private ExplanationTree() {}

  static Map<String, @Nullable Object> of(Document document, Explanation explanation) {
    Map<String, @Nullable Object> tree = new LinkedHashMap<>();
    tree.put("kind", "AnalysisRun");
    tree.put("name", document.name());
    tree.put("namespace", document.namespace());
    tree.put("phase", explanation.phase().wireName());
    tree.put("message", explanation.message());
    tree.put("why", causes(explanation.causes()));
    List<Object> waits = new ArrayList<>();
    for (Wait each : explanation.waits()) {
      Map<String, @Nullable Object> wait = new LinkedHashMap<>();
      wait.put("what", each.subject() + ": " + each.what());
      wait.put("until", each.until() == null ? null : each.until().toString());
      wait.put("overdue", each.overdue());
      waits.add(wait);
    }
    tree.put("waitsFor", waits);
    tree.put("changes", explanation.changes());
    return tree;
  }

  private static List<Object> causes(List<Cause> causes) {
    List<Object> trees = new ArrayList<>();
    for (Cause each : causes) {
      Map<String, Object> tree = new LinkedHashMap<>();
      tree.put("text", each.text());
      tree.put("rule", each.reason().rule());
      if (!each.because().isEmpty()) {
        tree.put("because", causes(each.because()));
      }
      trees.add(tree);
    }
    return trees;
  }
}
