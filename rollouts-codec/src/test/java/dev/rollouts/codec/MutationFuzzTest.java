package dev.rollouts.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.wire.Wire;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Valid manifests with random damage never crash the codec, and what it says of them is fit for a
 * reader. {@code -Dfuzz.count=N} tries more, {@code -Dfuzz.seed=S} starts elsewhere.
 */
@Tag("sim")
class MutationFuzzTest {
  private static final int COUNT = Integer.getInteger("fuzz.count", 10_000);
  private static final long SEED = Long.getLong("fuzz.seed", 1);

  private static final byte[][] INSERTS =
      List.of(
              "\t",
              "  ",
              "\n",
              "\n---\n",
              ": ",
              "- ",
              "[",
              "]",
              "{",
              "}",
              "{{",
              "}}",
              "\"",
              "'",
              "&a ",
              "*a",
              "<<: *a\n",
              "!!int ",
              "!x ",
              "| ",
              "> ",
              "# ",
              "% ",
              "? ",
              "@",
              "`",
              "null",
              "yes",
              "-1",
              "1e999",
              "0x",
              "99999999999999999999",
              "\u0000",
              "\u0085",
              "\uFEFF",
              "\\",
              "\\u",
              ",",
              "...",
              "\r")
          .stream()
          .map(text -> text.getBytes(StandardCharsets.UTF_8))
          .toArray(byte[][]::new);

  private static final Limits LIMITS = Limits.defaults().withNodesMax(5_000);

  @Test
  void damagedManifestsAreExplained() throws IOException {
    List<byte[]> corpus = new ArrayList<>();
    for (Path file : ValidManifestsTest.files()) {
      corpus.add(Files.readAllBytes(file));
    }
    for (int i = 0; i < COUNT; i++) {
      long seed = SEED + i;
      Random random = new Random(seed);
      byte[] text = corpus.get(random.nextInt(corpus.size())).clone();
      for (int damages = 1 + random.nextInt(4); damages > 0; damages--) {
        text = damaged(text, corpus, random);
      }
      check(seed, text);
    }
  }

  private static void check(long seed, byte[] text) {
    List<Document> documents;
    try {
      documents = Codec.within(LIMITS).read("fuzz.yaml", text);
    } catch (RuntimeException | StackOverflowError e) {
      throw new AssertionError("crashed; replay with -Dfuzz.count=1 -Dfuzz.seed=" + seed, e);
    }
    for (Document document : documents) {
      for (DocumentProblem problem : document.problems()) {
        assertThat(problem.message())
            .as("seed %d", seed)
            .doesNotContain("Exception", "org.yaml", "snakeyaml", "jackson", "\n")
            .hasSizeLessThan(500);
      }
      document
          .object()
          .ifPresent(
              object ->
                  assertThat(Wire.overlay(document.tree(), (Record) object))
                      .as("seed %d", seed)
                      .isEqualTo(document.tree()));
      if (!document.tree().isEmpty()) {
        Document again = Codec.standard().read("again.yaml", Yaml.write(document.tree())).get(0);
        assertThat(again.tree()).as("seed %d", seed).isEqualTo(document.tree());
      }
    }
  }

  private static byte[] damaged(byte[] text, List<byte[]> corpus, Random random) {
    int from = random.nextInt(text.length + 1);
    int length = Math.min(text.length - from, random.nextInt(1 << random.nextInt(8)));
    return switch (random.nextInt(7)) {
      case 0 -> splice(text, from, length, new byte[0]);
      case 1 -> splice(text, from, 0, INSERTS[random.nextInt(INSERTS.length)]);
      case 2 -> splice(text, from, length, INSERTS[random.nextInt(INSERTS.length)]);
      case 3 -> splice(text, from, 0, slice(text, from, length));
      case 4 -> {
        byte[] other = corpus.get(random.nextInt(corpus.size()));
        int there = random.nextInt(other.length);
        int much = Math.min(other.length - there, random.nextInt(200));
        yield splice(text, from, length, slice(other, there, much));
      }
      case 5 -> slice(text, 0, from);
      default -> {
        byte[] copy = text.clone();
        if (copy.length > 0) {
          copy[random.nextInt(copy.length)] ^= (byte) (1 << random.nextInt(8));
        }
        yield copy;
      }
    };
  }

  private static byte[] slice(byte[] text, int from, int length) {
    byte[] part = new byte[length];
    System.arraycopy(text, from, part, 0, length);
    return part;
  }

  private static byte[] splice(byte[] text, int from, int length, byte[] insert) {
    byte[] result = new byte[text.length - length + insert.length];
    System.arraycopy(text, 0, result, 0, from);
    System.arraycopy(insert, 0, result, from, insert.length);
    int rest = from + length;
    System.arraycopy(text, rest, result, from + insert.length, text.length - rest);
    return result;
  }
}
