package dev.rollouts.engine.experiment;

import dev.rollouts.api.analysis.Argument;
import dev.rollouts.api.experiment.Experiment;
import dev.rollouts.engine.analysis.args.UnresolvedArgumentException;
import dev.rollouts.engine.cluster.ReplicaSet;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The values of the arguments that an experiment supplies. Rule E-040. */
final class ExperimentArguments {
  private static final String OPEN = "{{";
  private static final String CLOSE = "}}";

  private final Map<String, String> values = new HashMap<>();

  private ExperimentArguments() {}

  /** Arguments about an experiment that has become available. */
  static ExperimentArguments of(Experiment experiment, Owned owned) {
    ExperimentArguments arguments = new ExperimentArguments();
    for (Map.Entry<String, ReplicaSet> each : owned.replicaSets().entrySet()) {
      String prefix = "templates." + each.getKey();
      arguments.values.put(prefix + ".podTemplateHash", each.getValue().hash());
      arguments.values.put(prefix + ".replicaset.name", each.getValue().name());
    }
    Instant availableAt = experiment.statusOrEmpty().availableAt();
    if (availableAt != null) {
      arguments.values.put("experiment.availableAt", availableAt.toString());
      Instant end = Schedule.of(experiment.spec(), experiment.statusOrEmpty(), availableAt).end();
      if (end != null) {
        arguments.values.put("experiment.finishedAt", end.toString());
      }
    }
    return arguments;
  }

  /**
   * The arguments with their placeholders replaced. One without a value keeps where it comes from.
   *
   * @throws UnresolvedArgumentException for the first placeholder that stands for nothing or has no
   *     end
   */
  List<Argument> resolve(List<Argument> args) throws UnresolvedArgumentException {
    List<Argument> resolved = new ArrayList<>();
    for (Argument arg : args) {
      String value = arg.value();
      resolved.add(value == null ? arg : Argument.of(arg.name(), replaced(value)));
    }
    return resolved;
  }

  private String replaced(String text) throws UnresolvedArgumentException {
    StringBuilder out = new StringBuilder();
    int at = 0;
    for (int open = text.indexOf(OPEN); open >= 0; open = text.indexOf(OPEN, at)) {
      int close = text.indexOf(CLOSE, open + OPEN.length());
      if (close < 0) {
        throw new UnresolvedArgumentException(
            "Cannot find end tag=\"}}\" in the template=\"%s\" starting from \"%s\""
                .formatted(text, text.substring(open + OPEN.length())));
      }
      String inner = text.substring(open + OPEN.length(), close);
      String value = values.get(inner.strip());
      if (value == null) {
        throw new UnresolvedArgumentException("failed to resolve {{" + inner + "}}");
      }
      out.append(text, at, open).append(value);
      at = close + CLOSE.length();
    }
    return out.append(text, at, text.length()).toString();
  }
}
