package dev.rollouts.engine.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.codec.Codec;
import dev.rollouts.engine.Event;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.cluster.ObjectKey;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LiveNodeTest {
  private static final ObjectKey KEY = new ObjectKey("acme/v1", "Route", "prod", "shop");

  private static final JsonObject TREE =
      JsonObject.of(
          Codec.standard()
              .read(
                  "route.yaml",
                  """
                  apiVersion: acme/v1
                  kind: Route
                  metadata: {name: shop, labels: {ours: x}}
                  spec:
                    text: "20"
                    number: 20
                    part: 20.5
                    "null": null
                    list: [{a: 1, b: 2}, 3]
                    texts: [a, b]
                  """)
              .get(0)
              .tree());

  private static LiveNode root() {
    return LiveNode.of(KEY, TREE);
  }

  @Test
  void whatIsAbsentOrNullReadsAsEmpty() throws LiveObjectException {
    LiveNode spec = root().object("spec");
    for (String field : List.of("absent", "null")) {
      assertThat(spec.has(field)).isFalse();
      assertThat(spec.object(field).fields()).isEmpty();
      assertThat(spec.objects(field)).isEmpty();
      assertThat(spec.texts(field)).isEmpty();
      assertThat(spec.text(field)).isEmpty();
      assertThat(spec.number(field)).isZero();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          number  | spec.text    | must be a whole number, was the text "20"
          number  | spec.part    | must be a whole number, was 20.5
          number  | spec.list    | must be a whole number, was a list
          text    | spec.number  | must be a text, was 20
          object  | spec.texts   | must be an object, was a list
          objects | spec.text    | must be a list, was the text "20"
          objects | spec.list[1] | must be an object, was 3
          texts   | spec.list[0] | must be a text, was an object
          """)
  void anotherTypeIsAnErrorWithObjectFieldAndValue(String read, String place, String text) {
    String field = place.replaceAll("spec\\.|\\[.*", "");
    assertThatThrownBy(
            () -> {
              LiveNode spec = root().object("spec");
              switch (read) {
                case "number" -> spec.number(field);
                case "text" -> spec.text(field);
                case "object" -> spec.object(field);
                case "objects" -> spec.objects(field);
                default -> spec.texts(field);
              }
            })
        .isInstanceOf(LiveObjectException.class)
        .hasMessage(
            "Route `prod/shop`: %s %s; correct the object, until then its routes stay as they are"
                .formatted(place, text));
  }

  @Test
  void anEditKeepsOrderAndWhatItDoesNotKnow() throws LiveObjectException {
    LiveNode edited = root().withAt("21", "spec", "text").withAt("new", "spec", "deep", "er");
    assertThat(edited.object("spec").fields().keySet())
        .containsExactly("text", "number", "part", "null", "list", "texts", "deep");
    assertThat(edited.withoutAt("spec", "deep", "er").withAt("20", "spec", "text").tree())
        .isEqualTo(TREE);
    assertThat(root().tree()).isEqualTo(TREE);
  }

  @Test
  void whatARemovalEmptiesGoes() throws LiveObjectException {
    LiveNode edited = root().withoutAt("metadata", "labels", "ours");
    assertThat(edited.tree().at("metadata")).isEqualTo(Map.of("name", "shop"));
    assertThat(root().withoutAt("metadata", "annotations", "ours").tree()).isEqualTo(TREE);
  }

  @Test
  void nodesInListsBecomePlainAgain() throws LiveObjectException {
    LiveNode spec = root().object("spec").with("list", List.of(3, Map.of("a", 1)));
    LiveNode element = spec.without("list").detached(Map.of("c", 3));
    assertThat(spec.with("list", List.of(element)).tree().at("list"))
        .isEqualTo(List.of(Map.of("c", 3)));
  }

  @Test
  void noDifferenceIsNoWrite() throws LiveObjectException {
    Event event = Event.normal("Changed", "changed");
    assertThat(root().withAt(20.0, "spec", "number").update(TREE, event)).isEmpty();
    LiveNode changed = root().withAt(21, "spec", "number");
    assertThat(changed.update(TREE, event))
        .containsExactly(
            new ClusterEffect.UpdateObject(KEY, TREE, changed.tree()),
            new ClusterEffect.Announce(event));
  }
}
