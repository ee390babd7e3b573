package dev.rollouts.engine.rollout.validation;

import dev.rollouts.api.wire.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * A field that is being looked at. Cheap to make: names are put together only when there is
 * something to report.
 */
final class Place {
  private enum Style {
    /** A key of an object, or an index of a list. */
    MEMBER,
    /** A key of a map, which messages write in brackets. */
    ENTRY,
    /** In the object, not in messages. */
    HIDDEN,
    /** In messages, not in the object. */
    SHOWN
  }

  private final @Nullable Place outer;
  private final Object segment;
  private final Style style;

  private Place(@Nullable Place outer, Object segment, Style style) {
    this.outer = outer;
    this.segment = segment;
    this.style = style;
  }

  /** A member of the object itself. */
  static Place of(String key) {
    return new Place(null, key, Style.MEMBER);
  }

  Place key(String key) {
    return new Place(this, key, Style.MEMBER);
  }

  Place index(int index) {
    return new Place(this, index, Style.MEMBER);
  }

  Place entry(String key) {
    return new Place(this, key, Style.ENTRY);
  }

  /** A member that messages leave out. */
  Place hidden(Object keyOrIndex) {
    return new Place(this, keyOrIndex, Style.HIDDEN);
  }

  /** A member that messages make up. */
  Place shown(String key) {
    return new Place(this, key, Style.SHOWN);
  }

  /** As messages name it. */
  String field() {
    StringBuilder text = new StringBuilder();
    for (Place each : fromOutermost()) {
      if (each.style == Style.HIDDEN) {
        continue;
      }
      if (each.style == Style.ENTRY || each.segment instanceof Integer) {
        text.append('[').append(each.segment).append(']');
      } else {
        text.append(text.isEmpty() ? "" : ".").append(each.segment);
      }
    }
    return text.toString();
  }

  /** Where it stands. */
  Path path() {
    return Path.of(
        fromOutermost().stream()
            .filter(each -> each.style != Style.SHOWN)
            .map(each -> each.segment)
            .toArray());
  }

  private Deque<Place> fromOutermost() {
    Deque<Place> all = new ArrayDeque<>();
    for (Place each = this; each != null; each = each.outer) {
      all.addFirst(each);
    }
    return all;
  }
}
