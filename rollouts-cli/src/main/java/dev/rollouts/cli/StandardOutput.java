package dev.rollouts.cli;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Remembers why a write failed, which a {@link java.io.PrintStream} keeps to itself. */
public final class StandardOutput extends FilterOutputStream {
  private @Nullable IOException failure;

  public StandardOutput(OutputStream out) {
    super(out);
  }

  @Override
  public void write(int each) throws IOException {
    write(new byte[] {(byte) each}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    try {
      out.write(bytes, offset, length);
    } catch (IOException e) {
      failure = e;
      throw e;
    }
  }

  /**
   * What is missing and why; a reader that has seen enough, such as {@code head}, is no trouble.
   */
  public Optional<String> trouble() {
    return Optional.ofNullable(failure)
        .map(e -> String.valueOf(e.getMessage()))
        .filter(message -> !message.contains("Broken pipe"))
        .map(
            message ->
                "a part could not be written: %s; mend that and run the command again"
                    .formatted(message));
  }
}
