package dev.rollouts.codec;

import java.util.ArrayList;
import java.util.List;

/** Cuts a YAML stream at its {@code ---} lines, where documents start whatever came before. */
final class YamlPieces {
  /**
   * A part of the stream with one document, rarely more.
   *
   * @param linesBefore lines of the stream that stand before it
   */
  record Piece(String text, int linesBefore) {}

  private YamlPieces() {}

  /** The parts that are more than comments, directives and markers. */
  static List<Piece> of(String text) {
    List<Piece> pieces = new ArrayList<>();
    int start = 0;
    int linesBefore = 0;
    boolean empty = true;
    int line = 0;
    for (int at = 0; at < text.length(); line++) {
      int end = endOfLine(text, at);
      if (isMarker(text, at, end) && at > start) {
        if (!empty) {
          pieces.add(new Piece(text.substring(start, at), linesBefore));
        }
        start = at;
        linesBefore = line;
        empty = true;
      }
      empty &= isEmpty(text, at, end);
      at = end;
    }
    if (!empty) {
      pieces.add(new Piece(text.substring(start), linesBefore));
    }
    return pieces;
  }

  /** The index after the line's end; the line ends are those that a YAML parser counts. */
  private static int endOfLine(String text, int from) {
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\r' && i + 1 < text.length() && text.charAt(i + 1) == '\n') {
        return i + 2;
      }
      if (c == '\n' || c == '\r' || c == '\u0085' || c == '\u2028' || c == '\u2029') {
        return i + 1;
      }
    }
    return text.length();
  }

  private static boolean isMarker(String text, int from, int end) {
    return text.startsWith("---", from)
        && (from + 3 == end || Character.isWhitespace(text.charAt(from + 3)));
  }

  private static boolean isEmpty(String text, int from, int end) {
    int at = isMarker(text, from, end) ? from + 3 : from;
    while (at < end && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
    return at == end || text.charAt(at) == '#' || (at == from && text.charAt(at) == '%');
  }
}
