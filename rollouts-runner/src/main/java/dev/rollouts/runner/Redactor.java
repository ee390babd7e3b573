package dev.rollouts.runner;

import dev.rollouts.api.provider.Secret;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Replaces what a back-end echoes of a secret by {@code *****} (A-030): the value itself and the
 * forms in which it travels (URL, form, JSON, base64, also inside a Basic header), and the
 * beginning of one where a text was cut. Collects secrets while one measurement is taken. Not
 * thread-safe.
 */
final class Redactor {
  static final String REPLACEMENT = "*****";

  /**
   * Shorter secrets are not looked for where a coincidence would change a number or a resume
   * handle.
   */
  private static final int STRONG_MIN = 8;

  /** Fewer characters of a cut secret give nothing away. */
  private static final int CUT_MIN = 6;

  /** What may follow where a text was cut. */
  private static final String CLOSERS = "…\"'`)]}>";

  /** The base64 of fewer bytes is found in any text. */
  private static final int BASE64_MIN = 4;

  private final Set<String> secrets = new LinkedHashSet<>();
  private List<String> needles = List.of();

  /** Looks for this secret from now on; an empty one is none. */
  void add(Secret secret) {
    String value = secret.reveal();
    if (!value.isEmpty() && secrets.add(value)) {
      String stripped = value.strip();
      if (!stripped.isEmpty()) {
        // A secret that ends in a line break travels without it.
        secrets.add(stripped);
      }
      needles = needles(secrets);
    }
  }

  /** A message or a text value: every secret is replaced. */
  String text(String text) {
    return replace(text, 1);
  }

  /** A number or a resume handle: secrets that are no coincidence are replaced. */
  String careful(String text) {
    return replace(text, STRONG_MIN);
  }

  /** The same for keys and values. */
  Map<String, String> text(Map<String, String> metadata) {
    return each(metadata, 1);
  }

  /** The same for keys and values. */
  Map<String, String> careful(Map<String, String> metadata) {
    return each(metadata, STRONG_MIN);
  }

  /**
   * The same for every string in a value that conditions judge; an error message of theirs may
   * quote it.
   */
  @Nullable Object carefulTree(@Nullable Object value) {
    if (needles.isEmpty()) {
      return value;
    }
    if (value instanceof String text) {
      return careful(text);
    }
    if (value instanceof List<?> list) {
      List<@Nullable Object> copy = new ArrayList<>(list.size());
      list.forEach(element -> copy.add(carefulTree(element)));
      return copy;
    }
    if (value instanceof Map<?, ?> map) {
      Map<String, @Nullable Object> copy = new LinkedHashMap<>();
      map.forEach((key, element) -> copy.put(careful(String.valueOf(key)), carefulTree(element)));
      return copy;
    }
    return value;
  }

  private Map<String, String> each(Map<String, String> metadata, int lengthMin) {
    if (needles.isEmpty() || metadata.isEmpty()) {
      return metadata;
    }
    Map<String, String> copy = new LinkedHashMap<>();
    metadata.forEach((key, value) -> copy.put(replace(key, lengthMin), replace(value, lengthMin)));
    return copy;
  }

  private String replace(String text, int lengthMin) {
    String redacted = text;
    for (String needle : needles) {
      if (needle.length() >= lengthMin) {
        redacted = redacted.replace(needle, REPLACEMENT);
      }
    }
    for (String needle : needles) {
      redacted = withoutCutNeedle(redacted, needle);
    }
    return redacted;
  }

  /** A text of bounded length may end in the middle of a secret. */
  private static String withoutCutNeedle(String text, String needle) {
    if (needle.length() <= CUT_MIN) {
      return text;
    }
    String start = needle.substring(0, CUT_MIN);
    for (int at = text.indexOf(start); at >= 0; at = text.indexOf(start, at + 1)) {
      int same = CUT_MIN;
      while (at + same < text.length()
          && same < needle.length()
          && text.charAt(at + same) == needle.charAt(same)) {
        same++;
      }
      int end = at + same;
      if (end == text.length()
          || CLOSERS.indexOf(text.charAt(end)) >= 0
          || text.startsWith("...", end)) {
        return text.substring(0, at) + REPLACEMENT + text.substring(end);
      }
    }
    return text;
  }

  /** Longest first: a secret may be part of another. */
  private static List<String> needles(Set<String> secrets) {
    Set<String> all = new LinkedHashSet<>();
    for (String secret : secrets) {
      all.add(secret);
      String form = URLEncoder.encode(secret, StandardCharsets.UTF_8);
      for (String encoded : List.of(form, form.replace("+", "%20"), percentEncoded(secret))) {
        all.add(encoded);
        all.add(lowerHex(encoded));
      }
      String json = jsonEscaped(secret);
      all.add(json);
      all.add(json.replace("/", "\\/"));
      all.add(json.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"));
      all.addAll(base64(secret));
    }
    List<String> sorted = new ArrayList<>(all);
    sorted.sort(Comparator.comparingInt(String::length).reversed());
    return sorted;
  }

  /** As in the path of a URL, where fewer characters are escaped than in a form. */
  private static String percentEncoded(String text) {
    StringBuilder encoded = new StringBuilder();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      boolean plain =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || "-._~!$&'()*+,;=:@".indexOf(c) >= 0;
      encoded.append(plain ? String.valueOf(c) : "%%%02X".formatted((int) c));
    }
    return encoded.toString();
  }

  private static String lowerHex(String encoded) {
    StringBuilder lower = new StringBuilder(encoded);
    for (int at = lower.indexOf("%");
        at >= 0 && at + 3 <= lower.length();
        at = lower.indexOf("%", at + 3)) {
      lower.replace(at, at + 3, lower.substring(at, at + 3).toLowerCase(Locale.ROOT));
    }
    return lower.toString();
  }

  private static String jsonEscaped(String text) {
    StringBuilder escaped = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"', '\\' -> escaped.append('\\').append(c);
        case '\n' -> escaped.append("\\n");
        case '\r' -> escaped.append("\\r");
        case '\t' -> escaped.append("\\t");
        default -> {
          if (c < ' ') {
            escaped.append("\\u%04x".formatted((int) c));
          } else {
            escaped.append(c);
          }
        }
      }
    }
    return escaped.toString();
  }

  /**
   * The secret alone, and the part of it that stays the same wherever it stands in a longer text,
   * such as {@code user:password}: three bytes become four characters, so there are three
   * alignments.
   */
  private static Set<String> base64(String secret) {
    byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
    if (bytes.length < BASE64_MIN) {
      return Set.of();
    }
    Set<String> all = new LinkedHashSet<>();
    for (int before = 0; before < 3; before++) {
      byte[] shifted = new byte[before + bytes.length];
      System.arraycopy(bytes, 0, shifted, before, bytes.length);
      String encoded = Base64.getEncoder().withoutPadding().encodeToString(shifted);
      int from = before == 0 ? 0 : before + 1;
      int to = shifted.length / 3 * 4;
      if (to - from >= STRONG_MIN) {
        String stable = encoded.substring(from, to);
        all.add(stable);
        all.add(stable.replace('+', '-').replace('/', '_'));
      }
    }
    String whole = Base64.getEncoder().encodeToString(bytes);
    for (String each : List.of(whole, whole.replace("=", ""))) {
      all.add(each);
      all.add(each.replace('+', '-').replace('/', '_'));
    }
    return all;
  }
}
