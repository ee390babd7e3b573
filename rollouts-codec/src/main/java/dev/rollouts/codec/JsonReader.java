package dev.rollouts.codec;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import dev.rollouts.codec.DocumentProblem.Kind;
import dev.rollouts.codec.Source.Unreadable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads JSON documents, one after the other, with the places of their values. */
final class JsonReader implements AutoCloseable {
  private static final int DIGITS_MAX = 400;
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNameLength(Integer.MAX_VALUE)
                  .maxNumberLength(DIGITS_MAX)
                  .build())
          .build();

  private final Source source;
  private final JsonParser parser;
  private boolean first = true;

  JsonReader(Source source, String text) {
    this.source = source;
    try {
      this.parser = FACTORY.createParser(text);
    } catch (IOException e) {
      throw new IllegalStateException("a string is always readable", e);
    }
  }

  /** The next document; null after the last one. */
  @Nullable Node document() throws Unreadable {
    JsonToken token;
    try {
      token = parser.nextToken();
    } catch (IOException e) {
      Unreadable broken = broken(e);
      throw first
          ? broken
          : new Unreadable(
              broken.at(), Kind.SYNTAX, "text after the end of the JSON value; remove it");
    }
    first = false;
    return token == null ? null : node(token, 1);
  }

  private Node node(@Nullable JsonToken token, int depth) throws Unreadable {
    Position at = at(parser.currentTokenLocation());
    source.checkDepth(depth, at);
    source.count(1, at);
    try {
      if (token == JsonToken.START_OBJECT) {
        return object(at, depth);
      }
      if (token == JsonToken.START_ARRAY) {
        return list(at, depth);
      }
      if (token == JsonToken.VALUE_STRING) {
        return Node.scalar(parser.getText(), at);
      }
      if (token == JsonToken.VALUE_NUMBER_INT || token == JsonToken.VALUE_NUMBER_FLOAT) {
        Number number = YamlScalar.asNumber(parser.getText());
        return Node.scalar(source.finite(number, parser.getText(), at), at);
      }
      if (token == JsonToken.VALUE_NULL) {
        return Node.scalar(null, at);
      }
      return Node.scalar(parser.getBooleanValue(), at);
    } catch (IOException e) {
      throw broken(e);
    }
  }

  private Node object(Position at, int depth) throws Unreadable, IOException {
    Map<String, Position> keys = new LinkedHashMap<>();
    Map<String, Node> fields = new LinkedHashMap<>();
    while (token() == JsonToken.FIELD_NAME) {
      String key = parser.currentName();
      Position keyAt = at(parser.currentTokenLocation());
      Position first = keys.put(key, keyAt);
      if (first != null) {
        source.duplicate(key, first, keyAt);
      }
      fields.put(key, node(token(), depth + 1));
    }
    return Node.object(keys, fields, at);
  }

  private Node list(Position at, int depth) throws Unreadable {
    List<Node> items = new ArrayList<>();
    for (JsonToken token = token(); token != JsonToken.END_ARRAY; token = token()) {
      items.add(node(token, depth + 1));
    }
    return Node.list(items, at);
  }

  private @Nullable JsonToken token() throws Unreadable {
    try {
      return parser.nextToken();
    } catch (IOException e) {
      throw broken(e);
    }
  }

  private Unreadable broken(IOException e) {
    Position at = Position.START;
    String problem = "it cannot be read";
    if (e instanceof JsonProcessingException json) {
      problem = String.valueOf(json.getOriginalMessage());
      at = json.getLocation() == null ? at(parser.currentLocation()) : at(json.getLocation());
    }
    if (e instanceof StreamConstraintsException) {
      return new Unreadable(
          at, Kind.LIMIT, "a number with more than " + DIGITS_MAX + " digits; put it in quotes");
    }
    return new Unreadable(at, Kind.SYNTAX, message(problem));
  }

  private static String message(String problem) {
    if (problem.startsWith("Unexpected end-of-input")) {
      return "the text ends before everything is closed; it is cut off, or a bracket or quote is"
          + " missing";
    }
    if (problem.contains("comment")) {
      return "JSON has no comments; remove it, or name the file .yaml";
    }
    if (problem.contains("Non-standard token")) {
      return "NaN and Infinity are no JSON numbers; write null or a string";
    }
    if (problem.contains("was expecting comma")) {
      return "expected a comma or a closing bracket; separate the entries with commas";
    }
    if (problem.contains("was expecting double-quote to start field name")) {
      return "expected a key in double quotes; remove a comma before a closing bracket, and quote"
          + " every key";
    }
    if (problem.contains("Illegal unquoted character")) {
      return "a line break or control character inside a string; write it as an escape such as \\n";
    }
    if (problem.contains("escape")) {
      return "unknown escape in a string; write \\\\ for a backslash";
    }
    if (problem.contains("Unrecognized token")) {
      return "expected a value; put text in double quotes, and write true, false or null in lower"
          + " case";
    }
    if (problem.contains("eading zero")) {
      return "a number must not start with 0; put it in quotes or remove the zero";
    }
    return "not valid JSON; expected an object, a list, a string, a number, true, false or null";
  }

  private static Position at(JsonLocation location) {
    return new Position(Math.max(1, location.getLineNr()), Math.max(1, location.getColumnNr()));
  }

  @Override
  public void close() {
    try {
      parser.close();
    } catch (IOException e) {
      throw new IllegalStateException("a string is always readable", e);
    }
  }
}
