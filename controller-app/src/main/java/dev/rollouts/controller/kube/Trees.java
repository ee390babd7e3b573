package dev.rollouts.controller.kube;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.rollouts.api.wire.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Objects as the API server sends them, as trees without its book-keeping of who wrote what. */
final class Trees {
  private static final JsonFactory FACTORY = new JsonFactory();

  private Trees() {}

  /** The object of an answer; empty when it is something else. */
  static JsonObject read(String json) throws IOException {
    try (JsonParser parser = FACTORY.createParser(json)) {
      parser.nextToken();
      return JsonObject.of(read(parser));
    }
  }

  /** The object that begins at the current token; what is no object is passed over. */
  static Map<String, @Nullable Object> read(JsonParser parser) throws IOException {
    Map<String, @Nullable Object> object = new LinkedHashMap<>();
    if (!parser.hasToken(JsonToken.START_OBJECT)) {
      parser.skipChildren();
      return object;
    }
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      parser.nextToken();
      if (name.equals("metadata") && parser.hasToken(JsonToken.START_OBJECT)) {
        object.put(name, fields(parser, "managedFields"));
      } else {
        object.put(name, value(parser));
      }
    }
    return object;
  }

  private static Map<String, @Nullable Object> fields(JsonParser parser, String without)
      throws IOException {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      parser.nextToken();
      if (name.equals(without)) {
        parser.skipChildren();
      } else {
        fields.put(name, value(parser));
      }
    }
    return fields;
  }

  private static @Nullable Object value(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> fields(parser, "");
      case START_ARRAY -> {
        List<@Nullable Object> list = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          list.add(value(parser));
        }
        yield list;
      }
      case VALUE_STRING -> parser.getText();
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getNumberValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      default -> null;
    };
  }
}
