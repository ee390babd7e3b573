package dev.rollouts.cli.migrate;

import dev.rollouts.cli.migrate.Finding.Severity;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What was found, for people and for programs. */
public record MigrationReport(Direction direction, long objects, List<Finding> findings) {
  public MigrationReport {
    findings = List.copyOf(findings);
  }

  /** Whether something would not work. */
  public boolean hasProblems() {
    return count(Severity.PROBLEM) > 0;
  }

  private long count(Severity severity) {
    return findings.stream().filter(each -> each.severity() == severity).count();
  }

  /** One paragraph per finding and a summary. */
  public String text() {
    StringBuilder out = new StringBuilder();
    for (Finding each : findings) {
      out.append(each.severity().word())
          .append(' ')
          .append(each.rule())
          .append(each.object().isEmpty() ? "" : "  " + each.object())
          .append("\n    ")
          .append(each.message())
          .append('\n');
      if (!each.remedy().isEmpty()) {
        out.append("    -> ").append(each.remedy()).append('\n');
      }
    }
    return out.append(summary()).append('\n').toString();
  }

  private String summary() {
    List<String> counts = new ArrayList<>();
    for (Severity each : Severity.values()) {
      long count = count(each);
      if (count > 0) {
        counts.add(count + " " + each.word() + (count == 1 ? "" : "s"));
      }
    }
    String read = objects == 1 ? "1 object was read" : objects + " objects were read";
    String swap =
        direction == Direction.HERE
            ? "from Argo Rollouts to Rollouts for Java"
            : "from Rollouts for Java to Argo Rollouts";
    return "%s %s: %s; %s"
        .formatted(
            hasProblems() ? "not yet" : "nothing is in the way",
            swap,
            counts.isEmpty() ? "nothing found" : String.join(", ", counts),
            read);
  }

  /** The same as a tree for JSON. */
  public Map<String, @Nullable Object> tree() {
    Map<String, @Nullable Object> tree = new LinkedHashMap<>();
    tree.put("to", direction == Direction.HERE ? "rollouts-for-java" : "argo-rollouts");
    tree.put("ok", !hasProblems());
    tree.put("objects", objects);
    List<Object> list = new ArrayList<>();
    for (Finding each : findings) {
      Map<String, @Nullable Object> finding = new LinkedHashMap<>();
      finding.put("severity", each.severity().word());
      finding.put("rule", each.rule());
      finding.put("object", each.object());
      finding.put("message", each.message());
      finding.put("remedy", each.remedy());
      list.add(finding);
    }
    tree.put("findings", list);
    return tree;
  }
}
