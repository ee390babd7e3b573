package dev.rollouts.cli.lint;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What can be told of a PromQL query without parsing it. The type of an expression is static there:
 * it is a scalar only when it is made of numbers, {@code time()}, {@code pi()} and {@code
 * scalar(…)}.
 */
record PromQl(boolean isScalar, boolean isVector, boolean mayBeEmpty, boolean mayBeNaN) {
  private static final Pattern STRING_OR_COMMENT =
      Pattern.compile("\"(?:\\\\.|[^\"\\\\])*+\"|'(?:\\\\.|[^'\\\\])*+'|`[^`]*+`|#[^\\n]*+");
  private static final Pattern NUMBER =
      Pattern.compile(
          "\\b(?:0[xX][0-9a-fA-F]+|[0-9][0-9a-zA-Z_]*(?:\\.[0-9]*)?(?:[eE][-+]?[0-9]+)?)");
  private static final Pattern WORD = Pattern.compile("[A-Za-z_:][A-Za-z0-9_:]*");
  private static final Set<String> SCALARS = Set.of("time", "pi", "inf", "nan", "bool");

  /** Stands for a placeholder whose value is not known. */
  private static final String OPEN = "\u0001";

  static PromQl of(String query) {
    String text = Substitution.fill(STRING_OR_COMMENT.matcher(query).replaceAll("\"\""), OPEN);
    String outside = withoutScalars(text);
    boolean open = outside.contains(OPEN);
    boolean selects = outside.contains("{") || outside.contains("[");
    Matcher words = WORD.matcher(NUMBER.matcher(outside).replaceAll(" "));
    while (words.find()) {
      selects |= !SCALARS.contains(words.group().toLowerCase(Locale.ROOT));
    }
    boolean noQuery = outside.isBlank() || outside.strip().equals("\"\"");
    return new PromQl(
        !selects && !open && !noQuery,
        selects && !outside.strip().startsWith(OPEN),
        selects && !text.contains("vector("),
        text.contains("/") || text.contains("histogram_quantile"));
  }

  /** The query with every {@code scalar(…)} taken out, whatever is in it. */
  private static String withoutScalars(String text) {
    StringBuilder out = new StringBuilder();
    int at = 0;
    Matcher call = Pattern.compile("\\bscalar\\s*\\(").matcher(text);
    while (at <= text.length() && call.find(at)) {
      out.append(text, at, call.start());
      int depth = 1;
      int end = call.end();
      while (end < text.length() && depth > 0) {
        char c = text.charAt(end++);
        depth += c == '(' ? 1 : c == ')' ? -1 : 0;
      }
      at = end;
      out.append(" 1 ");
    }
    return out.append(text.substring(Math.min(at, text.length()))).toString();
  }
}
