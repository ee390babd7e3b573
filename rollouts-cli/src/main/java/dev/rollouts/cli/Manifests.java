package dev.rollouts.cli;

import dev.rollouts.api.KubernetesObject;
import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.analysis.AnalysisTemplate;
import dev.rollouts.api.analysis.AnalysisTemplateSpec;
import dev.rollouts.api.analysis.ClusterAnalysisTemplate;
import dev.rollouts.api.analysis.TemplateRef;
import dev.rollouts.api.experiment.Experiment;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.codec.Codec;
import dev.rollouts.codec.CodecException;
import dev.rollouts.codec.Document;
import dev.rollouts.codec.DocumentProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The objects that a command was given with {@code -f}: files, folders with what is below them, or
 * {@code -} for standard input.
 */
final class Manifests {
  private static final int FILES_MAX = 10_000;
  private static final int DEPTH_MAX = 32;

  private final List<Document> documents;

  /** Problems of files that were not named one by one; they do not stop anything. */
  private final List<DocumentProblem> warnings;

  private Manifests(List<Document> documents, List<DocumentProblem> warnings) {
    this.documents = List.copyOf(documents);
    this.warnings = List.copyOf(warnings);
  }

  /**
   * Reads everything.
   *
   * @throws CodecException when a file that was named cannot be read
   */
  static Manifests read(List<String> names, Surroundings surroundings) {
    List<Document> documents = new ArrayList<>();
    List<DocumentProblem> warnings = new ArrayList<>();
    boolean stdin = false;
    for (String name : names) {
      if (name.equals("-")) {
        if (stdin) {
          throw CliException.badInput("-f -: standard input can be read once only; leave one out");
        }
        stdin = true;
        add(Codec.standard().read("stdin", surroundings.in()), true, documents, warnings);
        continue;
      }
      Path path = path(name);
      if (!Files.isDirectory(path)) {
        add(Codec.standard().read(path), true, documents, warnings);
        continue;
      }
      for (Path file : below(path)) {
        add(Codec.standard().read(file), false, documents, warnings);
      }
    }
    return new Manifests(documents, warnings);
  }

  static Path path(String name) {
    try {
      return Path.of(name);
    } catch (java.nio.file.InvalidPathException e) {
      throw CliException.badInput("\"%s\": not a path; %s".formatted(name, e.getReason()));
    }
  }

  private static void add(
      List<Document> read,
      boolean named,
      List<Document> documents,
      List<DocumentProblem> warnings) {
    for (Document document : read) {
      List<DocumentProblem> fatal =
          document.problems().stream().filter(problem -> problem.kind().isFatal()).toList();
      if (!fatal.isEmpty() && named) {
        throw CliException.badPlaces(fatal);
      }
      if (fatal.isEmpty()) {
        documents.add(document);
      }
      boolean ours = document.object().isPresent();
      warnings.addAll(ours ? document.problems() : fatal);
    }
  }

  /** Files that may hold manifests, in alphabetical order. */
  static List<Path> below(Path folder) {
    try (Stream<Path> files = Files.walk(folder, DEPTH_MAX)) {
      List<Path> found =
          files.filter(file -> isManifest(folder, file)).sorted().limit(FILES_MAX + 1).toList();
      if (found.size() > FILES_MAX) {
        throw CliException.badInput(
            String.format(
                Locale.ROOT, "%s: more than %,d files; name a smaller folder", folder, FILES_MAX));
      }
      if (found.isEmpty()) {
        throw CliException.badInput(
            "%s: no .yaml, .yml or .json file in this folder; name another one".formatted(folder));
      }
      return found;
    } catch (IOException | java.io.UncheckedIOException e) {
      throw CliException.badInput("%s: this folder cannot be read".formatted(folder));
    }
  }

  private static boolean isManifest(Path folder, Path file) {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    for (Path part : folder.relativize(file)) {
      if (part.toString().startsWith(".")) {
        return false;
      }
    }
    return (name.endsWith(".yaml") || name.endsWith(".yml") || name.endsWith(".json"))
        && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
  }

  /** What is odd about objects that can be used all the same. */
  List<DocumentProblem> warnings() {
    return warnings;
  }

  /** Everything that was read. */
  List<Document> documents() {
    return documents;
  }

  /** Whether there is a Rollout. */
  boolean hasRollout() {
    return !ofType(Rollout.class).isEmpty();
  }

  /** Every AnalysisRun. */
  List<Document> runs() {
    return ofType(AnalysisRun.class);
  }

  /** Every Rollout. */
  List<Document> rollouts() {
    return ofType(Rollout.class);
  }

  /** Every Experiment. */
  List<Document> experiments() {
    return ofType(Experiment.class);
  }

  private List<Document> ofType(Class<? extends KubernetesObject> type) {
    return documents.stream()
        .filter(document -> document.object().filter(type::isInstance).isPresent())
        .toList();
  }

  /** Templates of both kinds by reference, with the place they come from. */
  Map<TemplateRef, Template> templates() {
    Map<TemplateRef, Template> templates = new LinkedHashMap<>();
    for (Document document : documents) {
      KubernetesObject object = document.object().orElse(null);
      AnalysisTemplateSpec spec = spec(object);
      if (object == null || spec == null) {
        continue;
      }
      TemplateRef ref =
          new TemplateRef(object.metadata().name(), object instanceof ClusterAnalysisTemplate);
      Template other = templates.putIfAbsent(ref, new Template(spec, document));
      if (other != null) {
        throw CliException.badPlace(
            "%s: defined twice, also in %s; leave one out".formatted(document, other.document()));
      }
    }
    return templates;
  }

  private static @Nullable AnalysisTemplateSpec spec(@Nullable KubernetesObject object) {
    if (object instanceof AnalysisTemplate template) {
      return template.spec();
    }
    return object instanceof ClusterAnalysisTemplate template ? template.spec() : null;
  }

  /** A template and where it stands. */
  record Template(AnalysisTemplateSpec spec, Document document) {}

  /** The end of a sentence that says that what was wanted is not there: what there is. */
  String inventory() {
    TreeSet<String> kinds = new TreeSet<>();
    for (Document document : documents) {
      kinds.add(document.kind().isEmpty() ? "objects without a kind" : document.kind());
    }
    return kinds.isEmpty() ? "; there is nothing in it" : ", only: " + String.join(", ", kinds);
  }

  /** The first document of a name, whatever its kind. */
  Optional<Document> named(String name) {
    return documents.stream().filter(document -> document.name().equals(name)).findFirst();
  }
}
