package dev.rollouts.codec;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import dev.rollouts.codec.DocumentProblem.Kind;
import dev.rollouts.codec.Source.Unreadable;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Trees of plain values as JSON text. Stateless and thread-safe; keys keep their order. */
public final class Json {
  private static final JsonFactory FACTORY =
      JsonFactory.builder().disable(JsonWriteFeature.ESCAPE_FORWARD_SLASHES).build();

  private Json() {}

  /**
   * The tree on one line.
   *
   * @throws IllegalArgumentException for a value that JSON does not have, NaN among them
   */
  public static String write(@Nullable Object tree) {
    return write(tree, false);
  }

  /** The tree on indented lines, with a line break at the end. */
  public static String writePretty(@Nullable Object tree) {
    return write(tree, true) + "\n";
  }

  /**
   * The tree of a JSON text with exactly one value.
   *
   * @param name what to call the text in messages
   * @throws CodecException with file, line and column when it is none
   */
  public static @Nullable Object read(String name, String text) {
    Source source =
        new Source(
            name,
            Limits.defaults().withBytesMax(Integer.MAX_VALUE).withNodesMax(Integer.MAX_VALUE));
    try (JsonReader reader = new JsonReader(source, text)) {
      Node root = reader.document();
      if (root == null) {
        throw new Unreadable(Position.START, Kind.SYNTAX, "empty; expected a JSON value");
      }
      Node more = reader.document();
      if (more != null) {
        throw new Unreadable(more.at(), Kind.SYNTAX, "a second value after the first; remove it");
      }
      List<DocumentProblem> problems = source.next();
      if (!problems.isEmpty()) {
        throw new CodecException(problems);
      }
      return root.value();
    } catch (Unreadable e) {
      throw new CodecException(List.of(e.in(name)));
    }
  }

  private static String write(@Nullable Object tree, boolean pretty) {
    StringWriter out = new StringWriter();
    try (JsonGenerator generator = FACTORY.createGenerator(out)) {
      if (pretty) {
        DefaultIndenter lines = new DefaultIndenter("  ", "\n");
        generator.setPrettyPrinter(
            new DefaultPrettyPrinter(
                    Separators.createDefaultInstance()
                        .withObjectFieldValueSpacing(Separators.Spacing.AFTER))
                .withObjectIndenter(lines)
                .withArrayIndenter(lines));
      }
      value(generator, tree);
    } catch (IOException e) {
      throw new IllegalStateException("a string is always writable", e);
    }
    return out.toString();
  }

  private static void value(JsonGenerator generator, @Nullable Object value) throws IOException {
    if (value == null) {
      generator.writeNull();
    } else if (value instanceof Map<?, ?> map) {
      generator.writeStartObject();
      for (Map.Entry<?, ?> field : map.entrySet()) {
        generator.writeFieldName(String.valueOf(field.getKey()));
        value(generator, field.getValue());
      }
      generator.writeEndObject();
    } else if (value instanceof List<?> list) {
      generator.writeStartArray();
      for (Object item : list) {
        value(generator, item);
      }
      generator.writeEndArray();
    } else if (value instanceof String text) {
      generator.writeString(text);
    } else if (value instanceof Boolean flag) {
      generator.writeBoolean(flag);
    } else if (value instanceof Number number) {
      number(generator, number);
    } else {
      throw new IllegalArgumentException(
          "JSON has no value like " + value.getClass().getSimpleName());
    }
  }

  private static void number(JsonGenerator generator, Number number) throws IOException {
    if (number instanceof BigInteger big) {
      generator.writeNumber(big);
    } else if (number instanceof BigDecimal big) {
      generator.writeNumber(big);
    } else if (number instanceof Double || number instanceof Float) {
      double real = number.doubleValue();
      if (!Double.isFinite(real)) {
        throw new IllegalArgumentException("JSON has no number like " + real);
      }
      generator.writeNumber(real);
    } else {
      generator.writeNumber(number.longValue());
    }
  }
}
