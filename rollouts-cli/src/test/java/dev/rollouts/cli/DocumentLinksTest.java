package dev.rollouts.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Documents and headings that the code and the documents name are there. */
class DocumentLinksTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  /** A document as code names it, from the top of the project. */
  private static final Pattern NAMED = Pattern.compile("docs/[\\w./-]+\\.md(?:#[\\w-]+)?");

  /** A link in a document, from where the document is. */
  private static final Pattern LINKED = Pattern.compile("\\]\\(([^)\\s]+)\\)");

  private static final Pattern HEADING = Pattern.compile("#+ +(.*)");

  @Test
  @DisplayName("what Java names of the documents, and what these link to, is there")
  void linksLeadSomewhere() throws IOException {
    List<Path> files = files();
    assertThat(files).hasSizeGreaterThan(500);
    List<String> broken = new ArrayList<>();
    for (Path file : files) {
      String text = Files.readString(file);
      Matcher named = NAMED.matcher(text);
      while (file.toString().endsWith(".java") && named.find()) {
        problem(ROOT, named.group()).ifPresent(it -> broken.add(ROOT.relativize(file) + ": " + it));
      }
      Matcher linked = LINKED.matcher(text);
      while (file.toString().endsWith(".md") && linked.find()) {
        if (!linked.group(1).matches("[a-z]+:.*")) {
          String target =
              linked.group(1).startsWith("#")
                  ? file.getFileName() + linked.group(1)
                  : linked.group(1);
          problem(Optional.ofNullable(file.getParent()).orElse(ROOT), target)
              .ifPresent(it -> broken.add(ROOT.relativize(file) + ": " + it));
        }
      }
    }
    assertThat(broken).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "benchmarks.md#benchmarks, false",
    "benchmarks.md#no-such-heading, true",
    "no-such-document.md, true"
  })
  void aBrokenLinkIsFound(String target, boolean broken) throws IOException {
    assertThat(problem(ROOT.resolve("docs"), target).isPresent()).isEqualTo(broken);
  }

  private static Optional<String> problem(Path from, String target) throws IOException {
    int hash = target.indexOf('#');
    Path file = from.resolve(hash < 0 ? target : target.substring(0, hash));
    if (!Files.exists(file)) {
      return Optional.of(target + " does not exist");
    }
    return hash < 0 || anchors(Files.readString(file)).contains(target.substring(hash + 1))
        ? Optional.empty()
        : Optional.of(target + ": no such heading");
  }

  /** Headings as they are linked to: small letters, no punctuation, a hyphen for each space. */
  private static Set<String> anchors(String document) {
    Set<String> anchors = new HashSet<>();
    boolean code = false;
    for (String line : document.lines().toList()) {
      code ^= line.strip().startsWith("```");
      Matcher heading = HEADING.matcher(line);
      if (!code && heading.matches()) {
        String plain =
            heading.group(1).strip().toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N} _-]", "");
        String anchor = plain.replace(' ', '-');
        for (int i = 1; !anchors.add(anchor); i++) {
          anchor = plain.replace(' ', '-') + "-" + i;
        }
      }
    }
    return anchors;
  }

  private static List<Path> files() throws IOException {
    List<Path> files = new ArrayList<>();
    Files.walkFileTree(
        ROOT,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            String name = String.valueOf(folder.getFileName());
            boolean ours = folder.equals(ROOT) || !(name.startsWith(".") || name.equals("target"));
            return ours ? FileVisitResult.CONTINUE : FileVisitResult.SKIP_SUBTREE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (file.toString().endsWith(".java") || file.toString().endsWith(".md")) {
              files.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return files;
  }
}
