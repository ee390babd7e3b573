package dev.rollouts.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A rule that a test cites stands in a page of docs/spec, so that a reader can look it up. */
class SpecPagesTest {
  private static final Path ROOT = Path.of("..");
  private static final Pattern RULE = Pattern.compile("\\b([RATPE])-(\\d{3})\\b");
  private static final Pattern RANGE =
      Pattern.compile("\\b([RATPE])-(\\d{3})\\**(?: to |–)\\**(?:\\1-)?(\\d{3})\\b");

  @Test
  void everyRuleThatATestCitesIsWrittenDown() throws IOException {
    Set<String> written = new TreeSet<>();
    for (Path page : files(ROOT.resolve("docs").resolve("spec"), ".md")) {
      String text = text(page);
      Matcher range = RANGE.matcher(text);
      while (range.find()) {
        for (int i = Integer.parseInt(range.group(2)); i <= Integer.parseInt(range.group(3)); i++) {
          written.add("%s-%03d".formatted(range.group(1), i));
        }
      }
      written.addAll(rules(text));
    }
    Map<String, Path> missing = new TreeMap<>();
    for (Path tests : tests()) {
      for (Path file : files(tests, ".java")) {
        for (String rule : rules(text(file))) {
          if (!written.contains(rule)) {
            missing.put(rule, ROOT.relativize(file));
          }
        }
      }
    }
    assertThat(written).hasSizeGreaterThan(600);
    assertThat(missing).as("rules that no page has, and a test that cites each").isEmpty();
  }

  private static Set<String> rules(String text) {
    Set<String> rules = new TreeSet<>();
    Matcher rule = RULE.matcher(text);
    while (rule.find()) {
      rules.add(rule.group());
    }
    return rules;
  }

  private static Iterable<Path> tests() throws IOException {
    try (Stream<Path> modules = Files.list(ROOT)) {
      return modules
          .map(each -> each.resolve("src").resolve("test"))
          .filter(Files::isDirectory)
          .sorted()
          .toList();
    }
  }

  private static Iterable<Path> files(Path root, String ending) throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      return all.filter(each -> each.toString().endsWith(ending)).sorted().toList();
    }
  }

  private static String text(Path file) throws IOException {
    return Files.readString(file, StandardCharsets.UTF_8);
  }
}
