package dev.rollouts.engine.rollout.validation;

import dev.rollouts.engine.rollout.validation.FieldError.Kind;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What has been found so far, in the order of the catalogue. */
final class FieldErrors {
  private final Set<FieldError> all = new LinkedHashSet<>();

  void invalid(Place place, @Nullable Object value, String detail) {
    add(place, Kind.INVALID, value, detail);
  }

  void required(Place place, String detail) {
    add(place, Kind.REQUIRED, null, detail);
  }

  void internal(Place place, String detail) {
    add(place, Kind.INTERNAL, null, detail);
  }

  void duplicate(Place place, Object value) {
    add(place, Kind.DUPLICATE, value, "");
  }

  void unsupported(Place place, Object value, List<String> supported) {
    add(
        place,
        Kind.UNSUPPORTED,
        value,
        "supported values: \"" + String.join("\", \"", supported) + '"');
  }

  void forbidden(Place place, String detail) {
    add(place, Kind.FORBIDDEN, null, detail);
  }

  void notFound(Place place, Object value) {
    add(place, Kind.NOT_FOUND, value, "");
  }

  /** An object that is referred to does not exist. */
  void absent(Place place, String name, String detail) {
    all.add(new FieldError(place.field(), place.path(), Kind.INVALID, name, detail, true));
  }

  /** An error that messages ascribe to a field of another object. */
  void elsewhere(String field, Place place, Object value, String detail, boolean absent) {
    all.add(new FieldError(field, place.path(), Kind.INVALID, value, detail, absent));
  }

  void nonNegative(Place place, long value) {
    if (value < 0) {
      invalid(place, value, "must be greater than or equal to 0");
    }
  }

  void addAll(FieldErrors others) {
    all.addAll(others.all);
  }

  boolean isEmpty() {
    return all.isEmpty();
  }

  List<FieldError> toList() {
    return List.copyOf(all);
  }

  private void add(Place place, Kind kind, @Nullable Object value, String detail) {
    all.add(new FieldError(place.field(), place.path(), kind, value, detail, false));
  }
}
