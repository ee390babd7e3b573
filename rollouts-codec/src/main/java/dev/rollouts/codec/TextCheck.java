package dev.rollouts.codec;

import dev.rollouts.codec.DocumentProblem.Kind;
import dev.rollouts.codec.Source.Unreadable;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** What a text must be before a parser sees it: UTF-8, not too long, without control characters. */
final class TextCheck {
  /** YAML scanners need quadratic time for one endless line. */
  private static final int LINE_MAX = 512 << 10;

  private static final char BYTE_ORDER_MARK = '\uFEFF';

  private TextCheck() {}

  /** The text of the bytes, without a byte order mark. */
  static String decode(byte[] bytes, Limits limits) throws Unreadable {
    if (bytes.length > limits.bytesMax()) {
      throw new Unreadable(
          Position.START,
          Kind.LIMIT,
          String.format(
              Locale.ROOT, "longer than %,d bytes; split it up, or allow more", limits.bytesMax()));
    }
    if (bytes.length >= 2
        && (bytes[0] == (byte) 0xFE && bytes[1] == (byte) 0xFF
            || bytes[0] == (byte) 0xFF && bytes[1] == (byte) 0xFE)) {
      throw new Unreadable(Position.START, Kind.SYNTAX, "is UTF-16; save it as UTF-8");
    }
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length);
    CoderResult result = decoder.decode(in, out, true);
    out.flip();
    String text = out.toString();
    if (result.isError()) {
      throw new Unreadable(
          endOf(text, 0),
          Kind.SYNTAX,
          String.format(
              Locale.ROOT,
              "byte 0x%02X at offset %,d is not UTF-8; save the file as UTF-8",
              bytes[in.position()],
              in.position()));
    }
    text = text.isEmpty() || text.charAt(0) != BYTE_ORDER_MARK ? text : text.substring(1);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' && c != '\t' && c != '\n' && c != '\r') {
        throw unexpected(c, endOf(text.substring(0, i), 0));
      }
    }
    return text;
  }

  /** Refuses what YAML, other than JSON, does not allow either, and endless lines. */
  static void checkYaml(String text, int linesBefore) throws Unreadable {
    int lineStart = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\n') {
        lineStart = i + 1;
      } else if (i - lineStart == LINE_MAX) {
        throw new Unreadable(
            endOf(text.substring(0, lineStart), linesBefore),
            Kind.LIMIT,
            String.format(
                Locale.ROOT,
                "a line of more than %,d characters; break it up, or write JSON",
                LINE_MAX));
      }
      if (c >= '\u007F' && c < '\u00A0' && c != '\u0085' || c == BYTE_ORDER_MARK || c >= '\uFFFE') {
        throw unexpected(c, endOf(text.substring(0, i), linesBefore));
      }
    }
  }

  private static Unreadable unexpected(char c, Position at) {
    return new Unreadable(
        at,
        Kind.SYNTAX,
        c == BYTE_ORDER_MARK
            ? "a byte order mark in the middle of the text, as when files are joined; remove it"
            : c == 0
                ? "a NUL character; this is not a text file, or it is UTF-16: save it as UTF-8"
                : "control character U+%04X; remove it, or write it as an escape in double quotes"
                    .formatted((int) c));
  }

  /** The place after the text. */
  private static Position endOf(String text, int linesBefore) {
    int newlines = (int) text.chars().filter(c -> c == '\n').count();
    int lineStart = text.lastIndexOf('\n') + 1;
    return new Position(
        linesBefore + newlines + 1, text.codePointCount(lineStart, text.length()) + 1);
  }
}
