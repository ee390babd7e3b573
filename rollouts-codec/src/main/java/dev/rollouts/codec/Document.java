package dev.rollouts.codec;

import dev.rollouts.api.KubernetesObject;
import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.analysis.AnalysisTemplate;
import dev.rollouts.api.analysis.ClusterAnalysisTemplate;
import dev.rollouts.api.experiment.Experiment;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.wire.Decoded;
import dev.rollouts.api.wire.Path;
import dev.rollouts.api.wire.Problem;
import dev.rollouts.api.wire.Wire;
import dev.rollouts.codec.DocumentProblem.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One object of a text: what it holds, where everything stands, and what is wrong with it.
 * Immutable.
 *
 * <p>A controller takes the {@link #object()}, in which a malformed field has its zero value, and
 * ignores the {@link #problems()}. Lint reports them.
 */
public final class Document {
  private static final Map<String, Class<? extends Record>> TYPES =
      Map.of(
          "AnalysisTemplate", AnalysisTemplate.class,
          "ClusterAnalysisTemplate", ClusterAnalysisTemplate.class,
          "AnalysisRun", AnalysisRun.class,
          "Rollout", Rollout.class,
          "Experiment", Experiment.class);

  /** What the API server writes into metadata, beyond what the model reads. */
  private static final Set<String> OTHER_METADATA =
      Set.of("finalizers", "managedFields", "selfLink", "deletionGracePeriodSeconds");

  private static final Comparator<DocumentProblem> BY_POSITION =
      Comparator.comparingInt((DocumentProblem each) -> each.position().line())
          .thenComparingInt(each -> each.position().column());

  private final String file;
  private final Node root;
  private final String apiVersion;
  private final String kind;
  private final @Nullable KubernetesObject object;
  private final List<DocumentProblem> problems;

  private Document(
      String file,
      Node root,
      String apiVersion,
      String kind,
      @Nullable KubernetesObject object,
      List<DocumentProblem> problems) {
    this.file = file;
    this.root = root;
    this.apiVersion = apiVersion;
    this.kind = kind;
    this.object = object;
    this.problems = problems.stream().sorted(BY_POSITION).toList();
  }

  /** A document that could not be read. */
  static Document broken(DocumentProblem problem) {
    return new Document(
        problem.file(),
        Node.object(Map.of(), Map.of(), problem.position()),
        "",
        "",
        null,
        List.of(problem));
  }

  /** The object of a document, or the objects of a list. */
  static List<Document> of(String file, Node root, List<DocumentProblem> textProblems) {
    List<Document> documents = new ArrayList<>();
    unpack(file, root, "", textProblems, documents);
    return documents;
  }

  /** The name under which the text was read. */
  public String file() {
    return file;
  }

  /** As written; empty when absent. */
  public String apiVersion() {
    return apiVersion;
  }

  /** As written; empty when absent. */
  public String kind() {
    return kind;
  }

  /** {@code metadata.name}; empty when absent. */
  public String name() {
    return text(at("metadata", "name"));
  }

  /** {@code metadata.namespace}; empty when absent. */
  public String namespace() {
    return text(at("metadata", "namespace"));
  }

  /**
   * The object, when it is of a kind that this version reads. Malformed fields have their zero
   * value, everything else is as written.
   */
  public Optional<KubernetesObject> object() {
    return Optional.ofNullable(object);
  }

  /**
   * The object as a type.
   *
   * @throws CodecException when it is of another kind, or could not be read at all
   */
  public <T extends KubernetesObject> T as(Class<T> type) {
    if (type.isInstance(object)) {
      return type.cast(object);
    }
    if (object == null && !problems.isEmpty()) {
      throw new CodecException(problems);
    }
    throw new CodecException(
        "%s:%s: expected kind %s, found %s; name another file, or change the kind"
            .formatted(
                file,
                root.at(),
                type.getSimpleName(),
                kind.isEmpty() ? "none" : kind + " of " + apiVersion));
  }

  /** Everything that is wrong, in the order of the text. */
  public List<DocumentProblem> problems() {
    return problems;
  }

  /**
   * What was read, unmodifiable: maps and lists of plain values. Empty when nothing could be read.
   * A changed object is written over it with {@link Wire#overlay}, which keeps what the model does
   * not know.
   */
  @SuppressWarnings("unchecked")
  public Map<String, @Nullable Object> tree() {
    return root.value() instanceof Map<?, ?> map ? (Map<String, @Nullable Object>) map : Map.of();
  }

  /** The value at a path, or null when it is absent or null. */
  public @Nullable Object valueAt(Path path) {
    Node node = root;
    for (Object segment : path.segments()) {
      node = node == null ? null : node.child(segment);
    }
    return node == null ? null : node.value();
  }

  /**
   * Where the value at a path starts; where its nearest existing parent starts when it is absent.
   */
  public Position positionOf(Path path) {
    Node node = root;
    for (Object segment : path.segments()) {
      Node child = node.child(segment);
      if (child == null) {
        return node.at();
      }
      node = child;
    }
    return node.at();
  }

  /** Where the key that a path ends with stands; otherwise as {@link #positionOf}. */
  public Position keyPositionOf(Path path) {
    List<Object> segments = path.segments();
    if (!segments.isEmpty() && segments.get(segments.size() - 1) instanceof String key) {
      Node parent = root;
      for (Object segment : path.parent().segments()) {
        parent = parent == null ? null : parent.child(segment);
      }
      Position at = parent == null ? null : parent.keys().get(key);
      if (at != null) {
        return at;
      }
    }
    return positionOf(path);
  }

  /** {@code file:line:column: kind/name}. */
  @Override
  public String toString() {
    return file + ":" + root.at() + ": " + (kind.isEmpty() ? "no kind" : kind + "/" + name());
  }

  private @Nullable Object at(String... keys) {
    return valueAt(Path.of((Object[]) keys));
  }

  private static void unpack(
      String file,
      Node node,
      String impliedKind,
      List<DocumentProblem> textProblems,
      List<Document> documents) {
    String kind = text(child(node, "kind"));
    Node items = node.child("items");
    if (kind.endsWith("List") && items != null && items.value() instanceof List) {
      String itemKind = kind.substring(0, kind.length() - "List".length());
      List<DocumentProblem> once = textProblems;
      for (Node item : items.items()) {
        unpack(file, item, itemKind, once, documents);
        once = List.of();
      }
      return;
    }
    documents.add(typed(file, node, impliedKind, textProblems));
  }

  private static Document typed(
      String file, Node node, String impliedKind, List<DocumentProblem> textProblems) {
    List<DocumentProblem> problems = new ArrayList<>(textProblems);
    if (!(node.value() instanceof Map)) {
      problems.add(
          new DocumentProblem(
              file,
              node.at(),
              Path.root(),
              Kind.OBJECT,
              "expected an object with apiVersion, kind, metadata and spec"));
      return new Document(file, node, "", "", null, problems);
    }
    boolean implied = node.child("kind") == null && !impliedKind.isEmpty();
    String kind = implied ? impliedKind : text(child(node, "kind"));
    String apiVersion = implied ? KubernetesObject.API_VERSION : text(child(node, "apiVersion"));
    Document untyped = new Document(file, node, apiVersion, kind, null, problems);
    Class<? extends Record> type = TYPES.get(kind);
    if (type == null || !apiVersion.equals(KubernetesObject.API_VERSION)) {
      untyped.kindProblem().ifPresent(problems::add);
      return new Document(file, node, apiVersion, kind, null, problems);
    }
    Map<String, @Nullable Object> content = new LinkedHashMap<>(untyped.tree());
    content.remove("apiVersion");
    content.remove("kind");
    Decoded<? extends Record> decoded = Wire.decode(type, content);
    for (Problem problem : decoded.problems()) {
      if (!isOtherMetadata(problem)) {
        problems.add(untyped.located(problem));
      }
    }
    return new Document(file, node, apiVersion, kind, (KubernetesObject) decoded.value(), problems);
  }

  /** A problem of the tree with its place in the text. */
  private DocumentProblem located(Problem problem) {
    Position at =
        problem.kind() == Problem.Kind.UNKNOWN_FIELD
            ? keyPositionOf(problem.path())
            : positionOf(problem.path());
    return new DocumentProblem(
        file, at, problem.path(), Kind.of(problem.kind()), problem.message());
  }

  private static boolean isOtherMetadata(Problem problem) {
    List<Object> segments = problem.path().segments();
    return problem.kind() == Problem.Kind.UNKNOWN_FIELD
        && segments.size() == 2
        && segments.get(0).equals("metadata")
        && OTHER_METADATA.contains(segments.get(1));
  }

  /**
   * What is wrong with apiVersion and kind; nothing when they are those of somebody else's object.
   */
  private Optional<DocumentProblem> kindProblem() {
    if (kind.isEmpty()) {
      return Optional.of(
          problem(Path.of("kind"), "no kind; write kind: AnalysisTemplate, or what it is"));
    }
    if (TYPES.containsKey(kind) && (apiVersion.isEmpty() || apiVersion.startsWith("argoproj.io"))) {
      return Optional.of(
          problem(
              Path.of("apiVersion"),
              "%s of apiVersion \"%s\" does not exist; write apiVersion: %s"
                  .formatted(kind, Source.excerpt(apiVersion), KubernetesObject.API_VERSION)));
    }
    if (isOfAnotherVendor()) {
      return Optional.empty();
    }
    for (String known : TYPES.keySet()) {
      if (known.equals(kind)) {
        return Optional.of(
            problem(
                Path.of("apiVersion"),
                "no %s has apiVersion \"%s\"; write apiVersion: %s"
                    .formatted(kind, Source.excerpt(apiVersion), KubernetesObject.API_VERSION)));
      }
      if (known.equalsIgnoreCase(kind)) {
        return Optional.of(
            problem(
                Path.of("kind"),
                "kind \"%s\" is spelled differently; write kind: %s".formatted(kind, known)));
      }
    }
    return Optional.empty();
  }

  /** Whether the API group is neither ours nor one of Kubernetes, such as {@code apps}. */
  private boolean isOfAnotherVendor() {
    int slash = apiVersion.indexOf('/');
    String group = slash < 0 ? "" : apiVersion.substring(0, slash);
    return group.contains(".") && !group.endsWith(".k8s.io") && !group.startsWith("argoproj.io");
  }

  private DocumentProblem problem(Path path, String message) {
    return new DocumentProblem(file, positionOf(path), path, Kind.OBJECT, message);
  }

  private static @Nullable Object child(Node node, String key) {
    Node child = node.child(key);
    return child == null ? null : child.value();
  }

  private static String text(@Nullable Object value) {
    return value instanceof String text ? text : "";
  }
}
