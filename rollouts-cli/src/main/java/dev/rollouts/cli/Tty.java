package dev.rollouts.cli;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A terminal, or the absence of one. */
public interface Tty {
  /** Output goes to a file or a pipe. */
  Tty NONE =
      new Tty() {
        @Override
        public boolean isTerminal() {
          return false;
        }

        @Override
        public int columns() {
          return 0;
        }
      };

  /** Whether somebody sees what is printed. */
  boolean isTerminal();

  /**
   * How wide it is; 0 when that cannot be told. May start a process, so ask only when it matters.
   */
  int columns();

  /**
   * How large a terminal is.
   *
   * @param columns 0 when that cannot be told
   * @param rows 0 when that cannot be told
   */
  record Size(int columns, int rows) {}

  /** How large it is now. May start a process. */
  default Size size() {
    return new Size(columns(), 0);
  }

  /** The terminal of this process. */
  static Tty ofProcess() {
    return new OfProcess();
  }

  /** Asks the system. Java itself tells of a terminal only when input and output both are one. */
  final class OfProcess implements Tty {
    private static final Path STANDARD_OUTPUT = Path.of("/proc/self/fd/1");

    private OfProcess() {}

    @Override
    public boolean isTerminal() {
      if (Files.isSymbolicLink(STANDARD_OUTPUT)) {
        try {
          String target = Files.readSymbolicLink(STANDARD_OUTPUT).toString();
          return target.startsWith("/dev/pts/")
              || target.startsWith("/dev/tty")
              || target.equals("/dev/console");
        } catch (IOException | SecurityException unreadable) {
          return false;
        }
      }
      return testSaysSo();
    }

    /**
     * Where there is no /proc: the program of every Unix for this question, which inherits our
     * output.
     */
    private static boolean testSaysSo() {
      try {
        Process test =
            new ProcessBuilder("test", "-t", "1")
                .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        return test.waitFor(1, TimeUnit.SECONDS) && test.exitValue() == 0;
      } catch (IOException noSuchProgram) {
        return false;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }

    @Override
    public int columns() {
      return size().columns();
    }

    @Override
    public Size size() {
      Size unknown = new Size(0, 0);
      try {
        Process stty =
            new ProcessBuilder("stty", "size")
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/tty")))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
          String size =
              new String(stty.getInputStream().readNBytes(64), StandardCharsets.US_ASCII).strip();
          if (!stty.waitFor(1, TimeUnit.SECONDS)) {
            return unknown;
          }
          int blank = size.indexOf(' ');
          return new Size(
              Integer.parseInt(size.substring(blank + 1)),
              Integer.parseInt(size.substring(0, Math.max(0, blank))));
        } finally {
          stty.destroy();
        }
      } catch (IOException | NumberFormatException notTold) {
        return unknown;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return unknown;
      }
    }
  }
}
