package dev.rollouts.codec;

import dev.rollouts.api.wire.Path;
import dev.rollouts.codec.DocumentProblem.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One text that is being read: its name, its limits, and what was found wrong with it so far. */
final class Source {
  /** A document with more problems than this is not worth listing further. */
  private static final int PROBLEMS_MAX = 1_000;

  /** Ends the reading of a document: nothing sensible can follow. */
  static final class Unreadable extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Position at;
    private final Kind kind;

    Unreadable(Position at, Kind kind, String message) {
      super(message, null, false, false);
      this.at = at;
      this.kind = kind;
    }

    Position at() {
      return at;
    }

    DocumentProblem in(String file) {
      return new DocumentProblem(file, at, Path.root(), kind, String.valueOf(getMessage()));
    }
  }

  private final String name;
  private final Limits limits;
  private List<DocumentProblem> problems = new ArrayList<>();
  private int nodes;

  Source(String name, Limits limits) {
    this.name = name;
    this.limits = limits;
  }

  String name() {
    return name;
  }

  Limits limits() {
    return limits;
  }

  /** Starts the next document and hands out the problems of the one before. */
  List<DocumentProblem> next() {
    List<DocumentProblem> found = problems;
    problems = new ArrayList<>();
    nodes = 0;
    return found;
  }

  void problem(Position at, Kind kind, String message) {
    if (problems.size() < PROBLEMS_MAX) {
      problems.add(new DocumentProblem(name, at, Path.root(), kind, message));
    }
  }

  void duplicate(String key, Position first, Position again) {
    problem(
        again,
        Kind.DUPLICATE_KEY,
        "key \"%s\" is already there at %s; the later one counts, remove one of them"
            .formatted(excerpt(key), first));
  }

  /** The number; its text, with a problem, when JSON cannot hold it. */
  Object finite(@Nullable Number number, String text, Position at) {
    if (number == null || number instanceof Double real && !Double.isFinite(real)) {
      problem(
          at,
          Kind.WRONG_TYPE,
          "the number %s does not fit into JSON; put it in quotes or use another one"
              .formatted(excerpt(text)));
      return text;
    }
    return number;
  }

  /** Counts values, those of an alias once per use. */
  void count(long more, Position at) throws Unreadable {
    if (more > limits.nodesMax() - nodes) {
      throw new Unreadable(
          at,
          Kind.LIMIT,
          String.format(
              Locale.ROOT,
              "the document holds more than %,d values, aliases included; split it up",
              limits.nodesMax()));
    }
    nodes += (int) more;
  }

  void checkDepth(int depth, Position at) throws Unreadable {
    if (depth > limits.depthMax()) {
      throw new Unreadable(
          at,
          Kind.LIMIT,
          "nested more than %s levels deep; no object of this API needs that, check the brackets and"
                  .formatted(limits.depthMax())
              + " the indentation");
    }
  }

  static String excerpt(String text) {
    String oneLine = text.replace('\n', ' ').replace('\r', ' ').replace('\t', ' ');
    return oneLine.length() <= 60 ? oneLine : oneLine.substring(0, 60) + "…";
  }
}
