package dev.rollouts.engine.analysis;

import java.util.LinkedHashMap;
import java.util.Map;

/** Bounds on what a status may take over from outside. */
final class Texts {
  private static final int MESSAGE_MAX = 1024;
  private static final int VALUE_MAX = 8 * 1024;
  private static final int METADATA_ENTRIES_MAX = 64;
  private static final int METADATA_KEY_MAX = 256;
  private static final int METADATA_MAX = 16 * 1024;
  private static final String CUT = "… (cut)";

  private Texts() {}

  /** At most 1,024 characters. */
  static String message(String text) {
    return cut(text, MESSAGE_MAX);
  }

  /** At most 8,192 characters. */
  static String value(String text) {
    return cut(text, VALUE_MAX);
  }

  /** At most 64 entries and 16,384 characters together, in their order. */
  static Map<String, String> metadata(Map<String, String> metadata) {
    if (metadata.isEmpty()) {
      return metadata;
    }
    Map<String, String> bounded = new LinkedHashMap<>();
    int left = METADATA_MAX;
    for (Map.Entry<String, String> entry : metadata.entrySet()) {
      String key = cut(entry.getKey(), METADATA_KEY_MAX);
      if (bounded.size() == METADATA_ENTRIES_MAX || left <= key.length()) {
        break;
      }
      String value = cut(entry.getValue(), left - key.length());
      bounded.put(key, value);
      left -= key.length() + value.length();
    }
    return bounded;
  }

  /** At most {@code max} characters, never half of a surrogate pair. */
  static String cut(String text, int max) {
    if (text.length() <= max) {
      return text;
    }
    int end = Math.max(0, max - CUT.length());
    if (end > 0 && Character.isHighSurrogate(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(0, end) + CUT.substring(0, Math.min(CUT.length(), max));
  }
}
