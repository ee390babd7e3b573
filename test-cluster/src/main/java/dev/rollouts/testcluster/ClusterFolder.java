package dev.rollouts.testcluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * The folder of one cluster: data, keys and logs. It is locked while the cluster lives; those that
 * a killed JVM left behind go when the next cluster starts, those of the last hour excepted, whose
 * logs somebody may want to read.
 */
final class ClusterFolder implements AutoCloseable {
  private static final Duration KEPT = Duration.ofHours(1);
  private static final String LOCK = "lock";
  // A second look at a lock file of this JVM would give up the lock.
  private static final Set<Path> OF_THIS_JVM = ConcurrentHashMap.newKeySet();

  private final Path path;
  private final FileChannel lock;

  private ClusterFolder(Path path, FileChannel lock) {
    this.path = path;
    this.lock = lock;
  }

  /** A new folder for temporary files. */
  static ClusterFolder temporary() {
    try {
      Path above =
          Files.createDirectories(
              Path.of(System.getProperty("java.io.tmpdir"), "rollouts-test-cluster"));
      removeStale(above);
      return of(Files.createTempDirectory(above, "cluster-"));
    } catch (IOException e) {
      throw new UncheckedIOException("could not make a folder for a cluster", e);
    }
  }

  /** That folder, emptied. */
  static ClusterFolder of(Path folder) {
    Path path = folder.toAbsolutePath().normalize();
    try {
      Files.createDirectories(path);
      FileChannel lock = lock(path);
      for (String inside : List.of("etcd", "pki", "log")) {
        Folders.delete(path.resolve(inside));
        Files.createDirectory(path.resolve(inside));
      }
      return new ClusterFolder(path, lock);
    } catch (IOException e) {
      throw new UncheckedIOException("could not prepare the folder " + path, e);
    }
  }

  private static FileChannel lock(Path folder) throws IOException {
    if (OF_THIS_JVM.add(folder)) {
      FileChannel channel = open(folder);
      if (channel.tryLock() != null) {
        return channel;
      }
      channel.close();
      OF_THIS_JVM.remove(folder);
    }
    throw new ClusterException(
        "another cluster runs in " + folder + ": stop it, or name another folder");
  }

  private static FileChannel open(Path folder) throws IOException {
    return FileChannel.open(
        folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }

  private static void removeStale(Path above) throws IOException {
    try (Stream<Path> folders = Files.list(above)) {
      for (Path folder : folders.filter(ClusterFolder::isOld).toList()) {
        try (FileChannel channel = open(folder)) {
          if (channel.tryLock() != null) {
            Folders.delete(folder);
          }
        }
      }
    }
  }

  private static boolean isOld(Path folder) {
    if (OF_THIS_JVM.contains(folder)) {
      return false;
    }
    try {
      return Files.getLastModifiedTime(folder).toInstant().isBefore(Instant.now().minus(KEPT));
    } catch (IOException goneMeanwhile) {
      return false;
    }
  }

  Path resolve(String name) {
    return path.resolve(name);
  }

  /** Writes a file of the cluster. */
  Path write(String name, String text) {
    try {
      return Files.writeString(path.resolve(name), text);
    } catch (IOException e) {
      throw new UncheckedIOException("could not write " + path.resolve(name), e);
    }
  }

  /** Removes what nobody reads any more; the logs stay. */
  @Override
  public void close() {
    try {
      Folders.delete(path.resolve("etcd"));
      Folders.delete(path.resolve("pki"));
      lock.close();
      OF_THIS_JVM.remove(path);
    } catch (IOException e) {
      throw new UncheckedIOException("could not give up the folder " + path, e);
    }
  }
}
