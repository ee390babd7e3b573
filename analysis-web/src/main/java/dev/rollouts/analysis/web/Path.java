package dev.rollouts.analysis.web;

import com.jayway.jsonpath.Configuration;
import com.jayway.jsonpath.EvaluationListener;
import com.jayway.jsonpath.EvaluationListener.EvaluationContinuation;
import com.jayway.jsonpath.JsonPath;
import com.jayway.jsonpath.PathNotFoundException;
import com.jayway.jsonpath.spi.json.JsonSmartJsonProvider;
import com.jayway.jsonpath.spi.mapper.JsonSmartMappingProvider;
import dev.rollouts.analysis.web.PathTemplate.MalformedException;
import dev.rollouts.analysis.web.PathTemplate.Match;
import dev.rollouts.analysis.web.PathTemplate.NoMatchException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Steps from a document to values. json-path finds the values; what is not there is explained here.
 * Immutable.
 */
record Path(List<Step> steps) {
  static final Path WHOLE = new Path(List.of());

  private static final int STEPS_MAX = 64;
  private static final JsonSmartJsonProvider JSON = new JsonSmartJsonProvider();
  private static final JsonSmartMappingProvider MAPPING = new JsonSmartMappingProvider();

  Path {
    steps = List.copyOf(steps);
  }

  /** One step, in json-path's notation. */
  sealed interface Step {
    String notation();

    /** Whether it leads to one value at most. */
    default boolean isDefinite() {
      return false;
    }
  }

  record Field(String name) implements Step {
    @Override
    public String notation() {
      return "['" + escaped(name) + "']";
    }

    @Override
    public boolean isDefinite() {
      return true;
    }
  }

  /**
   * An element.
   *
   * @param index from the end when negative
   */
  record Index(int index) implements Step {
    @Override
    public String notation() {
      return "[" + index + "]";
    }

    @Override
    public boolean isDefinite() {
      return true;
    }
  }

  /**
   * Several elements or fields, in a notation that needs no translation: {@code [*]}, {@code
   * [1:3]}.
   */
  record Several(String notation) implements Step {}

  /** This value and all below it. */
  record Descent() implements Step {
    @Override
    public String notation() {
      return "..";
    }
  }

  /**
   * Elements that pass a test.
   *
   * @param test in json-path's notation
   */
  record Filter(String test) implements Step {
    @Override
    public String notation() {
      return "[?(" + test + ")]";
    }
  }

  /** Quoted content with everything escaped that json-path or its quotes could take for syntax. */
  static String escaped(String text) {
    StringBuilder escaped = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean plain =
          (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
      escaped.append(plain ? String.valueOf(c) : "\\u%04x".formatted((int) c));
    }
    return escaped.toString();
  }

  /** This path and then that one. */
  Path then(Path next) throws MalformedException {
    List<Step> all = new ArrayList<>(steps);
    all.addAll(next.steps);
    Path joined = new Path(all);
    if (all.size() > STEPS_MAX) {
      throw new MalformedException("jsonPath has more than %d steps".formatted(STEPS_MAX));
    }
    if (all.stream().filter(Descent.class::isInstance).count() > 1) {
      throw new MalformedException("jsonPath has more than one \"..\"; name the way to the second");
    }
    return joined;
  }

  /** The first value in the order of the document. */
  Optional<Match> firstMatch(@Nullable Object document) throws NoMatchException {
    explainWhatIsMissing(document);
    if (document == null) {
      return steps.isEmpty() ? Optional.of(new Match(null)) : Optional.empty();
    }
    List<Match> found = new ArrayList<>(1);
    EvaluationListener stopAtFirst =
        result -> {
          if (result.path().startsWith("@")) {
            // What a filter looks at is no match.
            return EvaluationContinuation.CONTINUE;
          }
          found.add(new Match(result.result()));
          return EvaluationContinuation.ABORT;
        };
    Configuration configuration =
        Configuration.builder()
            .jsonProvider(JSON)
            .mappingProvider(MAPPING)
            .evaluationListener(List.of(stopAtFirst))
            .build();
    try {
      JsonPath.compile(notation()).<@Nullable Object>read(document, configuration);
    } catch (PathNotFoundException nothing) {
      return Optional.empty();
    }
    return found.stream().findFirst();
  }

  /** In json-path's notation. */
  String notation() {
    StringBuilder notation = new StringBuilder("$");
    for (int i = 0; i < steps.size(); i++) {
      // At the end the descent starts with the value itself, which is the first match.
      if (!(steps.get(i) instanceof Descent && i == steps.size() - 1)) {
        notation.append(steps.get(i).notation());
      }
    }
    return notation.toString();
  }

  /** Follows fields and indices as long as there is nothing to choose. */
  private void explainWhatIsMissing(@Nullable Object document) throws NoMatchException {
    Object here = document;
    for (Step step : steps) {
      if (step instanceof Field field) {
        if (!(here instanceof Map<?, ?> map && map.containsKey(field.name()))) {
          throw new NoMatchException(field.name() + " is not found");
        }
        here = map.get(field.name());
      } else if (step instanceof Index index && here != null) {
        here = element(here, index.index());
      } else {
        return;
      }
    }
  }

  private static @Nullable Object element(Object here, int index) throws NoMatchException {
    if (!(here instanceof List<?> list)) {
      throw new NoMatchException(
          (here instanceof Map ? "an object" : "a single value") + " is not array or slice");
    }
    int position = index < 0 ? index + list.size() : index;
    if (position < 0 || position >= list.size()) {
      throw new NoMatchException(
          "array index out of bounds: index %d, length %d".formatted(position, list.size()));
    }
    return list.get(position);
  }
}
