package dev.rollouts.cli.lint;

import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.wire.Path;
import dev.rollouts.api.wire.Problem;
import dev.rollouts.api.wire.Wire;
import dev.rollouts.codec.Document;
import dev.rollouts.codec.DocumentProblem;
import dev.rollouts.engine.hash.PodTemplateFields;
import dev.rollouts.engine.rollout.RolloutObservations;
import dev.rollouts.engine.rollout.validation.FieldError;
import dev.rollouts.engine.rollout.validation.RolloutValidation;
import dev.rollouts.engine.traffic.RouterSettings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the {@code lint} command of Argo Rollouts' kubectl plugin says about one file, for scripts
 * that read it. Knows Rollouts, Services, Ingresses and VirtualServices; what is not in the file is
 * not missed. Source: docs/spec/lint.md#argo (K-140 to K-147).
 *
 * @param lines what is printed, one finding a line
 * @param error what is said last, without {@code Error: }; empty when nothing is wrong
 */
public record ArgoLint(List<String> lines, Optional<String> error) {
  public ArgoLint {
    lines = List.copyOf(lines);
  }

  /** The outcome for the documents of one file. */
  public static ArgoLint of(List<Document> documents) {
    List<Document> objects = documents.stream().filter(each -> !isEmpty(each)).toList();
    for (Document each : objects) {
      Optional<String> error = unreadable(each);
      if (error.isPresent()) {
        return new ArgoLint(List.of(), error);
      }
    }
    ObjectSet all = new ObjectSet(objects.stream().map(each -> new Judged(each, f -> {})).toList());
    List<FieldError> errors = new ArrayList<>();
    for (Document each : objects) {
      if (isRollout(each)) {
        Rollout rollout = Wire.decode(Rollout.class, content(each)).value();
        errors.addAll(RolloutValidation.spec(rollout, false));
        errors.addAll(contents(rollout, all));
      }
    }
    return new ArgoLint(
        errors.stream().map(FieldError::text).toList(),
        errors.stream().findFirst().map(FieldError::toString));
  }

  private static boolean isEmpty(Document document) {
    return document.tree().isEmpty()
        && document.problems().stream().noneMatch(each -> each.kind().isFatal());
  }

  private static boolean isRollout(Document document) {
    return document.kind().equals("Rollout")
        && ObjectSet.groupOf(document.apiVersion()).equals("argoproj.io");
  }

  private static Map<String, @Nullable Object> content(Document document) {
    Map<String, @Nullable Object> content = new LinkedHashMap<>(document.tree());
    content.remove("apiVersion");
    content.remove("kind");
    return content;
  }

  /** Why a document cannot be read: it is no object, or one that strict reading refuses. */
  private static Optional<String> unreadable(Document document) {
    boolean strict = isRollout(document) || NeighbourFields.type(document).isPresent();
    for (DocumentProblem problem : document.problems()) {
      switch (problem.kind()) {
        case SYNTAX, LIMIT -> {
          return Optional.of(
              "error converting YAML to JSON: yaml: line %d: %s"
                  .formatted(problem.position().line(), problem.message()));
        }
        case DUPLICATE_KEY -> {
          if (strict) {
            return Optional.of(
                "error converting YAML to JSON: yaml: unmarshal errors:\n  line %d: %s already set in map"
                    .formatted(
                        problem.position().line(), problem.message().split(" is already", 2)[0]));
          }
        }
        case OBJECT -> {
          if (document.kind().isEmpty()) {
            return Optional.of("Object 'Kind' is missing: " + problem.message());
          }
        }
        case UNKNOWN_FIELD, WRONG_TYPE, MISSING, INVALID -> {}
      }
    }
    return isRollout(document)
        ? refused(Wire.decode(Rollout.class, content(document)).problems())
            .or(() -> unknownPodField(document))
        : refused(NeighbourFields.problems(document));
  }

  private static Optional<String> refused(List<Problem> problems) {
    for (Problem problem : problems) {
      if (problem.kind() == Problem.Kind.UNKNOWN_FIELD
          && !problem.path().segments().get(0).equals("metadata")) {
        return Optional.of(unknown(problem.path()));
      }
      if (problem.kind() == Problem.Kind.WRONG_TYPE) {
        return Optional.of("error unmarshaling JSON: while decoding JSON: json: " + problem);
      }
    }
    return Optional.empty();
  }

  private static Optional<String> unknownPodField(Document document) {
    return PodTemplateFields.unknown(
            Wire.decode(Rollout.class, content(document)).value().spec().template())
        .stream()
        .findFirst()
        .map(ArgoLint::unknown);
  }

  private static String unknown(Path path) {
    return "error unmarshaling JSON: while decoding JSON: json: unknown field \"%s\""
        .formatted(last(path));
  }

  private static Object last(Path path) {
    List<Object> segments = path.segments();
    return segments.isEmpty() ? "" : segments.get(segments.size() - 1);
  }

  /** Of what the rollout refers to, Services, Ingresses and VirtualServices are looked at. */
  private static List<FieldError> contents(Rollout rollout, ObjectSet objects) {
    RolloutObservations seen =
        FileObservations.of(
            rollout, rollout.metadata().namespace(), objects, ref -> Optional.empty());
    return RolloutValidation.contents(rollout, seen, RouterSettings.defaults()).stream()
        .filter(each -> !each.field().equals("spec.weight"))
        .filter(each -> !each.field().contains(".appmesh."))
        .toList();
  }
}
