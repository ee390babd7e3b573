package dev.rollouts.simulation;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** The files that a scenario refers to. */
@FunctionalInterface
public interface RecordingFiles {
  /** Longest recording. */
  long BYTES_MAX = 64 << 20;

  /**
   * The text of a file.
   *
   * @throws IOException with a message that says what is wrong with the file and names it
   */
  String text(String file) throws IOException;

  /** Files whose names are relative to the folder of another one. */
  static RecordingFiles beside(Path other) {
    return file -> {
      try {
        Path path = other.resolveSibling(file);
        if (Files.isDirectory(path)) {
          throw new IOException(path + ": is a directory; name a file in it");
        }
        if (Files.size(path) > BYTES_MAX) {
          throw new IOException(path + ": is longer than 64 MiB; keep fewer samples");
        }
        return Files.readString(path);
      } catch (InvalidPathException malformed) {
        throw new IOException("\"" + file + "\" is no file name", malformed);
      } catch (NoSuchFileException missing) {
        throw new IOException(missing.getFile() + ": there is no such file", missing);
      } catch (CharacterCodingException binary) {
        throw new IOException(file + ": is no UTF-8 text", binary);
      }
    };
  }
}
