package dev.rollouts.api.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonObjectTest {
  private final List<Object> list = new ArrayList<>(Arrays.asList(1, null, "x"));
  private final Map<String, Object> inner = new LinkedHashMap<>(Map.of("list", list));
  private final Map<String, Object> outer = new LinkedHashMap<>(Map.of("inner", inner));
  private final JsonObject object = JsonObject.of(outer);

  @Test
  void copiesWhatMayChange() {
    list.add("later");
    inner.put("later", true);
    outer.clear();
    assertThat(object.at("inner", "list")).isEqualTo(Arrays.asList(1, null, "x"));
    assertThat(object.child("inner").fields()).containsOnlyKeys("list");
  }

  @Test
  void sharesWhatCannotChange() {
    JsonObject child = object.child("inner");
    assertThat(child.fields()).isSameAs(object.at("inner"));
    assertThat(JsonObject.of(Map.of("other", child.fields())).at("other", "list"))
        .isSameAs(object.at("inner", "list"));
    assertThat(object.child("inner", "list")).isEqualTo(JsonObject.empty());
    assertThat(object.child("absent", "too")).isEqualTo(JsonObject.empty());
  }

  @Test
  void cannotBeChanged() {
    Map<String, Object> fields = object.child("inner").fields();
    assertThatThrownBy(() -> fields.put("a", 1)).isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> fields.remove("list"))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(fields::clear).isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> fields.keySet().clear())
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> fields.values().clear())
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> fields.entrySet().iterator().next().setValue(1))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> ((List<?>) fields.get("list")).remove(0))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> ((List<?>) fields.get("list")).clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void equalsPlainMapsAndLists() {
    assertThat(object.fields()).isEqualTo(outer).hasSameHashCodeAs(outer);
    assertThat(outer).isEqualTo(object.fields());
    assertThat(object).hasToString("JsonObject[fields={inner={list=[1, null, x]}}]");
  }
}
