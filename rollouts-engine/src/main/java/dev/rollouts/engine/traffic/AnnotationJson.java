package dev.rollouts.engine.traffic;

import java.util.List;
import java.util.Map;
import net.minidev.json.JSONStyle;
import net.minidev.json.JSONValue;
import net.minidev.json.parser.JSONParser;
import net.minidev.json.parser.ParseException;
import org.jspecify.annotations.Nullable;

/**
 * JSON inside annotations, spelled as Go spells it, so that an Ingress taken over from another
 * controller need not be written.
 */
final class AnnotationJson {
  private static final JSONStyle STYLE = new JSONStyle(JSONStyle.FLAG_PROTECT_4WEB);

  private AnnotationJson() {}

  /** A map as text. */
  static String write(Map<String, ?> map) {
    return asInGo(JSONValue.toJSONString(map, STYLE));
  }

  /** A list as text. */
  static String write(List<?> list) {
    return asInGo(JSONValue.toJSONString(list, STYLE));
  }

  private static String asInGo(String json) {
    return json.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e");
  }

  /** The plain value of a text; null when it is no JSON. */
  static @Nullable Object parse(String text) {
    try {
      return new JSONParser(JSONParser.MODE_RFC4627).parse(text);
    } catch (ParseException notJson) {
      return null;
    }
  }
}
