package dev.rollouts.cli.plugin;

import dev.rollouts.codec.Codec;
import dev.rollouts.codec.CodecException;
import dev.rollouts.codec.Document;
import dev.rollouts.codec.DocumentProblem;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** Manifests in files, read strictly. */
final class Files {
  private static final long TEXT_MAX = 1 << 20;

  private static final Set<DocumentProblem.Kind> REFUSED =
      Set.of(
          DocumentProblem.Kind.SYNTAX,
          DocumentProblem.Kind.LIMIT,
          DocumentProblem.Kind.DUPLICATE_KEY,
          DocumentProblem.Kind.OBJECT,
          DocumentProblem.Kind.UNKNOWN_FIELD,
          DocumentProblem.Kind.WRONG_TYPE);

  private Files() {}

  /** Why a file cannot be opened, as Go says it; empty when it can. */
  static String unreadable(String name) {
    Path file;
    try {
      file = Path.of(name);
    } catch (java.nio.file.InvalidPathException e) {
      return "open %s: no such file or directory".formatted(name);
    }
    if (java.nio.file.Files.isDirectory(file)) {
      return "read %s: is a directory".formatted(name);
    }
    if (!java.nio.file.Files.exists(file)) {
      return "open %s: no such file or directory".formatted(name);
    }
    return java.nio.file.Files.isReadable(file) ? "" : "open %s: permission denied".formatted(name);
  }

  /**
   * A text file, of at most a mebibyte.
   *
   * @throws PluginException when it cannot be read
   */
  static String text(String name) {
    String trouble = unreadable(name);
    if (!trouble.isEmpty()) {
      throw new PluginException(trouble);
    }
    try {
      if (java.nio.file.Files.size(Path.of(name)) > TEXT_MAX) {
        throw new PluginException("read %s: larger than %d bytes".formatted(name, TEXT_MAX));
      }
      return java.nio.file.Files.readString(Path.of(name));
    } catch (java.io.IOException e) {
      throw new PluginException("read %s: not a text in UTF-8".formatted(name));
    }
  }

  /**
   * The objects of a file.
   *
   * @throws PluginException when it cannot be read, or holds something that does not belong there
   */
  static List<Document> read(String name) {
    String trouble = unreadable(name);
    if (!trouble.isEmpty()) {
      throw new PluginException(trouble);
    }
    try {
      List<Document> documents = Codec.standard().read(Path.of(name));
      for (Document each : documents) {
        for (DocumentProblem problem : each.problems()) {
          // Of other kinds no fields are known.
          boolean known = each.object().isPresent() || problem.kind().isFatal();
          if (known && REFUSED.contains(problem.kind())) {
            throw new PluginException(problem.toString());
          }
        }
      }
      return documents;
    } catch (CodecException e) {
      throw new PluginException(String.valueOf(e.getMessage()));
    }
  }
}
