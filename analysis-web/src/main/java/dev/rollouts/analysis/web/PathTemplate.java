package dev.rollouts.analysis.web;

import com.jayway.jsonpath.InvalidPathException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A template in the JSONPath dialect of Kubernetes: text with paths in braces, of which only the
 * first value counts (P-045). Immutable.
 *
 * <p>What it costs to evaluate one is bounded by the size of the document: one {@code ..} a path,
 * filters that look at fields and indices only, no regular expressions, no functions, and the
 * search ends with the first match.
 */
final class PathTemplate {
  private final List<Part> parts;

  private PathTemplate(List<Part> parts) {
    this.parts = parts;
  }

  /**
   * Reads a template.
   *
   * @throws MalformedException with a message such as {@code unclosed action: …}
   */
  static PathTemplate parse(String text) throws MalformedException {
    try {
      return new PathTemplate(new TemplateParser(text).parse());
    } catch (InvalidPathException e) {
      // The parser lets nothing through that json-path refuses; if it did, this would say so
      // without a stack trace.
      throw new MalformedException("jsonPath cannot be used: " + e.getMessage());
    }
  }

  /**
   * The first value that the template selects; nothing when a filter, a wildcard or a slice selects
   * none.
   *
   * @param document plain values as a JSON reader gives them
   * @throws NoMatchException when a field or an index that the template names is not there
   */
  Optional<Match> firstMatch(@Nullable Object document) throws NoMatchException {
    Optional<Match> first = Optional.empty();
    for (Part part : parts) {
      // Those behind the first match count too, as far as they can fail.
      Optional<Match> match = part.firstMatch(document);
      if (first.isEmpty()) {
        first = match;
      }
    }
    return first;
  }

  /** A value that was found; it may be null, as JSON has it. */
  record Match(@Nullable Object value) {}

  /** What a template consists of. */
  sealed interface Part {
    Optional<Match> firstMatch(@Nullable Object document) throws NoMatchException;
  }

  /**
   * Text outside of braces, or a literal inside; there once for each value of the ranges around it.
   */
  record Literal(List<Path> around, Object value) implements Part {
    @Override
    public Optional<Match> firstMatch(@Nullable Object document) throws NoMatchException {
      return new Selection(around).firstMatch(document).map(match -> new Match(value));
    }
  }

  /**
   * A path, as the alternatives that its unions stand for, in their order.
   *
   * @param paths at least one
   */
  record Selection(List<Path> paths) implements Part {
    Selection {
      paths = List.copyOf(paths);
    }

    @Override
    public Optional<Match> firstMatch(@Nullable Object document) throws NoMatchException {
      for (Path path : paths) {
        Optional<Match> match = path.firstMatch(document);
        if (match.isPresent()) {
          return match;
        }
      }
      return Optional.empty();
    }
  }

  /** Something that fails for every document. */
  record Unusable(String message) implements Part {
    @Override
    public Optional<Match> firstMatch(@Nullable Object document) throws NoMatchException {
      throw new NoMatchException(message);
    }
  }

  /** Every prefix with every continuation, in the order in which their values come. */
  static List<Path> joined(List<Path> prefixes, List<Path> continuations)
      throws MalformedException {
    List<Path> joined = new ArrayList<>();
    for (Path continuation : continuations) {
      for (Path prefix : prefixes) {
        joined.add(prefix.then(continuation));
      }
    }
    if (joined.size() > TemplateParser.ALTERNATIVES_MAX) {
      throw new MalformedException(
          "jsonPath stands for more than %d paths; use fewer unions"
              .formatted(TemplateParser.ALTERNATIVES_MAX));
    }
    return joined;
  }

  /** Not a template of the dialect, or more of it than is evaluated. */
  static final class MalformedException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedException(String message) {
      super(message);
    }
  }

  /** The document does not have what a template names. */
  static final class NoMatchException extends Exception {
    private static final long serialVersionUID = 1L;

    NoMatchException(String message) {
      super(message);
    }
  }
}
