package dev.rollouts.testcluster.proxy;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** First line and header fields of a request or an answer. */
record HttpHead(String start, List<Field> fields) {
  private static final int LINE_MAX = 1 << 16;

  record Field(String name, String value) {}

  /** Reads one; nothing when the other side has closed the connection instead. */
  static Optional<HttpHead> read(InputStream in) throws IOException {
    String start = line(in, true);
    if (start.isEmpty()) {
      return Optional.empty();
    }
    List<Field> fields = new ArrayList<>();
    for (String line = line(in, false); !line.isEmpty(); line = line(in, false)) {
      int colon = line.indexOf(':');
      if (colon < 0) {
        throw new IOException("a header field without a colon: " + line);
      }
      fields.add(new Field(line.substring(0, colon), line.substring(colon + 1).trim()));
    }
    return Optional.of(new HttpHead(start, fields));
  }

  /** A line without its end; at the end of the stream empty, where that is allowed. */
  static String line(InputStream in, boolean mayEnd) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int each = in.read(); each != '\n'; each = in.read()) {
      if (each < 0) {
        if (mayEnd && line.size() == 0) {
          return "";
        }
        throw new EOFException("the connection ended within a line");
      }
      if (line.size() > LINE_MAX) {
        throw new IOException("a line of more than " + LINE_MAX + " bytes");
      }
      if (each != '\r') {
        line.write(each);
      }
    }
    return line.toString(StandardCharsets.ISO_8859_1);
  }

  Optional<String> field(String name) {
    return fields.stream()
        .filter(each -> each.name().equalsIgnoreCase(name))
        .map(Field::value)
        .findFirst();
  }

  /** The same without these fields, which are given in lower case. */
  HttpHead without(Set<String> names) {
    return new HttpHead(
        start,
        fields.stream()
            .filter(each -> !names.contains(each.name().toLowerCase(Locale.ROOT)))
            .toList());
  }

  /** The n-th word of the first line. */
  String word(int index) throws IOException {
    String[] words = start.split(" ", -1);
    if (words.length <= index) {
      throw new IOException("not HTTP: " + start);
    }
    return words[index];
  }

  /** The status of an answer. */
  int status() throws IOException {
    return Integer.parseInt(word(1));
  }

  byte[] bytes() {
    StringBuilder text = new StringBuilder(start).append("\r\n");
    fields.forEach(
        each -> text.append(each.name()).append(": ").append(each.value()).append("\r\n"));
    return text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
  }
}
