package dev.rollouts.codec;

import dev.rollouts.api.KubernetesObject;
import dev.rollouts.api.wire.Wire;
import dev.rollouts.codec.DocumentProblem.Kind;
import dev.rollouts.codec.Source.Unreadable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes the objects of this API as YAML and JSON. Immutable and thread-safe.
 *
 * <p>Reading takes any text: whatever is wrong with it comes back as problems of a {@link
 * Document}. A text may hold several YAML documents, several JSON objects, or lists of objects
 * ({@code kind: List}, {@code kind: AnalysisTemplateList}), whose items become documents of their
 * own. Documents without content are left out.
 */
public final class Codec {
  private static final Codec STANDARD = new Codec(Limits.defaults());

  private final Limits limits;

  private Codec(Limits limits) {
    this.limits = limits;
  }

  /** A codec with {@link Limits#defaults()}. */
  public static Codec standard() {
    return STANDARD;
  }

  /** A codec that refuses texts beyond these limits. */
  public static Codec within(Limits limits) {
    return new Codec(limits);
  }

  /**
   * Reads a file; JSON when its name ends with {@code .json}, else whichever it looks like.
   *
   * @throws CodecException when the file cannot be opened or read
   */
  public List<Document> read(Path file) {
    if (Files.isDirectory(file)) {
      throw new CodecException(file + ": is a directory; name the files in it");
    }
    try (InputStream in = Files.newInputStream(file)) {
      return read(file.toString(), in);
    } catch (IOException e) {
      throw unreadable(file.toString(), e);
    }
  }

  /**
   * Reads a stream to its end, or until it is longer than the limit. Does not close it.
   *
   * @param name what to call the text in messages: a file name, or {@code stdin}
   * @throws CodecException when the stream fails
   */
  public List<Document> read(String name, InputStream in) {
    try {
      return read(name, in.readNBytes(limits.bytesMax() + 1));
    } catch (IOException e) {
      throw unreadable(name, e);
    }
  }

  /** Reads UTF-8. */
  public List<Document> read(String name, byte[] utf8) {
    Source source = new Source(name, limits);
    try {
      return documents(source, TextCheck.decode(utf8, limits));
    } catch (Unreadable e) {
      return List.of(Document.broken(e.in(name)));
    }
  }

  /** Reads a text that is already in memory. */
  public List<Document> read(String name, String text) {
    return read(name, text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Reads the one object of a text.
   *
   * @throws CodecException when the text does not hold exactly one object, or its object is not of
   *     this type; a malformed field is no reason
   */
  public <T extends KubernetesObject> T readOne(Class<T> type, String name, String text) {
    List<Document> documents = read(name, text);
    if (documents.size() != 1) {
      throw new CodecException(
          "%s: expected one %s, found %s documents; put one object into the file"
              .formatted(name, type.getSimpleName(), documents.size()));
    }
    return documents.get(0).as(type);
  }

  /** An object as a tree, {@code apiVersion} and {@code kind} first. */
  public static Map<String, @Nullable Object> tree(KubernetesObject object) {
    Map<String, @Nullable Object> tree = new LinkedHashMap<>();
    tree.put("apiVersion", KubernetesObject.API_VERSION);
    tree.put("kind", object.kind());
    tree.putAll(Wire.encode((Record) object));
    return tree;
  }

  /** An object as YAML. */
  public static String yaml(KubernetesObject object) {
    return Yaml.write(tree(object));
  }

  /** An object as JSON, indented. */
  public static String json(KubernetesObject object) {
    return Json.writePretty(tree(object));
  }

  private static List<Document> documents(Source source, String text) {
    boolean named = source.name().endsWith(".json");
    String start = text.stripLeading();
    boolean template = start.startsWith("{{");
    if (named || (start.startsWith("{") && !template) || start.startsWith("[")) {
      List<Document> json = json(source, text);
      if (named || !isBroken(json)) {
        return json;
      }
      List<Document> yaml = yaml(source, text);
      return isBroken(yaml) ? json : yaml;
    }
    return yaml(source, text);
  }

  private static boolean isBroken(List<Document> documents) {
    return documents.stream()
        .anyMatch(each -> each.problems().stream().anyMatch(problem -> problem.kind().isFatal()));
  }

  private static List<Document> json(Source source, String text) {
    List<Document> documents = new ArrayList<>();
    source.next();
    try (JsonReader reader = new JsonReader(source, text)) {
      for (Node root = reader.document(); root != null; root = reader.document()) {
        add(documents, source, root);
      }
    } catch (Unreadable e) {
      documents.add(Document.broken(e.in(source.name())));
    }
    return List.copyOf(documents);
  }

  /** Each document is parsed on its own, so that a broken one hides only itself. */
  private static List<Document> yaml(Source source, String text) {
    List<Document> documents = new ArrayList<>();
    source.next();
    for (YamlPieces.Piece piece : YamlPieces.of(text)) {
      try {
        TextCheck.checkYaml(piece.text(), piece.linesBefore());
        YamlReader reader = new YamlReader(source, piece.text(), piece.linesBefore());
        for (Node root = reader.document(); root != null; root = reader.document()) {
          add(documents, source, root);
        }
      } catch (Unreadable e) {
        documents.add(Document.broken(e.in(source.name())));
        source.next();
        if (documents.size() >= source.limits().documentsMax()) {
          break;
        }
      }
    }
    return List.copyOf(documents);
  }

  private static void add(List<Document> documents, Source source, Node root) throws Unreadable {
    List<DocumentProblem> problems = source.next();
    if (root.value() == null && problems.isEmpty()) {
      return;
    }
    documents.addAll(Document.of(source.name(), root, problems));
    if (documents.size() > source.limits().documentsMax()) {
      throw new Unreadable(
          root.at(),
          Kind.LIMIT,
          String.format(
              Locale.ROOT,
              "more than %,d documents; the rest is not read, split the text up",
              source.limits().documentsMax()));
    }
  }

  private static CodecException unreadable(String name, IOException e) {
    String why =
        e instanceof java.nio.file.NoSuchFileException
            ? "there is no such file; check its name and the folder you are in"
            : e instanceof java.nio.file.AccessDeniedException
                ? "access is denied"
                : "it cannot be read";
    return new CodecException(name + ": " + why);
  }
}
