package dev.rollouts.analysis.web;

import dev.rollouts.analysis.http.Excerpt;
import dev.rollouts.analysis.http.Numbers;
import dev.rollouts.analysis.web.Path.Descent;
import dev.rollouts.analysis.web.Path.Field;
import dev.rollouts.analysis.web.Path.Filter;
import dev.rollouts.analysis.web.Path.Index;
import dev.rollouts.analysis.web.Path.Several;
import dev.rollouts.analysis.web.Path.Step;
import dev.rollouts.analysis.web.PathTemplate.Literal;
import dev.rollouts.analysis.web.PathTemplate.MalformedException;
import dev.rollouts.analysis.web.PathTemplate.Part;
import dev.rollouts.analysis.web.PathTemplate.Selection;
import dev.rollouts.analysis.web.PathTemplate.Unusable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads templates; one of it for each. */
final class TemplateParser {
  /** Most paths that the unions of one path may stand for. */
  static final int ALTERNATIVES_MAX = 64;

  private static final int LENGTH_MAX = 4096;
  private static final Set<String> OPERATORS = Set.of("==", "!=", "<", "<=", ">", ">=");

  /** Possessive, so that no text makes it try twice. */
  private static final Pattern COMPARISON =
      Pattern.compile("([^!<>=]++)([!<>=~]++)(.++)", Pattern.DOTALL);

  private static final Pattern KEY = Pattern.compile("'([^']*+)'");
  private static final Pattern SLICE =
      Pattern.compile("(-?[0-9]*+)(?:(:)(-?[0-9]*+))?(?::(-?[0-9]*+))?");

  private final String text;
  private int at;

  /**
   * What the ranges around the current place select, innermost first; at the bottom the whole
   * document.
   */
  private final Deque<List<Path>> around = new ArrayDeque<>(List.of(List.of(Path.WHOLE)));

  TemplateParser(String text) throws MalformedException {
    if (text.length() > LENGTH_MAX) {
      throw new MalformedException("jsonPath is longer than %d characters".formatted(LENGTH_MAX));
    }
    this.text = text;
  }

  List<Part> parse() throws MalformedException {
    List<Part> parts = new ArrayList<>();
    while (at < text.length()) {
      int brace = text.indexOf('{', at);
      int end = brace < 0 ? text.length() : brace;
      if (end > at) {
        parts.add(new Literal(innermost(), text.substring(at, end)));
      }
      at = end;
      if (brace >= 0) {
        at++;
        parts.addAll(action(new Action()));
      }
    }
    return parts;
  }

  private List<Path> innermost() {
    return around.element();
  }

  /** What stands between braces. */
  private static final class Action {
    private List<Path> paths = List.of(Path.WHOLE);
    private @Nullable Object literal;
    private @Nullable String identifier;
    private boolean afterDescent;

    void step(Step step) throws MalformedException {
      alternatives(List.of(new Path(List.of(step))));
      afterDescent = step instanceof Descent;
    }

    void alternatives(List<Path> next) throws MalformedException {
      if (literal != null) {
        throw new MalformedException("a literal has no fields and no elements");
      }
      paths = PathTemplate.joined(paths, next);
      afterDescent = false;
    }
  }

  private List<Part> action(Action action) throws MalformedException {
    while (!next(action)) {
      // One step at a time, up to the closing brace.
    }
    if (action.identifier == null) {
      Object literal = action.literal;
      return List.of(
          literal == null
              ? new Selection(PathTemplate.joined(innermost(), action.paths))
              : new Literal(innermost(), literal));
    }
    switch (action.identifier) {
      case "range" -> around.push(PathTemplate.joined(innermost(), action.paths));
      case "end" -> {
        if (around.size() == 1) {
          return List.of(new Unusable("not in range, nothing to end"));
        }
        around.pop();
      }
      default -> {
        return List.of(
            new Unusable("unrecognized identifier " + Excerpt.of(action.identifier, 80)));
      }
    }
    return List.of();
  }

  /** Reads one step; true when that was the closing brace. */
  private boolean next(Action action) throws MalformedException {
    if (text.startsWith("[?(", at)) {
      at += 3;
      action.step(filter());
      return false;
    }
    if (text.startsWith("..", at)) {
      if (action.afterDescent) {
        throw new MalformedException("invalid multiple recursive descent");
      }
      at += 2;
      action.step(new Descent());
      if (at < text.length() && isWordStart(text.charAt(at))) {
        field(action);
      }
      return false;
    }
    char c = at < text.length() ? text.charAt(at) : '\n';
    switch (c) {
      case '\n', '\r' ->
          throw new MalformedException(
              "unclosed action: jsonPath \"%s\" needs a closing brace"
                  .formatted(Excerpt.of(text, 80)));
      case '}' -> {
        at++;
        return true;
      }
      case ' ', '@', '$' -> at++;
      case '[' -> {
        at++;
        brackets(action);
      }
      case '"', '\'' -> action.literal = quoted();
      case '.' -> {
        at++;
        field(action);
      }
      default -> {
        if (c == '+' || c == '-' || isDigit(c)) {
          action.literal = number();
        } else if (isWordStart(c)) {
          word(action);
        } else {
          throw new MalformedException(
              "unrecognized character in action: "
                  + Excerpt.of(Character.toString(text.codePointAt(at)), 2));
        }
      }
    }
    return false;
  }

  private void word(Action action) {
    String word = upToTerminator();
    if (word.equals("true") || word.equals("false")) {
      action.literal = Boolean.valueOf(word);
    } else if (action.identifier == null) {
      action.identifier = word;
    }
  }

  private void field(Action action) throws MalformedException {
    String name = upToTerminator();
    action.step(name.equals("*") ? new Several("[*]") : new Field(name.replace("\\", "")));
  }

  /** A name up to the next character that ends one and is not escaped. */
  private String upToTerminator() {
    int start = at;
    while (at < text.length() && " \t\r\n.,[]$@{}".indexOf(text.charAt(at)) < 0) {
      at += text.charAt(at) == '\\' ? 2 : 1;
    }
    at = Math.min(at, text.length());
    return text.substring(start, at);
  }

  private Object number() throws MalformedException {
    int start = at++;
    while (at < text.length() && (isDigit(text.charAt(at)) || text.charAt(at) == '.')) {
      at++;
    }
    String digits = text.substring(start, at);
    try {
      return Double.valueOf(digits);
    } catch (NumberFormatException e) {
      throw new MalformedException("cannot parse number " + Excerpt.of(digits, 40));
    }
  }

  private String quoted() throws MalformedException {
    char quote = text.charAt(at++);
    StringBuilder content = new StringBuilder();
    while (at < text.length() && text.charAt(at) != '\n') {
      char c = text.charAt(at++);
      if (c == quote) {
        return content.toString();
      }
      if (c == '\\' && at < text.length()) {
        content.append(unescaped(text.charAt(at++)));
      } else {
        content.append(c);
      }
    }
    throw new MalformedException("unterminated quoted string");
  }

  private static char unescaped(char c) throws MalformedException {
    return switch (c) {
      case '\\', '\'', '"' -> c;
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      default ->
          throw new MalformedException(
              "a quoted string may have \\\\ \\' \\\" \\n \\r \\t, not \\"
                  + Excerpt.of(String.valueOf(c), 1));
    };
  }

  private void brackets(Action action) throws MalformedException {
    int end = text.indexOf(']', at);
    if (end < 0 || text.substring(at, end).indexOf('\n') >= 0) {
      throw new MalformedException("unterminated array");
    }
    String content = text.substring(at, end);
    at = end + 1;
    String[] members = content.split(",", -1);
    if (members.length == 1) {
      action.alternatives(List.of(member(content)));
      return;
    }
    List<Path> union = new ArrayList<>(members.length);
    for (String member : members) {
      union.add(member(member.strip()));
    }
    action.alternatives(union);
  }

  /** A key, read as if it stood behind a dot; an index; or a slice. */
  private static Path member(String content) throws MalformedException {
    if (content.equals("*")) {
      return new Path(List.of(new Several("[*]")));
    }
    Matcher key = KEY.matcher(content);
    if (key.matches()) {
      Action inner = inner("." + key.group(1));
      if (inner.identifier != null || inner.literal != null || inner.paths.size() != 1) {
        throw new MalformedException("invalid key " + Excerpt.of(content, 80));
      }
      return inner.paths.get(0);
    }
    Matcher slice = SLICE.matcher(content);
    if (!slice.matches() || content.isEmpty()) {
      throw new MalformedException("invalid array index " + Excerpt.of(content, 80));
    }
    if (slice.group(2) == null) {
      return new Path(List.of(new Index(integer(slice.group(1)))));
    }
    return new Path(List.of(new Several(slice(slice.group(1), slice.group(3), slice.group(4)))));
  }

  private static String slice(String from, String to, @Nullable String step)
      throws MalformedException {
    if (step != null && !step.isEmpty() && integer(step) != 1) {
      throw new MalformedException(
          "a slice with a step other than 1 is not supported: only the first match counts");
    }
    if (from.isEmpty() && to.isEmpty()) {
      return "[*]";
    }
    if (!from.isEmpty() && !to.isEmpty() && integer(from) < 0 != integer(to) < 0) {
      throw new MalformedException("a slice takes both its ends from the same side of the array");
    }
    return "["
        + (from.isEmpty() ? "0" : Integer.toString(integer(from)))
        + ":"
        + (to.isEmpty() ? "" : Integer.toString(integer(to)))
        + "]";
  }

  private static int integer(String digits) throws MalformedException {
    try {
      return Integer.parseInt(digits);
    } catch (NumberFormatException e) {
      throw new MalformedException("array index " + Excerpt.of(digits, 40) + " is not a number");
    }
  }

  private Filter filter() throws MalformedException {
    int start = at;
    char quote = 0;
    while (at < text.length() && text.charAt(at) != '\n') {
      char c = text.charAt(at);
      if (quote == 0 && c == ')') {
        String content = text.substring(start, at);
        if (!text.startsWith(")]", at)) {
          throw new MalformedException("unclosed array expect ]");
        }
        at += 2;
        return new Filter(test(content));
      }
      if (quote == 0 && (c == '"' || c == '\'')) {
        quote = c;
      } else if (c == quote) {
        quote = 0;
      } else if (c == '\\') {
        at++;
      }
      at++;
    }
    throw new MalformedException("unterminated filter");
  }

  private static String test(String content) throws MalformedException {
    Matcher comparison = COMPARISON.matcher(content);
    if (!comparison.matches()) {
      return operand(content, false);
    }
    String operator = comparison.group(2);
    if (!OPERATORS.contains(operator)) {
      throw new MalformedException("unrecognized filter operator " + Excerpt.of(operator, 10));
    }
    return operand(comparison.group(1), true)
        + " "
        + operator
        + " "
        + operand(comparison.group(3), true);
  }

  private static String operand(String content, boolean mayBeLiteral) throws MalformedException {
    Action inner = inner(content);
    if (inner.identifier != null) {
      throw new MalformedException(
          "unrecognized identifier " + Excerpt.of(inner.identifier, 80) + "; texts need quotes");
    }
    Object literal = inner.literal;
    if (literal instanceof String string) {
      return "'" + Path.escaped(string) + "'";
    }
    if (literal != null && mayBeLiteral) {
      return literal instanceof Double number ? Numbers.plain(number) : literal.toString();
    }
    boolean isSimple =
        literal == null
            && inner.paths.size() == 1
            && inner.paths.get(0).steps().stream().allMatch(Step::isDefinite);
    if (!isSimple) {
      throw new MalformedException(
          "a filter looks at fields and indices only: " + Excerpt.of(content, 80));
    }
    return "@" + inner.paths.get(0).notation().substring(1);
  }

  /** Reads text as if it stood between braces. */
  private static Action inner(String content) throws MalformedException {
    TemplateParser parser = new TemplateParser(content + "}");
    Action action = new Action();
    while (!parser.next(action)) {
      // One step at a time.
    }
    if (parser.at < parser.text.length()) {
      throw new MalformedException("unexpected } in " + Excerpt.of(content, 80));
    }
    return action;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isWordStart(char c) {
    return c == '_' || Character.isLetterOrDigit(c);
  }
}
