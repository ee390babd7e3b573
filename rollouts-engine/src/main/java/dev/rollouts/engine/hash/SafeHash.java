package dev.rollouts.engine.hash;

import org.jspecify.annotations.Nullable;

/** 32-bit FNV-1a of a text, in characters that spell no words. */
final class SafeHash {
  private static final int OFFSET_BASIS = 0x811c9dc5;
  private static final int PRIME = 0x01000193;
  private static final String ALPHABET = "bcdfghjklmnpqrstvwxz2456789";

  private SafeHash() {}

  /**
   * The hash of the text's UTF-8 bytes.
   *
   * @param text without lone surrogates
   * @param collisionCount fed behind the text when there is one
   */
  static String of(String text, @Nullable Integer collisionCount) {
    int hash = OFFSET_BASIS;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 0x80) {
        hash = (hash ^ c) * PRIME;
        continue;
      }
      int point = text.codePointAt(i);
      i += Character.charCount(point) - 1;
      hash = feedBeyondAscii(hash, point);
    }
    if (collisionCount != null) {
      for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
        hash = (hash ^ (collisionCount >>> shift & 0xff)) * PRIME;
      }
      for (int i = 0; i < Integer.BYTES; i++) {
        hash *= PRIME;
      }
    }
    return encode(Integer.toUnsignedString(hash));
  }

  private static int feedBeyondAscii(int start, int point) {
    int following = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
    int lead = 0xff00 >> following + 1 & 0xff;
    int hash = (start ^ (lead | point >> 6 * following)) * PRIME;
    for (int shift = 6 * (following - 1); shift >= 0; shift -= 6) {
      hash = (hash ^ (0x80 | point >> shift & 0x3f)) * PRIME;
    }
    return hash;
  }

  private static String encode(String digits) {
    StringBuilder encoded = new StringBuilder(digits.length());
    for (int i = 0; i < digits.length(); i++) {
      encoded.append(ALPHABET.charAt(digits.charAt(i) % ALPHABET.length()));
    }
    return encoded.toString();
  }
}
