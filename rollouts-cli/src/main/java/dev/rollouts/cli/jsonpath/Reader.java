package dev.rollouts.cli.jsonpath;

import dev.rollouts.cli.jsonpath.JsonPath.Part;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads a template, from left to right. */
final class Reader {
  private static final int DEPTH_MAX = 32;
  private static final Set<String> OPERATORS = Set.of("==", "!=", "<", "<=", ">", ">=");
  private static final Pattern SLICE =
      Pattern.compile("(?<from>-?[0-9]{0,9})(?<to>:-?[0-9]{0,9})?(?<step>:-?[0-9]{0,9})?");
  private static final Pattern NUMBER = Pattern.compile("[-+]?[0-9]{1,30}(\\.[0-9]{1,30})?");

  /** What ends a name that is not escaped. */
  private static final String ENDS = " \t\r\n.,[]$@{}()<>=!'\"";

  /** As it was given, for messages. */
  private final String given;

  private final String text;
  private int at;
  private int depth;

  Reader(String given, String text) {
    this.given = given;
    this.text = text;
  }

  List<Part> template() {
    List<Part> parts = new ArrayList<>();
    if (parts(parts)) {
      throw bad("not in range, nothing to end; leave {end} out");
    }
    return parts;
  }

  /** Reads to the end, or to {@code {end}}; whether it was that. */
  private boolean parts(List<Part> parts) {
    while (at < text.length()) {
      int brace = text.indexOf('{', at);
      int end = brace < 0 ? text.length() : brace;
      if (end > at) {
        parts.add(new Part(List.of(new Steps.Literal(text.substring(at, end))), null));
        at = end;
      }
      if (brace < 0) {
        break;
      }
      at++;
      skipBlanks();
      String word = word();
      if (word.equals("end")) {
        at += word.length();
        close();
        return true;
      }
      if (word.equals("range")) {
        at += word.length();
        List<Step> over = steps();
        close();
        deeper();
        List<Part> body = new ArrayList<>();
        if (!parts(body)) {
          throw bad("a {range} without its {end}; write {end} behind what is to be repeated");
        }
        depth--;
        parts.add(new Part(over, List.copyOf(body)));
        continue;
      }
      List<Step> steps = steps();
      close();
      // {} and {@} are the value itself.
      parts.add(
          new Part(steps.isEmpty() ? List.of(new Steps.Union(List.of(List.of()))) : steps, null));
    }
    return false;
  }

  private void close() {
    skipBlanks();
    if (!next('}')) {
      throw bad("unclosed action; write } behind the expression");
    }
  }

  /** Reads steps until something that is none. */
  private List<Step> steps() {
    List<Step> steps = new ArrayList<>();
    while (true) {
      skipBlanks();
      if (at >= text.length()) {
        throw bad("unclosed action; write } behind the expression");
      }
      char here = text.charAt(at);
      if (here == '@' || here == '$') {
        at++;
      } else if (text.startsWith("..", at)) {
        at += 2;
        if (!steps.isEmpty() && steps.get(steps.size() - 1) instanceof Steps.Descent) {
          throw bad("invalid multiple recursive descent; write .. once");
        }
        steps.add(new Steps.Descent());
        if (at < text.length() && (isName(text.charAt(at)) || text.charAt(at) == '*')) {
          steps.add(field());
        }
      } else if (here == '.') {
        at++;
        // A dot before a bracket, or behind a dollar sign, stands for nothing.
        if (at < text.length() && (isName(text.charAt(at)) || text.charAt(at) == '*')) {
          steps.add(field());
        } else if (at >= text.length() || "[ }".indexOf(text.charAt(at)) < 0) {
          throw bad("a name is expected behind the dot");
        }
      } else if (text.startsWith("[?(", at)) {
        steps.add(filter());
      } else if (here == '[') {
        steps.add(bracket());
      } else if (here == '"' || here == '\'') {
        steps.add(new Steps.Literal(quoted()));
      } else if (here == '-' || here == '+' || Character.isDigit(here)) {
        steps.add(number());
      } else if (Character.isLetter(here) || here == '_') {
        String word = word();
        if (!word.equals("true") && !word.equals("false")) {
          throw bad(
              "unrecognized identifier %s; a path begins with a dot"
                  .formatted(JsonPath.excerpt(word)));
        }
        at += word.length();
        steps.add(new Steps.Literal(word.equals("true")));
      } else if (here == '}' || here == ')' || "<>=!".indexOf(here) >= 0) {
        return steps;
      } else {
        throw bad("unrecognized character %s".formatted(JsonPath.excerpt(String.valueOf(here))));
      }
    }
  }

  private static boolean isName(char c) {
    return c == '\\' || ENDS.indexOf(c) < 0;
  }

  /** A name; {@code \.} is a dot in it. */
  private Step field() {
    StringBuilder name = new StringBuilder();
    while (at < text.length() && isName(text.charAt(at))) {
      if (text.charAt(at) == '\\' && at + 1 < text.length()) {
        at++;
      }
      name.append(text.charAt(at));
      at++;
    }
    return name.toString().equals("*") ? new Steps.Wildcard() : new Steps.Field(name.toString());
  }

  private Step number() {
    Matcher number = NUMBER.matcher(text).region(at, text.length());
    if (!number.lookingAt()) {
      throw bad("cannot parse a number here");
    }
    at = number.end();
    return new Steps.Literal(new BigDecimal(number.group()));
  }

  /** What is between quotes; escapes are those of Go. */
  private String quoted() {
    char quote = text.charAt(at);
    StringBuilder out = new StringBuilder();
    at++;
    while (at < text.length() && text.charAt(at) != '\n') {
      char c = text.charAt(at);
      at++;
      if (c == quote) {
        return out.toString();
      }
      out.append(c == '\\' ? escaped() : c);
    }
    throw bad("unterminated quoted string; write the second quote");
  }

  /** The character that is meant behind a backslash. */
  private char escaped() {
    char c = at < text.length() ? text.charAt(at) : 0;
    at++;
    return switch (c) {
      case 'n' -> '\n';
      case 't' -> '\t';
      case 'r' -> '\r';
      case '\\', '"', '\'' -> c;
      default ->
          throw bad("an escape that nothing is known of; \\n, \\t, \\r, \\\\ and quotes are");
    };
  }

  // --- brackets

  private Step bracket() {
    at++;
    List<List<Step>> choices = new ArrayList<>();
    do {
      skipBlanks();
      choices.add(choice());
      skipBlanks();
    } while (next(','));
    if (!next(']')) {
      throw bad("unterminated array; write ] behind the index");
    }
    return choices.size() == 1 && choices.get(0).size() == 1
        ? choices.get(0).get(0)
        : new Steps.Union(choices);
  }

  private List<Step> choice() {
    if (at >= text.length()) {
      throw bad("unterminated array; write ] behind the index");
    }
    char here = text.charAt(at);
    if (here == '\'' || here == '"') {
      return key();
    }
    if (here == '*') {
      at++;
      return List.of(new Steps.Slice(null, null, 1, false));
    }
    Matcher slice = SLICE.matcher(text).region(at, text.length());
    if (!slice.lookingAt() || slice.end() == at) {
      throw bad("invalid array index; write a number, a part such as 0:2, or '*'");
    }
    at = slice.end();
    String to = slice.group("to");
    if (to == null) {
      return List.of(new Steps.Slice(integer(slice.group("from")), null, 1, true));
    }
    Integer step = integer(after(slice.group("step")));
    if (step != null && step <= 0) {
      throw bad("step must be > 0");
    }
    return List.of(
        new Steps.Slice(
            integer(slice.group("from")), integer(after(to)), step == null ? 1 : step, false));
  }

  /** Names in quotes, with dots between them; a dot in a name has a backslash before it. */
  private List<Step> key() {
    char quote = text.charAt(at);
    List<Step> names = new ArrayList<>();
    StringBuilder name = new StringBuilder();
    at++;
    while (at < text.length()) {
      char c = text.charAt(at);
      at++;
      if (c == quote || c == '.') {
        names.add(new Steps.Field(name.toString()));
        name.setLength(0);
        if (c == quote) {
          return names;
        }
        continue;
      }
      if (c == '\\' && at < text.length()) {
        c = text.charAt(at);
        at++;
      }
      name.append(c);
    }
    throw bad("unterminated quoted string; write the second quote");
  }

  private static String after(@Nullable String colon) {
    return colon == null ? "" : colon.substring(1);
  }

  private @Nullable Integer integer(String digits) {
    if (digits.equals("-")) {
      throw bad("invalid array index; write digits behind the minus");
    }
    return digits.isEmpty() ? null : Integer.valueOf(digits);
  }

  private Step filter() {
    at += "[?(".length();
    deeper();
    List<Step> left = steps();
    StringBuilder operator = new StringBuilder();
    while (at < text.length() && "<>=!~".indexOf(text.charAt(at)) >= 0) {
      operator.append(text.charAt(at));
      at++;
    }
    List<Step> right = List.of();
    if (!operator.isEmpty()) {
      if (!OPERATORS.contains(operator.toString())) {
        throw bad(
            "unrecognized filter operator %s; there is ==, !=, <, <=, > and >="
                .formatted(operator));
      }
      right = steps();
    }
    depth--;
    skipBlanks();
    if (!text.startsWith(")]", at)) {
      throw bad("unterminated filter; write )] behind it");
    }
    at += 2;
    return new Filter(left, operator.toString(), right);
  }

  // --- letters

  private void deeper() {
    depth++;
    if (depth > DEPTH_MAX) {
      throw bad("more than %d levels; take some out".formatted(DEPTH_MAX));
    }
  }

  private void skipBlanks() {
    while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
      at++;
    }
  }

  private boolean next(char c) {
    if (at < text.length() && text.charAt(at) == c) {
      at++;
      return true;
    }
    return false;
  }

  /** The letters from here on; nothing is consumed. */
  private String word() {
    int end = at;
    while (end < text.length()
        && (Character.isLetterOrDigit(text.charAt(end)) || text.charAt(end) == '_')) {
      end++;
    }
    return text.substring(at, end);
  }

  private JsonPathException bad(String what) {
    int place =
        Math.min(given.length(), Math.max(1, at + 1 - (text.length() - given.length()) / 2));
    return new JsonPathException(
        "error parsing jsonpath %s at character %d: %s"
            .formatted(JsonPath.excerpt(given), place, what));
  }
}
