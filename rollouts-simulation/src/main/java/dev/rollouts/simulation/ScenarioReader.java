package dev.rollouts.simulation;

import dev.rollouts.api.wire.Path;
import dev.rollouts.codec.Document;
import dev.rollouts.codec.DocumentProblem;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Reads a {@link Scenario}; every problem at once, each with its place. */
final class ScenarioReader {
  private static final String OTHERS = "*";
  private static final Set<String> TOP =
      Set.of("duration", "seed", "args", "faults", "terminateAfter", "metrics");

  private final Document document;
  private final ScriptReader scripts;
  private final List<String> problems = new ArrayList<>();

  ScenarioReader(Document document, RecordingFiles files) {
    this.document = document;
    this.scripts = new ScriptReader(files);
    for (DocumentProblem problem : document.problems()) {
      // A scenario is no object of the cluster: it has no kind.
      if (problem.kind() != DocumentProblem.Kind.OBJECT) {
        problems.add(problem.toString());
      }
    }
  }

  Scenario read() {
    if (problems.isEmpty() && document.tree().isEmpty()) {
      problems.add(
          document.file()
              + ":"
              + document.positionOf(Path.root())
              + ": expected an object with metrics, and what each of them would answer");
    }
    stopOnProblems();
    ScenarioNode root = ScenarioNode.root(document, problems);
    root.keys(TOP);
    Map<String, Script> byName = new LinkedHashMap<>();
    Optional<ScenarioNode> metrics = root.get("metrics");
    if (metrics.isEmpty()) {
      root.problem(
          "metrics is absent; say what each metric would answer, or \"*\" for all of them");
    } else {
      for (String name : metrics.get().keys()) {
        metrics.get().get(name).ifPresent(node -> byName.put(name, scripts.read(node)));
      }
    }
    Script otherwise = byName.remove(OTHERS);
    Scenario scenario =
        new Scenario(
            root.get("duration").map(ScenarioNode::span).orElse(Scenario.DURATION_DEFAULT),
            root.get("seed").map(ScenarioNode::integer).orElse(1L),
            root.get("args").map(ScenarioReader::args).orElse(Map.of()),
            root.get("faults").map(ScenarioReader::faults).orElse(Set.of()),
            root.get("terminateAfter").map(ScenarioNode::duration).orElse(null),
            byName,
            otherwise);
    stopOnProblems();
    return scenario;
  }

  private void stopOnProblems() {
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("\n", problems));
    }
  }

  private static Map<String, String> args(ScenarioNode node) {
    Map<String, String> args = new LinkedHashMap<>();
    for (String name : node.keys()) {
      node.get(name).ifPresent(value -> args.put(name, value.text()));
    }
    return args;
  }

  private static Set<Fault> faults(ScenarioNode node) {
    if (!node.isList() && node.text().equals("all")) {
      return EnumSet.allOf(Fault.class);
    }
    Set<Fault> faults = EnumSet.noneOf(Fault.class);
    for (ScenarioNode item : node.items()) {
      String name = item.text();
      Fault fault =
          Stream.of(Fault.values()).filter(it -> it.name().equals(name)).findFirst().orElse(null);
      if (fault == null) {
        item.problem(
            "unknown fault \"%s\"; known: all, or a list of %s"
                .formatted(name, new TreeSet<>(List.of(Fault.values()))));
      } else {
        faults.add(fault);
      }
    }
    return faults;
  }
}
