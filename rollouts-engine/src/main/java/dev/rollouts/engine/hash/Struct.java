package dev.rollouts.engine.hash;

import static java.util.Objects.requireNonNull;

import dev.rollouts.api.wire.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A type with named fields. Immutable; what {@link FieldOrder} says is read on first use. */
final class Struct implements WireType {
  private final List<Field> fields = new ArrayList<>();

  private record Field(
      String name, String key, WireType type, boolean omitEmpty, boolean pointer) {}

  /** A list or a map of something. */
  private record Many(WireType element, boolean keyed) implements WireType {
    @Override
    public @Nullable Object read(@Nullable Object tree) {
      return (keyed ? tree instanceof Map : tree instanceof List) ? tree : null;
    }

    @Override
    public boolean isEmpty(@Nullable Object value) {
      return value == null
          || (value instanceof Map<?, ?> map ? map.isEmpty() : ((List<?>) value).isEmpty());
    }

    @Override
    public void write(@Nullable Object value, TypedJson json) {
      if (value == null || (json.comparing() && isEmpty(value))) {
        json.plain("null");
      } else if (value instanceof Map<?, ?> map) {
        json.object(map, element);
      } else {
        json.list((List<?>) value, element);
      }
    }

    @Override
    public Optional<WireType> inside(Object segment) {
      return segment instanceof Integer != keyed ? Optional.of(element) : Optional.empty();
    }

    @Override
    public void findUnknown(@Nullable Object tree, Path path, List<Path> unknown) {
      if (keyed && tree instanceof Map<?, ?> map) {
        map.forEach(
            (key, value) -> element.findUnknown(value, path.key(String.valueOf(key)), unknown));
      } else if (!keyed && tree instanceof List<?> list) {
        for (int i = 0; i < list.size(); i++) {
          element.findUnknown(list.get(i), path.index(i), unknown);
        }
      }
    }
  }

  private static final class Known {
    private static final Map<String, Struct> STRUCTS = parse();

    private static Map<String, Struct> parse() {
      Map<String, Struct> structs = new HashMap<>();
      Struct current = null;
      for (String line : FieldOrder.TEXT.split("\n")) {
        int first = 0;
        String[] words = line.strip().split(" ");
        if (!line.startsWith(" ")) {
          current = structs.computeIfAbsent(words[0], name -> new Struct());
          first = 1;
        }
        for (int i = first; i < words.length; i++) {
          requireNonNull(current).fields.add(field(words[i], structs));
        }
      }
      return structs;
    }

    private static Field field(String word, Map<String, Struct> structs) {
      int colon = word.indexOf(':');
      String name = colon < 0 ? word : word.substring(0, colon);
      boolean omitEmpty = name.endsWith("?");
      name = omitEmpty ? name.substring(0, name.length() - 1) : name;
      String type = colon < 0 ? "string" : word.substring(colon + 1);
      boolean pointer = type.startsWith("*");
      return new Field(
          name,
          '"' + name + "\":",
          type(pointer ? type.substring(1) : type, structs),
          omitEmpty,
          pointer);
    }

    private static WireType type(String text, Map<String, Struct> structs) {
      if (text.startsWith("[]") || text.startsWith("{}")) {
        return new Many(type(text.substring(2), structs), text.startsWith("{"));
      }
      if (Character.isUpperCase(text.charAt(0))) {
        return structs.computeIfAbsent(text, name -> new Struct());
      }
      return text.equals("intOrString")
          ? Scalar.INT_OR_STRING
          : Scalar.valueOf(text.toUpperCase(Locale.ROOT));
    }
  }

  private Struct() {}

  /** The type of that name; one that {@link FieldOrder} declares. */
  static Struct of(String name) {
    return requireNonNull(Known.STRUCTS.get(name), name);
  }

  @Override
  public @Nullable Object read(@Nullable Object tree) {
    return tree instanceof Map ? tree : null;
  }

  @Override
  public boolean isEmpty(@Nullable Object value) {
    return false;
  }

  @Override
  public void write(@Nullable Object value, TypedJson json) {
    Map<?, ?> object = value == null ? Map.of() : (Map<?, ?>) value;
    String before = "{";
    for (Field field : fields) {
      Object read = field.type.read(object.get(field.name));
      if (field.omitEmpty && (field.pointer ? read == null : field.type.isEmpty(read))) {
        continue;
      }
      json.plain(before).plain(field.key);
      if (read == null && field.pointer) {
        json.plain("null");
      } else {
        field.type.write(read, json);
      }
      before = ",";
    }
    json.plain(before.equals("{") ? "{}" : "}");
  }

  /** Names of its fields, in their order. */
  List<String> fieldNames() {
    return fields.stream().map(Field::name).toList();
  }

  @Override
  public Optional<WireType> inside(Object segment) {
    return fields.stream().filter(each -> each.name.equals(segment)).map(Field::type).findFirst();
  }

  @Override
  public void findUnknown(@Nullable Object tree, Path path, List<Path> unknown) {
    if (!(tree instanceof Map<?, ?> map)) {
      return;
    }
    map.forEach(
        (key, value) -> {
          Path here = path.key(String.valueOf(key));
          inside(key)
              .ifPresentOrElse(
                  type -> type.findUnknown(value, here, unknown), () -> unknown.add(here));
        });
  }
}
