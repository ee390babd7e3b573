package dev.rollouts.engine.condition.syntax;

import dev.rollouts.engine.condition.syntax.Token.Kind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Cuts a condition into tokens. */
final class Lexer {
  /** Words that are operators, except behind a dot. */
  private static final Set<String> WORDS =
      Set.of(
          "not",
          "in",
          "and",
          "or",
          "matches",
          "contains",
          "startsWith",
          "endsWith",
          "let",
          "if",
          "else");

  private static final Set<String> TWO_CHARACTERS =
      Set.of("==", "!=", "<=", ">=", "&&", "||", "**", "..", "?.", "??");

  private final String text;
  private final List<Token> tokens = new ArrayList<>();
  private int at;
  private int line = 1;
  private int lineStart;

  private int startLine;
  private int startLineStart;
  private int start;

  Lexer(String text) {
    this.text = text;
  }

  /** All tokens, the last of which is the end. */
  List<Token> tokens() {
    while (true) {
      skipBlanksAndComments();
      begin();
      if (at == text.length()) {
        tokens.add(new Token(Kind.END, "", span()));
        return tokens;
      }
      next();
    }
  }

  private void next() {
    int c = text.codePointAt(at);
    if (c == '"' || c == '\'') {
      at++;
      add(Kind.STRING, new Literal((char) c, false).string());
    } else if (c == '`') {
      add(Kind.STRING, raw());
    } else if (c == 'b' && (peek(1) == '"' || peek(1) == '\'')) {
      char quote = peek(1);
      at += 2;
      add(Kind.BYTES, new Literal(quote, true).string());
    } else if (isDigit(c) || (c == '.' && isDigit(peek(1)))) {
      number();
    } else if (isIdentifierPart(c)) {
      word();
    } else if ("()[]{}".indexOf(c) >= 0) {
      at++;
      addSource(Kind.BRACKET);
    } else {
      operator(c);
    }
  }

  private void operator(int c) {
    if ("#,;:?+-*/%^|&!=<>.".indexOf(c) < 0) {
      at += Character.charCount(c);
      throw new SyntaxError("unrecognized character: " + describe(c), span());
    }
    at += at + 2 <= text.length() && TWO_CHARACTERS.contains(text.substring(at, at + 2)) ? 2 : 1;
    addSource(Kind.OPERATOR);
  }

  private static String describe(int c) {
    String number = String.format(Locale.ROOT, "U+%04X", c);
    boolean printable =
        !Character.isISOControl(c)
            && Character.isDefined(c)
            && Character.getType(c) != Character.FORMAT
            && Character.getType(c) != Character.SURROGATE;
    return printable ? number + " '" + Character.toString(c) + "'" : number;
  }

  private void word() {
    while (at < text.length()) {
      int c = text.codePointAt(at);
      if (!isIdentifierPart(c)) {
        break;
      }
      at += Character.charCount(c);
    }
    boolean afterDot =
        !tokens.isEmpty()
            && (tokens.get(tokens.size() - 1).isOperator(".")
                || tokens.get(tokens.size() - 1).isOperator("?."));
    String word = text.substring(start, at);
    addSource(!afterDot && WORDS.contains(word) ? Kind.OPERATOR : Kind.IDENTIFIER);
  }

  private void number() {
    String radixDigits =
        peek(0) == '0'
            ? switch (peek(1)) {
              case 'x', 'X' -> "0123456789abcdefABCDEF";
              case 'b', 'B' -> "01";
              case 'o', 'O' -> "01234567";
              default -> "";
            }
            : "";
    if (radixDigits.isEmpty()) {
      skipDigits();
      // Two dots are the range operator.
      if (peek(0) == '.' && peek(1) != '.') {
        at++;
        skipDigits();
      }
      if (peek(0) == 'e' || peek(0) == 'E') {
        at++;
        if (peek(0) == '+' || peek(0) == '-') {
          at++;
        }
        skipDigits();
      }
    } else {
      at += 2;
      while (at < text.length() && (radixDigits + "_").indexOf(text.charAt(at)) >= 0) {
        at++;
      }
    }
    if (at < text.length() && isIdentifierPart(text.codePointAt(at))) {
      at += Character.charCount(text.codePointAt(at));
      throw new SyntaxError(
          "bad number syntax: \"" + Excerpt.of(text.substring(start, at)) + "\"", span());
    }
    addSource(Kind.NUMBER);
  }

  private void skipDigits() {
    while (isDigit(peek(0)) || peek(0) == '_') {
      at++;
    }
  }

  /** A string between backticks, in which only the doubled backtick means something. */
  private String raw() {
    StringBuilder value = new StringBuilder();
    at++;
    while (true) {
      if (at == text.length()) {
        throw new SyntaxError("literal not terminated", span());
      }
      char c = text.charAt(at);
      newLine(c);
      at++;
      if (c != '`') {
        value.append(c);
      } else if (peek(0) == '`') {
        value.append('`');
        at++;
      } else {
        return value.toString();
      }
    }
  }

  private void skipBlanksAndComments() {
    while (at < text.length()) {
      char c = text.charAt(at);
      if (isBlank(c)) {
        newLine(c);
        at++;
      } else if (c == '/' && peek(1) == '/') {
        int end = text.indexOf('\n', at);
        at = end < 0 ? text.length() : end;
      } else if (c == '/' && peek(1) == '*') {
        comment();
      } else {
        return;
      }
    }
  }

  private void comment() {
    begin();
    int end = text.indexOf("*/", at + 2);
    if (end < 0) {
      at = text.length();
      throw new SyntaxError("unclosed comment", span());
    }
    while (at < end + 2) {
      newLine(text.charAt(at));
      at++;
    }
  }

  private void newLine(char c) {
    if (c == '\n') {
      line++;
      lineStart = at + 1;
    }
  }

  private void begin() {
    start = at;
    startLine = line;
    startLineStart = lineStart;
  }

  private Span span() {
    return new Span(start, at, startLine, start - startLineStart + 1);
  }

  private void addSource(Kind kind) {
    add(kind, text.substring(start, at));
  }

  private void add(Kind kind, String value) {
    tokens.add(new Token(kind, value, span()));
  }

  /** The character that far ahead, or NUL behind the end. */
  private char peek(int ahead) {
    return at + ahead < text.length() ? text.charAt(at + ahead) : 0;
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isBlank(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r') || c == 0x85 || Character.isSpaceChar(c);
  }

  private static boolean isIdentifierPart(int c) {
    return c == '_' || c == '$' || Character.isLetter(c) || Character.isDigit(c);
  }

  /** A string or bytes literal; {@code at} stands behind the opening quote. */
  private final class Literal {
    private final char quote;
    private final boolean bytes;
    private final StringBuilder value = new StringBuilder();

    Literal(char quote, boolean bytes) {
      this.quote = quote;
      this.bytes = bytes;
    }

    /** What the literal means; of bytes each one as the character with its number. */
    String string() {
      while (true) {
        if (at == text.length() || text.charAt(at) == '\n') {
          throw new SyntaxError("literal not terminated", span());
        }
        int c = text.codePointAt(at);
        at += Character.charCount(c);
        if (c == quote) {
          return value.toString();
        }
        if (c == '\\') {
          escape();
        } else if (bytes) {
          for (byte b : Character.toString(c).getBytes(StandardCharsets.UTF_8)) {
            value.append((char) (b & 0xFF));
          }
        } else {
          value.appendCodePoint(withoutSurrogates(c));
        }
      }
    }

    private void escape() {
      if (at == text.length()) {
        throw new SyntaxError("literal not terminated", span());
      }
      char c = peek(0);
      at++;
      if (c == quote) {
        value.append(c);
        return;
      }
      switch (c) {
        case 'a' -> value.append('\u0007');
        case 'b' -> value.append('\b');
        case 'f' -> value.append('\f');
        case 'n' -> value.append('\n');
        case 'r' -> value.append('\r');
        case 't' -> value.append('\t');
        case 'v' -> value.append('\u000B');
        case '\\' -> value.append('\\');
        case 'x' -> character(digits(2, 16));
        case 'u' -> {
          if (peek(0) == '{') {
            braced();
          } else {
            unicode(digits(4, 16));
          }
        }
        case 'U' -> unicode(digits(8, 16));
        case '0', '1', '2', '3', '4', '5', '6', '7' -> {
          at--;
          character(digits(3, 8));
        }
        default -> throw invalid();
      }
    }

    private void braced() {
      int end = text.indexOf('}', at);
      int count = end - at - 1;
      if (end < 0 || count < 1 || count > 8) {
        throw invalid();
      }
      at++;
      long c = digits(count, 16);
      at++;
      unicode(c);
    }

    private long digits(int count, int radix) {
      long number = 0;
      for (int i = 0; i < count; i++) {
        int digit = peek(0) < 128 ? Character.digit(peek(0), radix) : -1;
        if (digit < 0) {
          throw invalid();
        }
        number = number * radix + digit;
        at++;
      }
      return number;
    }

    private void unicode(long c) {
      if (bytes || c > Character.MAX_CODE_POINT) {
        throw new SyntaxError("unable to unescape string", span());
      }
      value.appendCodePoint(withoutSurrogates((int) c));
    }

    private void character(long c) {
      if (c > 0xFF) {
        throw new SyntaxError("unable to unescape string", span());
      }
      value.append((char) c);
    }

    private SyntaxError invalid() {
      return new SyntaxError("invalid char escape", span());
    }

    /** Half a character is none; it becomes the replacement character. */
    private int withoutSurrogates(int c) {
      return c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xFFFD : c;
    }
  }
}
