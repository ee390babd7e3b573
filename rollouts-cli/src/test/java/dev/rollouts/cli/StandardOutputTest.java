package dev.rollouts.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StandardOutputTest {
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      textBlock =
          """
          No space left on device | a part could not be written: No space left on device; mend that and run the command again
          Broken pipe             |
          """,
      delimiter = '|',
      nullValues = "")
  void whatCannotBeWrittenIsToldUnlessNobodyReads(String failure, String trouble) {
    StandardOutput out =
        new StandardOutput(
            new OutputStream() {
              @Override
              public void write(int each) throws IOException {
                throw new IOException(failure);
              }
            });
    new PrintStream(out, true).println("findings");

    assertThat(out.trouble().orElse(null)).isEqualTo(trouble);
  }

  @Test
  void whatCanBeWrittenIsWritten() {
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    StandardOutput out = new StandardOutput(written);
    PrintStream print = new PrintStream(out, true);
    print.print("a");
    print.write('b');
    print.flush();

    assertThat(written).hasToString("ab");
    assertThat(out.trouble()).isEmpty();
  }
}
