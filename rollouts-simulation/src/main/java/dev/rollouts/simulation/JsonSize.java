package dev.rollouts.simulation;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How long a tree is as JSON, without writing it. */
final class JsonSize {
  private JsonSize() {}

  /** Bytes of the tree in UTF-8, without blanks. */
  static int of(@Nullable Object tree) {
    if (tree instanceof Map<?, ?> map) {
      int size = 2 + Math.max(0, map.size() - 1);
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        size += ofText(String.valueOf(entry.getKey())) + 1 + of(entry.getValue());
      }
      return size;
    }
    if (tree instanceof List<?> list) {
      int size = 2 + Math.max(0, list.size() - 1);
      for (Object element : list) {
        size += of(element);
      }
      return size;
    }
    return tree instanceof String text ? ofText(text) : String.valueOf(tree).length();
  }

  private static int ofText(String text) {
    int size = 2;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\' || c == '\n' || c == '\r' || c == '\t') {
        size += 2;
      } else if (c < ' ') {
        size += 6;
      } else if (c < 0x80) {
        size += 1;
      } else {
        size += c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
      }
    }
    return size;
  }
}
