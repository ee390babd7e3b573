package dev.rollouts.api.wire;

import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a record as the wire sees them: keys, types, which may be absent and which must be
 * there. Immutable; cached per class.
 */
public final class RecordShape {
  private static final ClassValue<RecordShape> SHAPES =
      new ClassValue<>() {
        @Override
        protected RecordShape computeValue(Class<?> type) {
          return new RecordShape(type);
        }
      };

  /**
   * One field.
   *
   * @param name its key
   * @param type the Java type, generics included
   * @param nullable whether the record says null for an absent key; otherwise absence is the type's
   *     zero value
   * @param required whether the schema requires the key
   */
  public record Field(
      String name, Type type, boolean nullable, boolean required, Method accessor) {}

  private final Map<String, Field> fields = new LinkedHashMap<>();
  private final Constructor<?> constructor;

  private RecordShape(Class<?> type) {
    if (!type.isRecord()) {
      throw new IllegalArgumentException(type + " is not a record");
    }
    RecordComponent[] components = type.getRecordComponents();
    for (RecordComponent component : components) {
      Method accessor = component.getAccessor();
      accessor.setAccessible(true);
      fields.put(
          component.getName(),
          new Field(
              component.getName(),
              component.getGenericType(),
              isNullable(component.getAnnotatedType()),
              component.isAnnotationPresent(Required.class),
              accessor));
    }
    try {
      constructor =
          type.getDeclaredConstructor(
              Stream.of(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
      constructor.setAccessible(true);
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException("every record has a canonical constructor: " + type, e);
    }
  }

  /** The shape of a record class. */
  public static RecordShape of(Class<?> type) {
    return SHAPES.get(type);
  }

  /** The fields by key, in declaration order. */
  public Map<String, Field> fields() {
    return java.util.Collections.unmodifiableMap(fields);
  }

  Object construct(@Nullable Object[] values) {
    try {
      return constructor.newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          "could not build " + constructor.getDeclaringClass() + " from " + Arrays.toString(values),
          e);
    }
  }

  private static boolean isNullable(AnnotatedType type) {
    return type.isAnnotationPresent(Nullable.class);
  }
}
