package dev.rollouts.codec;

import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/** Says what a YAML parser complains about in words that tell what to do. */
final class YamlMessage {
  /** By how the parser's complaint starts; the first that fits. */
  private static final List<Entry<String, String>> REMEDIES =
      List.of(
          Map.entry(
              "mapping values are not allowed here",
              "a second \": \" on this line, or a line that is indented differently from its"
                  + " neighbours; put the value in quotes or align the line"),
          Map.entry(
              "sequence entries are not allowed here",
              "a list item (\"- \") cannot stand here; put it on a line of its own, indented like"
                  + " its neighbours"),
          Map.entry(
              "block sequence entries are not allowed",
              "a list item (\"- \") cannot stand here; put it on a line of its own, indented like"
                  + " its neighbours"),
          Map.entry(
              "mapping keys are not allowed here",
              "a key cannot stand here; put it on a line of its own, indented like its neighbours"),
          Map.entry(
              "could not find expected ':'",
              "expected \": \" after a key, here or on the line above; write key: value, and indent"
                  + " the lines of a long text"),
          Map.entry(
              "expected <block end>",
              "the indentation does not fit the lines above, or a quote or bracket is missing;"
                  + " align keys of one object in one column"),
          Map.entry(
              "did not find expected",
              "the indentation does not fit the lines above, or a quote or bracket is missing"),
          Map.entry(
              "expected ',' or ']'",
              "expected \",\" or \"]\"; close the list that was opened with ["),
          Map.entry(
              "expected ',' or '}'",
              "expected \",\" or \"}\"; close the object that was opened with {, and put a"
                  + " placeholder in quotes"),
          Map.entry(
              "found unknown escape character",
              "unknown escape in a double-quoted text; use single quotes, or write \\\\ for a"
                  + " backslash"),
          Map.entry(
              "expected escape sequence",
              "incomplete escape in a double-quoted text; use single quotes, or write \\\\ for a"
                  + " backslash"),
          Map.entry(
              "expected the node content",
              "a value is missing here; put a text that starts with a bracket or comma in quotes"),
          Map.entry(
              "expected chomping or indentation",
              "after | or > only +, - or a digit may stand; start the text on the next line"),
          Map.entry(
              "unexpected character found",
              "* and & must be followed by the name of an anchor; put a text that starts with them"
                  + " in quotes"),
          Map.entry(
              "found undefined tag handle",
              "tags with handles are not supported; remove it, or put the text in quotes"),
          Map.entry("found duplicate %YAML", "two %YAML lines; remove both, none is needed"),
          Map.entry("found incompatible YAML", "remove the %YAML line, none is needed"),
          Map.entry(
              "expected '<document start>'",
              "expected the end of the document; the indentation does not fit, or text follows a"
                  + " value"));

  private YamlMessage() {}

  static boolean isUnclosedQuote(MarkedYAMLException complaint) {
    return isAboutTheEnd(complaint) && String.valueOf(complaint.getContext()).contains("quoted");
  }

  static boolean isAboutTheEnd(MarkedYAMLException complaint) {
    String problem = String.valueOf(complaint.getProblem());
    return problem.startsWith("found unexpected end of stream")
        || problem.startsWith("found unexpected document separator")
        || problem.contains("<stream end>")
        || problem.contains("but found '<document start>'");
  }

  /**
   * The message for a complaint.
   *
   * @param line the line that it is about
   * @param column in the line, from 0
   * @param inBrackets whether a bracket is open at that place
   */
  static String of(MarkedYAMLException complaint, String line, int column, boolean inBrackets) {
    String indentation = line.substring(0, line.length() - line.stripLeading().length());
    String problem = String.valueOf(complaint.getProblem());
    if (indentation.indexOf('\t') >= 0
        || problem.contains("\\t(TAB)")
        || problem.contains("found a tab")) {
      return "a tab character in the indentation; YAML wants spaces, replace each tab by two";
    }
    if (problem.startsWith("found character")) {
      return "a value cannot start with this character; put the value in quotes";
    }
    if (isUnclosedQuote(complaint)) {
      return "a quote is opened here and never closed; add the closing quote";
    }
    if (isAboutTheEnd(complaint)) {
      return inBrackets
          ? "a bracket is opened here and never closed; close it, the text may be cut off"
          : "the text ends in the middle of a value; it is cut off";
    }
    String before = line.substring(0, Math.min(column, line.length())).stripTrailing();
    if (problem.contains("'<scalar>'") && (before.endsWith("'") || before.endsWith("\""))) {
      return "text after a closing quote; quote the whole value, and double a single quote in it";
    }
    for (Entry<String, String> remedy : REMEDIES) {
      if (problem.startsWith(remedy.getKey())) {
        return remedy.getValue();
      }
    }
    return "not valid YAML: "
        + Source.excerpt(problem)
        + "; check quotes, brackets and indentation";
  }
}
