package dev.rollouts.cli.lint;

import dev.rollouts.codec.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Findings as text, JSON and SARIF. Immutable. */
public final class LintReport {
  private static final String SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json";
  private static final String TOOL = "rollouts lint";

  private final List<Finding> findings;

  private LintReport(List<Finding> findings) {
    this.findings = List.copyOf(findings);
  }

  /** A report of these findings, in this order. */
  public static LintReport of(List<Finding> findings) {
    return new LintReport(findings);
  }

  /** How many findings are of a severity. */
  public long count(Severity severity) {
    return findings.stream().filter(each -> each.severity() == severity).count();
  }

  /**
   * One line a finding, {@code file:line:column: severity rule path: message}, and the suggestion
   * indented below it. Empty without findings.
   */
  public String text() {
    StringBuilder out = new StringBuilder();
    for (Finding finding : findings) {
      out.append(finding).append('\n');
      if (!finding.suggestion().isEmpty()) {
        finding.suggestion().lines().forEach(line -> out.append("    ").append(line).append('\n'));
      }
    }
    return out.toString();
  }

  /**
   * {@code {"findings": [{"file", "line", "column", "severity", "rule", "path", "message",
   * "suggestion"}]}}.
   */
  public String json() {
    List<Map<String, @Nullable Object>> all = new ArrayList<>();
    for (Finding finding : findings) {
      Map<String, @Nullable Object> each = new LinkedHashMap<>();
      each.put("file", finding.file());
      each.put("line", finding.position().line());
      each.put("column", finding.position().column());
      each.put("severity", finding.severity().toString());
      each.put("rule", finding.rule().id());
      each.put("path", finding.path().toString());
      each.put("message", finding.message());
      each.put("suggestion", finding.suggestion());
      all.add(each);
    }
    return Json.writePretty(Map.of("findings", all));
  }

  /** A SARIF 2.1.0 log with one run, as code-scanning services read it. */
  public String sarif() {
    List<Object> rules = new ArrayList<>();
    for (Rule rule : Rule.values()) {
      rules.add(object("id", rule.id(), "shortDescription", object("text", rule.summary())));
    }
    List<Object> results = new ArrayList<>();
    findings.forEach(finding -> results.add(result(finding)));
    Map<String, Object> driver = object("name", TOOL, "rules", rules);
    return Json.writePretty(
        object(
            "$schema",
            SARIF_SCHEMA,
            "version",
            "2.1.0",
            "runs",
            List.of(
                object(
                    "tool",
                    object("driver", driver),
                    "columnKind",
                    "unicodeCodePoints",
                    "results",
                    results))));
  }

  private static Map<String, Object> result(Finding finding) {
    String text =
        finding.suggestion().isEmpty()
            ? finding.message()
            : finding.message() + "\n" + finding.suggestion();
    return object(
        "ruleId",
        finding.rule().id(),
        "level",
        switch (finding.severity()) {
          case ERROR -> "error";
          case WARNING -> "warning";
          case INFO -> "note";
        },
        "message",
        object("text", text),
        "locations",
        List.of(
            object(
                "physicalLocation",
                object(
                    "artifactLocation",
                    object("uri", uri(finding.file())),
                    "region",
                    object(
                        "startLine",
                        finding.position().line(),
                        "startColumn",
                        finding.position().column())),
                "logicalLocations",
                List.of(object("fullyQualifiedName", finding.path().toString())))));
  }

  /** A relative or absolute reference; blanks and such are escaped as URIs want it. */
  private static String uri(String file) {
    StringBuilder out = new StringBuilder();
    for (byte each : file.replace('\\', '/').getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (each & 0xFF);
      boolean plain =
          c >= 'a' && c <= 'z'
              || c >= 'A' && c <= 'Z'
              || c >= '0' && c <= '9'
              || "/-._~".indexOf(c) >= 0;
      out.append(plain ? String.valueOf(c) : "%%%02X".formatted((int) c));
    }
    return out.toString();
  }

  private static Map<String, Object> object(Object... keysAndValues) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      map.put((String) keysAndValues[i], keysAndValues[i + 1]);
    }
    return map;
  }
}
