package dev.rollouts.cli.lint;

import dev.rollouts.api.wire.Path;
import dev.rollouts.api.wire.Problem;
import dev.rollouts.codec.Document;
import dev.rollouts.codec.DocumentProblem;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What strict reading says, with better advice for fields that do not exist. */
final class FieldChecks {
  /** Fields that are looked at to find where one belongs, roughly. */
  private static final long ADVICE_STEPS = 500;

  private static final Pattern NUMBER_AS_TEXT =
      Pattern.compile("expected a .*integer, found the string \"(-?\\d+)%?\"");

  private FieldChecks() {}

  static void check(Document document, Effort effort, Consumer<Finding> findings) {
    for (DocumentProblem problem : document.problems()) {
      findings.accept(finding(document, problem, effort));
    }
    for (Problem problem : NeighbourFields.problems(document)) {
      neighbour(document, problem, effort, findings);
    }
    if (document.object().isPresent() && !isNamed(document)) {
      findings.accept(
          finding(
              document,
              Rule.NO_NAME,
              Severity.ERROR,
              Path.of("metadata"),
              "the object has no name; the API server refuses it",
              "add metadata.name"));
    }
    if (document.apiVersion().startsWith("argoproj.io/")
        && document.object().isEmpty()
        && document.problems().isEmpty()) {
      findings.accept(
          finding(
              document,
              Rule.NOT_CHECKED,
              Severity.INFO,
              Path.of("kind"),
              "kind " + document.kind() + " is not checked yet",
              ""));
    }
  }

  /** Fields of Services and Ingresses that do not exist, or are of another type. */
  private static void neighbour(
      Document document, Problem problem, Effort effort, Consumer<Finding> findings) {
    boolean unknown = problem.kind() == Problem.Kind.UNKNOWN_FIELD;
    Class<? extends Record> type = NeighbourFields.type(document).orElseThrow();
    FieldAdvice advice =
        unknown && effort.spend(ADVICE_STEPS)
            ? FieldAdvice.of(type, problem.path(), document)
            : new FieldAdvice(false, unknown ? "remove it" : "");
    findings.accept(
        new Finding(
            document.file(),
            unknown ? document.keyPositionOf(problem.path()) : document.positionOf(problem.path()),
            unknown ? Severity.WARNING : Severity.ERROR,
            !unknown
                ? Rule.WRONG_TYPE
                : advice.misplaced() ? Rule.MISPLACED_FIELD : Rule.UNKNOWN_FIELD,
            problem.path(),
            unknown ? "the API has no such field here; the API server drops it" : problem.message(),
            advice.text()));
  }

  private static boolean isNamed(Document document) {
    return !document.name().isEmpty()
        || document.valueAt(Path.of("metadata", "generateName")) instanceof String prefix
            && !prefix.isEmpty();
  }

  private static Finding finding(Document document, DocumentProblem problem, Effort effort) {
    String[] message = split(problem.message());
    return switch (problem.kind()) {
      case SYNTAX, LIMIT -> finding(problem, Rule.SYNTAX, Severity.ERROR, message[0], message[1]);
      case DUPLICATE_KEY ->
          finding(problem, Rule.DUPLICATE_KEY, Severity.ERROR, message[0], message[1]);
      case OBJECT -> finding(problem, Rule.UNKNOWN_KIND, Severity.ERROR, message[0], message[1]);
      case WRONG_TYPE ->
          finding(
              problem,
              Rule.WRONG_TYPE,
              Severity.ERROR,
              SecretChecks.isCredential(problem.path())
                  ? message[0].replaceFirst(", found .*", "")
                  : message[0],
              message[1].isEmpty() ? retyped(document, problem, message[0]) : message[1]);
      case MISSING -> finding(problem, Rule.MISSING_FIELD, Severity.ERROR, message[0], message[1]);
      case INVALID -> finding(problem, Rule.METRIC_INVALID, Severity.ERROR, message[0], message[1]);
      case UNKNOWN_FIELD -> unknownField(document, problem, effort);
    };
  }

  /** How to write a value that is of another type than the API wants. */
  private static String retyped(Document document, DocumentProblem problem, String message) {
    Matcher number = NUMBER_AS_TEXT.matcher(message);
    if (number.matches()) {
      return "write %s, without quotes or unit".formatted(number.group(1));
    }
    if (message.startsWith("expected a list")) {
      return "write a list: each entry on a line of its own that begins with -";
    }
    if (message.startsWith("expected a value, found null")) {
      return "remove the empty entry, or fill it in";
    }
    return message.startsWith("expected an object")
            && document.object().orElse(null) instanceof Record object
        ? FieldAdvice.known(object.getClass(), problem.path())
        : "";
  }

  private static Finding unknownField(Document document, DocumentProblem problem, Effort effort) {
    FieldAdvice advice =
        document.object().orElse(null) instanceof Record object && effort.spend(ADVICE_STEPS)
            ? FieldAdvice.of(object.getClass(), problem.path(), document)
            : new FieldAdvice(false, "remove it");
    return finding(
        problem,
        advice.misplaced() ? Rule.MISPLACED_FIELD : Rule.UNKNOWN_FIELD,
        Severity.WARNING,
        "the API has no such field here; the API server drops it",
        advice.text());
  }

  /** Codec messages name the remedy after the last semicolon. */
  private static String[] split(String message) {
    int at = message.lastIndexOf("; ");
    return at < 0
        ? new String[] {message, ""}
        : new String[] {message.substring(0, at), message.substring(at + 2)};
  }

  private static Finding finding(
      DocumentProblem problem, Rule rule, Severity severity, String message, String suggestion) {
    return new Finding(
        problem.file(), problem.position(), severity, rule, problem.path(), message, suggestion);
  }

  private static Finding finding(
      Document document,
      Rule rule,
      Severity severity,
      Path path,
      String message,
      String suggestion) {
    return new Finding(
        document.file(), document.positionOf(path), severity, rule, path, message, suggestion);
  }
}
