package dev.rollouts.engine.rollout.children;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.rollout.PodTemplateMetadata;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.cluster.Pod;
import dev.rollouts.engine.cluster.ReplicaSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Metadata by role: docs/spec/children.md, ephemeral metadata. */
class EphemeralMetadataTest {
  private static final Rollout CANARY =
      Children.rollout(
          "{'strategy': {'canary': {'canaryMetadata': {'labels': {'role': 'canary'}, 'annotations': {'note': 'new'}}, 'stableMetadata': {'labels': {'role': 'stable'}}}}}");

  private static final PodTemplateMetadata TWO =
      new PodTemplateMetadata(Map.of("role", "canary"), Map.of("example.com/note", "a<b"));

  @ParameterizedTest(name = "{0}: {1} with stable {2}: new {3}, stable {4}")
  @CsvSource({
    "R-400,canary,old,canary,stable",
    "R-400,canary,'',stable,-",
    "R-400,canary,new,stable,-",
    "R-400,blueGreen,old,preview,active",
    "R-400,blueGreen,new,active,-",
    "R-401,neither,old,-,-",
    "R-401,onlyCanary,old,canary,-",
    "R-401,onlyCanary,new,-,-",
  })
  void rolesGiveMetadata(
      String rule, String kind, String stableHash, String ofNew, String ofStable) {
    Rollout rollout =
        Children.rollout(
            switch (kind) {
              case "canary" ->
                  "{'strategy': {'canary': {'canaryMetadata': {'labels': {'role': 'canary'}}, 'stableMetadata': {'labels': {'role': 'stable'}}}}}";
              case "onlyCanary" ->
                  "{'strategy': {'canary': {'canaryMetadata': {'labels': {'role': 'canary'}}}}}";
              case "blueGreen" ->
                  "{'strategy': {'blueGreen': {'previewMetadata': {'labels': {'role': 'preview'}}, 'activeMetadata': {'labels': {'role': 'active'}}}}}";
              default -> "{'strategy': {'canary': {}}}";
            });
    ReplicaSet fresh = Children.replicaSet("new", 1, 1);
    ReplicaSet stable = Children.replicaSet("old", 1, 0);
    List<ClusterEffect> effects =
        EphemeralMetadata.plan(
            rollout,
            fresh,
            stableHash.equals("old") ? stable : null,
            List.of(Children.replicaSet("other", 0, 0)),
            List.of(),
            stableHash);
    assertThat(role(effects, "new")).as(rule).isEqualTo(ofNew);
    assertThat(role(effects, "old")).as(rule).isEqualTo(ofStable);
    assertThat(role(effects, "other")).as(rule).isEqualTo("-");
  }

  private static String role(List<ClusterEffect> effects, String hash) {
    return effects.stream()
        .filter(ClusterEffect.UpdateReplicaSet.class::isInstance)
        .map(effect -> ((ClusterEffect.UpdateReplicaSet) effect).after())
        .filter(each -> each.hash().equals(hash))
        .map(each -> PodTemplates.labels(each.template()).getOrDefault("role", "-"))
        .findFirst()
        .orElse("-");
  }

  @Test
  @DisplayName(
      "R-402 R-403 a ReplicaSet gets the metadata, the annotation says which; then its pods")
  void injecting() {
    Cluster cluster = new Cluster(Children.replicaSet("new", 2, 0));
    cluster.pod("a", false);
    cluster.pod("b", true);
    cluster.foreignPod();
    List<ClusterEffect> effects = cluster.turn(TWO);
    assertThat(effects.get(0)).isInstanceOf(ClusterEffect.UpdateReplicaSet.class);
    assertThat(cluster.replicaSet.annotation(RolloutKeys.EPHEMERAL_METADATA))
        .isEqualTo(
            "{\"labels\":{\"role\":\"canary\"},\"annotations\":{\"example.com/note\":\"a<b\"}}");
    assertThat(EphemeralMetadata.injectedInto(cluster.replicaSet)).isEqualTo(TWO);
    assertThat(PodTemplates.labels(cluster.replicaSet.template()))
        .containsEntry("role", "canary")
        .containsEntry("app", "web");
    assertThat(cluster.updatedPods(effects)).containsExactly("a");
    assertThat(cluster.pods.get(0).metadata().labels()).containsEntry("role", "canary");
    assertThat(cluster.pods.get(0).metadata().annotations())
        .containsEntry("example.com/note", "a<b");
    assertThat(cluster.turn(TWO)).isEmpty();
  }

  @Test
  @DisplayName("R-403 pods are updated also when their ReplicaSet was right before")
  void podsThatCameLater() {
    Cluster cluster = new Cluster(Children.replicaSet("new", 2, 0));
    cluster.turn(TWO);
    cluster.pods.add(
        Children.pod("late", Children.replicaSet("new", 2, 0), Children.START, true, false));
    assertThat(cluster.updatedPods(cluster.turn(TWO))).containsExactly("late");
    assertThat(cluster.turn(TWO)).isEmpty();
  }

  @Test
  @DisplayName("R-402 what is no longer wanted goes, and is remembered until no pod has it")
  void removing() {
    Cluster cluster = new Cluster(Children.replicaSet("new", 1, 0));
    cluster.pod("a", false);
    cluster.turn(TWO);
    PodTemplateMetadata other =
        new PodTemplateMetadata(Map.of("role", "stable", "more", "x"), Map.of());

    // The shell stops after the ReplicaSet.
    List<ClusterEffect> effects =
        EphemeralMetadata.applied(cluster.replicaSet, other, cluster.pods);
    cluster.replicaSet = ((ClusterEffect.UpdateReplicaSet) effects.get(0)).after();
    assertThat(PodTemplates.annotations(cluster.replicaSet.template())).isEmpty();
    assertThat(EphemeralMetadata.injectedInto(cluster.replicaSet).annotations())
        .containsKey("example.com/note");

    assertThat(cluster.updatedPods(cluster.turn(other))).containsExactly("a");
    assertThat(cluster.pods.get(0).metadata().annotations()).isEmpty();
    assertThat(cluster.pods.get(0).metadata().labels())
        .containsEntry("role", "stable")
        .containsEntry("more", "x");
    assertThat(cluster.turn(other)).hasSize(1);
    assertThat(EphemeralMetadata.injectedInto(cluster.replicaSet)).isEqualTo(other);
    assertThat(cluster.turn(other)).isEmpty();

    cluster.turn(null);
    cluster.turn(null);
    assertThat(cluster.turn(null)).isEmpty();
    assertThat(cluster.replicaSet.annotation(RolloutKeys.EPHEMERAL_METADATA)).isNull();
    assertThat(cluster.replicaSet.template())
        .isEqualTo(Children.replicaSet("new", 1, 0).template());
  }

  @Test
  @DisplayName("R-404 comparisons see the template without what was injected")
  void stripping() {
    ReplicaSet bare = Children.replicaSet("new", 1, 0);
    ReplicaSet injected = EphemeralMetadata.injected(bare, TWO);
    assertThat(injected.template()).isNotEqualTo(bare.template());
    assertThat(EphemeralMetadata.stripped(injected)).isEqualTo(bare.template());
    assertThat(EphemeralMetadata.stripped(bare)).isEqualTo(bare.template());
  }

  @Test
  @DisplayName("R-405 a new ReplicaSet is made with the metadata of its role")
  void atCreation() {
    assertThat(String.valueOf(EphemeralMetadata.atCreation(CANARY, true))).contains("canary");
    assertThat(String.valueOf(EphemeralMetadata.atCreation(CANARY, false))).contains("stable");
    ReplicaSet bare = Children.replicaSet("new", 1, 0);
    assertThat(EphemeralMetadata.injected(bare, null)).isEqualTo(bare);
  }

  @Test
  @DisplayName("R-406 an injected value wins over the template's, which does not come back")
  void overwriting() {
    Cluster cluster = new Cluster(Children.replicaSet("new", 0, 0));
    cluster.turn(new PodTemplateMetadata(Map.of("app", "other"), Map.of()));
    assertThat(PodTemplates.labels(cluster.replicaSet.template())).containsEntry("app", "other");
    cluster.turn(null);
    assertThat(PodTemplates.labels(cluster.replicaSet.template())).doesNotContainKey("app");
  }

  @Test
  @DisplayName("R-402 an annotation that cannot be read counts as nothing injected, and is mended")
  void unreadableAnnotation() {
    Cluster cluster =
        new Cluster(
            Children.replicaSet("new", 0, 0)
                .withAnnotation(RolloutKeys.EPHEMERAL_METADATA, "{broken"));
    cluster.turn(TWO);
    assertThat(EphemeralMetadata.injectedInto(cluster.replicaSet)).isEqualTo(TWO);
  }

  /** A ReplicaSet and its pods, to which a test applies effects. */
  private static final class Cluster {
    private ReplicaSet replicaSet;
    private final List<Pod> pods = new ArrayList<>();

    Cluster(ReplicaSet replicaSet) {
      this.replicaSet = replicaSet;
    }

    void pod(String name, boolean terminating) {
      pods.add(Children.pod(name, replicaSet, Children.START, true, terminating));
    }

    void foreignPod() {
      pods.add(
          Children.pod("foreign", Children.replicaSet("else", 1, 0), Children.START, true, false));
    }

    List<ClusterEffect> turn(@Nullable PodTemplateMetadata wanted) {
      List<ClusterEffect> effects = EphemeralMetadata.applied(replicaSet, wanted, pods);
      for (ClusterEffect effect : effects) {
        if (effect instanceof ClusterEffect.UpdateReplicaSet update) {
          assertThat(update.before()).isEqualTo(replicaSet);
          replicaSet = update.after();
        } else if (effect instanceof ClusterEffect.UpdatePod update) {
          pods.replaceAll(each -> each.equals(update.before()) ? update.after() : each);
        }
      }
      return effects;
    }

    List<String> updatedPods(List<ClusterEffect> effects) {
      return effects.stream()
          .filter(ClusterEffect.UpdatePod.class::isInstance)
          .map(effect -> ((ClusterEffect.UpdatePod) effect).before().name())
          .toList();
    }
  }
}
