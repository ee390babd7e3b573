package dev.rollouts.runner.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.rollouts.api.KubernetesObject;
import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.wire.Decoded;
import dev.rollouts.api.wire.Problem;
import dev.rollouts.api.wire.Wire;
import java.io.IOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Keeps each run in a JSON file of its own, which is the AnalysisRun that {@code rollouts explain
 * -f} reads. A file is complete at any moment: it is written beside, forced to the disk and moved
 * over. Several processes on one machine may use one directory; a lock file makes their saves
 * follow each other. Meant for hundreds of runs, not for ten thousand. Thread-safe.
 */
public final class FileRunStore implements RunStore {
  private static final String SUFFIX = ".run.json";
  private static final String LOCK = ".lock";
  private static final int FILE_NAME_MAX = 240;

  /** A file lock does not tell the threads of one process apart. */
  private static final Object IN_THIS_PROCESS = new Object();

  private final Path directory;

  private FileRunStore(Path directory) {
    this.directory = directory;
  }

  /**
   * A store in a directory, which is created if it is not there.
   *
   * @throws IOException if it cannot be created
   */
  public static FileRunStore in(Path directory) throws IOException {
    Files.createDirectories(directory);
    return new FileRunStore(directory);
  }

  @Override
  public Optional<SavedRun> load(String name) throws IOException {
    Path file = file(name);
    String text;
    try {
      text = Files.readString(file);
    } catch (NoSuchFileException none) {
      return Optional.empty();
    }
    try {
      return Optional.of(parse(text));
    } catch (IOException e) {
      throw new IOException(
          "%s: %s; mend the file or remove it".formatted(file.getFileName(), e.getMessage()), e);
    }
  }

  @Override
  public Optional<SavedRun> save(SavedRun changed) throws IOException {
    return locked(
        () -> {
          if (!changed.follows(load(changed.name()).orElse(null))) {
            return Optional.empty();
          }
          SavedRun next = new SavedRun(changed.run(), changed.version() + 1);
          write(file(next.name()), render(next));
          return Optional.of(next);
        });
  }

  @Override
  public void delete(String name, String uid) throws IOException {
    locked(
        () -> {
          SavedRun stored = load(name).orElse(null);
          if (stored != null && stored.uid().equals(uid)) {
            Files.deleteIfExists(file(name));
          }
          return Optional.empty();
        });
  }

  @Override
  public List<String> names() throws IOException {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
      for (Path file : files) {
        String fileName = String.valueOf(file.getFileName());
        String encoded = fileName.substring(0, fileName.length() - SUFFIX.length());
        try {
          names.add(URLDecoder.decode(encoded, UTF_8));
        } catch (IllegalArgumentException notOurs) {
          names.add(encoded);
        }
      }
    }
    return names;
  }

  private static String render(SavedRun saved) {
    Map<String, @Nullable Object> tree = new LinkedHashMap<>();
    tree.put("apiVersion", KubernetesObject.API_VERSION);
    tree.put("kind", saved.run().kind());
    tree.putAll(Wire.encode(saved.run()));
    if (tree.get("metadata") instanceof Map<?, ?> metadata) {
      Map<String, @Nullable Object> versioned = new LinkedHashMap<>();
      metadata.forEach((key, value) -> versioned.put(String.valueOf(key), value));
      versioned.put("resourceVersion", Long.toString(saved.version()));
      tree.put("metadata", versioned);
    }
    return Json.write(tree);
  }

  private static SavedRun parse(String text) throws IOException {
    if (!(Json.read(text) instanceof Map<?, ?> document)) {
      throw new IOException("not a JSON object");
    }
    Decoded<AnalysisRun> run = Wire.decode(AnalysisRun.class, document);
    for (Problem problem : run.problems()) {
      if (problem.kind() != Problem.Kind.UNKNOWN_FIELD) {
        throw new IOException(problem.toString());
      }
    }
    String version = run.value().metadata().resourceVersion();
    try {
      return new SavedRun(run.value(), Long.parseLong(version));
    } catch (NumberFormatException notAVersion) {
      throw new IOException(
          "metadata.resourceVersion: must be a whole number, was \"" + version + "\"", notAVersion);
    }
  }

  private void write(Path file, String text) throws IOException {
    Path beside = Files.createTempFile(directory, "new", ".tmp");
    try {
      try (FileChannel channel = FileChannel.open(beside, StandardOpenOption.WRITE)) {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(UTF_8));
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
      Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(beside);
    }
  }

  /**
   * The name of a run may hold anything; the name of its file holds letters, digits, and signs that
   * every file system knows.
   */
  private Path file(String name) throws IOException {
    String encoded = URLEncoder.encode(name, UTF_8).replace("*", "%2A");
    if (encoded.isEmpty() || encoded.startsWith(".") || encoded.length() > FILE_NAME_MAX) {
      throw new IOException(
          "run \"%s\": no file can have this name; take 1 to %d characters and no dot in front"
              .formatted(name, FILE_NAME_MAX));
    }
    return directory.resolve(encoded + SUFFIX);
  }

  private Optional<SavedRun> locked(Exchange exchange) throws IOException {
    synchronized (IN_THIS_PROCESS) {
      try (FileChannel channel =
              FileChannel.open(
                  directory.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock lock = channel.lock()) {
        return exchange.perform();
      }
    }
  }

  /** What happens under the lock. */
  private interface Exchange {
    Optional<SavedRun> perform() throws IOException;
  }
}
