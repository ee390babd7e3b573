package dev.rollouts.cli;

import dev.rollouts.codec.DocumentProblem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What to run, for the commands that run a template. */
final class InputOptions {
  private static final int WARNINGS_SHOWN = 10;

  @Option(
      names = {"-f", "--file"},
      paramLabel = "FILE",
      description = "The same as FILE alone. May be given several times.")
  private List<String> named = new ArrayList<>();

  @Parameters(
      paramLabel = "FILE",
      arity = "0..*",
      description =
          "Files or folders with manifests; - for standard input. Templates and other objects that are"
              + " referred to are found in all of them.")
  private List<String> positional = new ArrayList<>();

  /** All files, in the order in which they were given. */
  List<String> files() {
    List<String> files = new ArrayList<>(named);
    files.addAll(positional);
    if (files.isEmpty()) {
      throw CliException.badInput("which file? name one, or - for standard input");
    }
    return files;
  }

  @Option(
      names = "--template",
      paramLabel = "NAME",
      description =
          "Which template, when there are several that no other refers to. Several times: merged, as a"
              + " Rollout merges them.")
  List<String> templates = new ArrayList<>();

  @Option(
      names = "--arg",
      paramLabel = "NAME=VALUE",
      description = "A value for an argument of the template. May be given several times.")
  List<String> args = new ArrayList<>();

  /**
   * Reads the files and chooses; warns of what is odd.
   *
   * @param defaults arguments that are used where none is given
   */
  Subject subject(Surroundings surroundings, Map<String, String> defaults) {
    return subject(manifests(surroundings), surroundings, defaults);
  }

  /** Reads the files; warns of what is odd. */
  Manifests manifests(Surroundings surroundings) {
    Manifests manifests = Manifests.read(files(), surroundings);
    List<DocumentProblem> warnings = manifests.warnings();
    for (int i = 0; i < Math.min(WARNINGS_SHOWN, warnings.size()); i++) {
      Main.tell(surroundings, "warning: " + warnings.get(i));
    }
    if (warnings.size() > WARNINGS_SHOWN) {
      Main.tell(
          surroundings,
          "warning: and %d more; rollouts lint shows them all"
              .formatted(warnings.size() - WARNINGS_SHOWN));
    }
    return manifests;
  }

  /** Chooses among what was read. */
  Subject subject(Manifests manifests, Surroundings surroundings, Map<String, String> defaults) {
    Map<String, String> given = values();
    Map<String, String> values = new LinkedHashMap<>(defaults);
    values.putAll(given);
    Subject subject = Subject.choose(manifests, templates, values);
    for (String ignored : subject.ignoredArgs()) {
      if (!given.containsKey(ignored)) {
        continue;
      }
      Main.tell(
          surroundings,
          "warning: --arg %s: not declared by the template, so it is ignored".formatted(ignored));
    }
    return subject;
  }

  /** Arguments by name. */
  Map<String, String> values() {
    Map<String, String> values = new LinkedHashMap<>();
    for (String arg : args) {
      int equals = arg.indexOf('=');
      if (equals < 1) {
        throw CliException.badInput(
            "--arg: expected NAME=VALUE, was \"%s\"; for an empty value write NAME="
                .formatted(arg));
      }
      String name = arg.substring(0, equals);
      if (values.put(name, arg.substring(equals + 1)) != null) {
        throw CliException.badInput("--arg %s: given twice; leave one out".formatted(name));
      }
    }
    return values;
  }
}
