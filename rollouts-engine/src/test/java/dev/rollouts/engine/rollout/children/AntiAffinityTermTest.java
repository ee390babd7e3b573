package dev.rollouts.engine.rollout.children;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.rollout.AntiAffinity;
import dev.rollouts.api.wire.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The injected term: docs/spec/children.md, anti-affinity. */
class AntiAffinityTermTest {
  private static final JsonObject BARE = Children.tree("{'spec': {'containers': []}}");
  private static final JsonObject USER =
      Children.tree(
          """
          {'spec': {'affinity': {'nodeAffinity': {'a': 1}, 'podAntiAffinity': {
            'requiredDuringSchedulingIgnoredDuringExecution': [{'topologyKey': 'zone'}],
            'preferredDuringSchedulingIgnoredDuringExecution': [{'weight': 2, 'podAffinityTerm': {'topologyKey': 'zone'}}]}}}}
          """);
  private static final AntiAffinity PREFERRED =
      new AntiAffinity(new AntiAffinity.Preferred(7), null);
  private static final AntiAffinity REQUIRED =
      new AntiAffinity(null, new AntiAffinity.RequiredTerm());
  private static final String TERM =
      "{'labelSelector': {'matchExpressions': [{'key': 'rollouts-pod-template-hash', 'operator': 'In', 'values': ['%s']}]}, 'namespaces': ['shop'], 'topologyKey': 'kubernetes.io/hostname'}";

  private static Object preferred(JsonObject template) {
    return terms(template, "preferredDuringSchedulingIgnoredDuringExecution");
  }

  private static Object required(JsonObject template) {
    return terms(template, "requiredDuringSchedulingIgnoredDuringExecution");
  }

  private static Object terms(JsonObject template, String kind) {
    Object found = template.at("spec", "affinity", "podAntiAffinity", kind);
    return found == null ? List.of() : found;
  }

  private static JsonObject inject(JsonObject template, AntiAffinity wanted, String stable) {
    return AntiAffinityTerm.injected(template, wanted, "new", stable, "shop");
  }

  @Test
  @DisplayName("R-410 one term is added behind the user's own")
  void injecting() {
    assertThat(required(inject(BARE, REQUIRED, "old")))
        .isEqualTo(Children.json("[" + TERM.formatted("old") + "]"));
    assertThat(preferred(inject(BARE, PREFERRED, "old")))
        .isEqualTo(
            Children.json("[{'weight': 7, 'podAffinityTerm': " + TERM.formatted("old") + "}]"));
    JsonObject both = inject(USER, REQUIRED, "old");
    assertThat(required(both))
        .isEqualTo(Children.json("[{'topologyKey': 'zone'}, " + TERM.formatted("old") + "]"));
    assertThat(preferred(both)).isEqualTo(preferred(USER));
    assertThat(both.at("spec", "affinity", "nodeAffinity")).isNotNull();
  }

  @ParameterizedTest(name = "{0}: nothing with setting {1} and stable ''{2}''")
  @CsvSource({"R-410,true,''", "R-410,true,new", "R-410,false,old"})
  void nothingToKeepAwayFrom(String rule, boolean set, String stable) {
    @Nullable AntiAffinity wanted = set ? REQUIRED : null;
    assertThat(AntiAffinityTerm.injected(USER, wanted, "new", stable, "shop"))
        .as(rule)
        .isEqualTo(USER);
  }

  @Test
  @DisplayName("R-411 comparisons see the template without the term")
  void stripping() {
    for (JsonObject template : List.of(BARE, USER)) {
      for (AntiAffinity wanted : List.of(PREFERRED, REQUIRED)) {
        assertThat(AntiAffinityTerm.stripped(inject(template, wanted, "old"))).isEqualTo(template);
      }
      assertThat(AntiAffinityTerm.stripped(template)).isEqualTo(template);
    }
  }

  @Test
  @DisplayName("R-412 a term about a version that is no longer stable is brought up to date")
  void refreshing() {
    JsonObject stale = inject(USER, REQUIRED, "older");
    assertThat(AntiAffinityTerm.refreshed(stale, REQUIRED, "new", "old", "shop"))
        .isEqualTo(inject(USER, REQUIRED, "old"));
    assertThat(AntiAffinityTerm.refreshed(stale, PREFERRED, "new", "old", "shop"))
        .isEqualTo(inject(USER, PREFERRED, "old"));
    assertThat(AntiAffinityTerm.refreshed(stale, REQUIRED, "new", "older", "shop"))
        .isEqualTo(stale);
    assertThat(AntiAffinityTerm.refreshed(USER, REQUIRED, "new", "old", "shop")).isEqualTo(USER);
  }

  @Test
  @DisplayName("R-413 the term stays in a version that has become stable")
  void stayingAfterPromotion() {
    JsonObject promoted = inject(USER, REQUIRED, "old");
    assertThat(AntiAffinityTerm.refreshed(promoted, REQUIRED, "new", "new", "shop"))
        .isEqualTo(promoted);
    assertThat(AntiAffinityTerm.refreshed(promoted, null, "new", "other", "shop"))
        .isEqualTo(promoted);
  }
}
