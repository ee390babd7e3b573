package dev.rollouts.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A page of docs/spec, as tests read it. */
public final class SpecPage {
  private static final Pattern ARROW =
      Pattern.compile("^\\s*(\\S+) --> (\\w+)(?::.*)?$", Pattern.MULTILINE);

  private final String text;

  private SpecPage(String text) {
    this.text = text;
  }

  /** The page with this file name. */
  public static SpecPage read(String name) {
    try {
      return new SpecPage(Files.readString(Path.of("../docs/spec").resolve(name), UTF_8));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /** The arrows of the first diagram behind a heading. */
  public Set<String> diagram(String heading) {
    int start = text.indexOf("```mermaid", text.indexOf(heading));
    Set<String> arrows = new TreeSet<>();
    Matcher matcher = ARROW.matcher(text.substring(start, text.indexOf("```\n", start)));
    while (matcher.find()) {
      arrows.add(matcher.group(1) + " --> " + matcher.group(2));
    }
    return arrows;
  }

  /** The rows of the table whose header begins so, without header and rule. */
  public List<List<String>> table(String header) {
    List<List<String>> rows = new ArrayList<>();
    int start = text.indexOf(header);
    for (String line : text.substring(start, text.indexOf("\n\n", start)).split("\n")) {
      rows.add(Arrays.stream(line.substring(1).split("\\|")).map(String::strip).toList());
    }
    return rows.subList(2, rows.size());
  }
}
