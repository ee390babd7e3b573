package dev.rollouts.engine.rollout.children;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.ObjectMeta;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.cluster.Service;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is left of a rollout in other objects: docs/spec/children.md, clean-up. */
class CleanUpTest {
  private static final String HASH = RolloutKeys.POD_TEMPLATE_HASH;

  private static Service service(String name, boolean managed) {
    ObjectMeta metadata = ObjectMeta.named(name).inNamespace("shop").withAnnotation("note", "kept");
    Service plain = new Service(metadata, Map.of("app", "web", HASH, "abc"), List.of());
    return managed ? plain.pointingAt("abc", "web") : plain;
  }

  private static Rollout rollout(String strategy) {
    return Children.rollout("{'strategy': " + strategy + "}");
  }

  @ParameterizedTest(name = "{0}: {1} named as {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          R-445 | web-stable  | 'canary': {'stableService': '%s'}
          R-445 | web-canary  | 'canary': {'canaryService': '%s'}
          R-445 | ping        | 'canary': {'pingPong': {'pingService': '%s', 'pongService': 'x'}}
          R-445 | pong        | 'canary': {'pingPong': {'pingService': 'x', 'pongService': '%s'}}
          R-445 | web-active  | 'blueGreen': {'activeService': '%s'}
          R-445 | web-preview | 'blueGreen': {'activeService': 'x', 'previewService': '%s'}
          """,
      quoteCharacter = '`')
  void aServiceThatIsNamedStays(String rule, String name, String strategy) {
    Rollout manager = rollout("{" + strategy.formatted(name) + "}");
    assertThat(CleanUp.ofService(service(name, true), manager)).isEmpty();
    assertThat(CleanUp.ofService(service("other", true), manager)).isPresent();
    assertThat(CleanUp.dropped(manager, null)).contains(name);
    assertThat(CleanUp.dropped(manager, rollout("{'canary': {}}"))).contains(name);
    assertThat(CleanUp.dropped(manager, manager)).isEmpty();
  }

  @Test
  @DisplayName("R-445, R-448 A Service whose rollout is gone selects all pods of its own selector")
  void letsGo() {
    var effect =
        (ClusterEffect.UpdateService) CleanUp.ofService(service("web", true), null).orElseThrow();
    assertThat(effect.after().selector()).containsExactlyEntriesOf(Map.of("app", "web"));
    assertThat(effect.after().metadata().annotations())
        .containsExactlyEntriesOf(Map.of("note", "kept"));
    assertThat(CleanUp.ofService(effect.after(), null)).as("done twice").isEmpty();
  }

  @Test
  @DisplayName("R-446 A Service without manager is somebody else's, such as an experiment's")
  void unmanaged() {
    assertThat(CleanUp.ofService(service("web", false), null)).isEmpty();
  }

  @Test
  @DisplayName("R-447 What a rollout still names after an edit is not dropped")
  void dropped() {
    Rollout before = rollout("{'canary': {'stableService': 'a', 'canaryService': 'b'}}");
    Rollout after = rollout("{'canary': {'stableService': 'a', 'canaryService': 'c'}}");
    assertThat(CleanUp.dropped(before, after)).containsExactly("b");
  }
}
