package dev.rollouts.engine.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.LabelSelector;
import dev.rollouts.api.ObjectMeta;
import dev.rollouts.api.analysis.AnalysisTemplate;
import dev.rollouts.api.analysis.AnalysisTemplateSpec;
import dev.rollouts.api.analysis.ClusterAnalysisTemplate;
import dev.rollouts.api.analysis.TemplateRef;
import dev.rollouts.api.experiment.Experiment;
import dev.rollouts.api.experiment.ExperimentStatus;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.RolloutPhase;
import dev.rollouts.api.rollout.RolloutStatus;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.api.wire.Wire;
import dev.rollouts.codec.Codec;
import dev.rollouts.codec.Document;
import dev.rollouts.engine.Decision;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.cluster.ClusterObjects;
import dev.rollouts.engine.cluster.ObjectKey;
import dev.rollouts.engine.cluster.ReplicaSet;
import dev.rollouts.engine.experiment.ExperimentEngine;
import dev.rollouts.engine.experiment.ExperimentObservations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Manifests that work, with some of their values replaced by what nobody should write: a message or
 * a decision, never an exception, and never a hand on what is somebody else's. {@code
 * -Dfuzz.count=N} tries more, {@code -Dfuzz.seed=S} starts elsewhere.
 */
@Tag("sim")
class HostileManifestsFuzzTest {
  private static final int COUNT = Integer.getInteger("fuzz.count", 10_000);
  private static final long SEED = Long.getLong("fuzz.seed", 1);
  private static final int WHOLE_LIVES = 10;
  private static final int TURNS = 12;
  private static final Path VALID = Path.of("../rollouts-codec/src/test/resources/valid");
  private static final ObjectKey FOREIGN = ObjectKey.service("default", "foreign");

  private final RolloutEngine engine = new RolloutEngine();
  private int invalid;
  private int delivered;

  @Test
  @DisplayName("R-510 whatever a manifest says, it is refused with a message or delivered")
  void anythingIsRefusedOrDelivered() throws IOException {
    List<List<Map<String, Object>>> corpus = corpus();
    for (long seed = SEED; seed < SEED + COUNT; seed++) {
      Random random = new Random(seed);
      List<Map<String, Object>> objects =
          mutated(corpus.get(random.nextInt(corpus.size())), random);
      try {
        check(objects, seed % WHOLE_LIVES == 0 ? TURNS : 1);
      } catch (RuntimeException | StackOverflowError | AssertionError e) {
        throw new AssertionError(
            "replay with -Dfuzz.count=1 -Dfuzz.seed=%d%n%s".formatted(seed, objects), e);
      }
    }
    if (COUNT >= 1_000) {
      assertThat(invalid).as("refused").isGreaterThan(COUNT / 20);
      assertThat(delivered).as("delivered").isGreaterThan(COUNT / 20);
    }
  }

  private static List<List<Map<String, Object>>> corpus() throws IOException {
    List<List<Map<String, Object>>> corpus = new ArrayList<>();
    try (Stream<Path> files = Files.list(VALID)) {
      for (Path file : files.sorted().toList()) {
        String name = file.getFileName().toString();
        if (name.startsWith("rollout-") || name.equals("experiment.yaml")) {
          corpus.add(
              Codec.standard().read(file).stream()
                  .map(Document::tree)
                  .map(HostileManifestsFuzzTest::inDefaultNamespace)
                  .toList());
        }
      }
    }
    assertThat(corpus).hasSizeGreaterThan(5);
    return corpus;
  }

  private static Map<String, Object> inDefaultNamespace(Map<String, Object> tree) {
    Map<String, Object> metadata = strings(tree.get("metadata"));
    metadata.put("namespace", "default");
    Map<String, Object> placed = new LinkedHashMap<>(tree);
    placed.put("metadata", metadata);
    return placed;
  }

  private void check(List<Map<String, Object>> trees, int turns) {
    Map<ObjectKey, JsonObject> objects = new LinkedHashMap<>();
    List<Rollout> rollouts = new ArrayList<>();
    List<Experiment> experiments = new ArrayList<>();
    Map<TemplateRef, AnalysisTemplateSpec> templates = new LinkedHashMap<>();
    for (Map<String, Object> tree : trees) {
      switch (String.valueOf(tree.get("kind"))) {
        case "Rollout" -> rollouts.add(Wire.decode(Rollout.class, tree).value());
        case "Experiment" -> experiments.add(Wire.decode(Experiment.class, tree).value());
        case "AnalysisTemplate" -> {
          AnalysisTemplate template = Wire.decode(AnalysisTemplate.class, tree).value();
          templates.put(new TemplateRef(template.metadata().name(), false), template.spec());
        }
        case "ClusterAnalysisTemplate" -> {
          ClusterAnalysisTemplate template =
              Wire.decode(ClusterAnalysisTemplate.class, tree).value();
          templates.put(new TemplateRef(template.metadata().name(), true), template.spec());
        }
        default -> {
          JsonObject object = JsonObject.of(tree);
          objects.put(ClusterObjects.keyOf(object), object);
        }
      }
    }
    for (Rollout rollout : rollouts) {
      World world = new World(rollout, engine);
      world.objects.putAll(objects);
      world.templates.putAll(templates);
      live(world, turns);
    }
    for (Experiment experiment : experiments) {
      live(experiment, templates);
    }
  }

  /** A rollout that comes into being, is updated, and whose pauses run out. */
  private void live(World world, int turns) {
    ReplicaSet foreign = foreign(world.rollout);
    world.sets.put(foreign.name(), foreign);
    world.service("foreign");
    JsonObject service = world.objects.get(FOREIGN);
    for (int i = 0; i < turns; i++) {
      if (i == turns / 2) {
        world.edit(spec -> spec.withTemplate(annotated(spec.template())));
      }
      Rollout before = world.rollout;
      Set<ObjectKey> known = keys(world);
      Decision<RolloutStatus, ClusterEffect> decision = world.turn();
      count(decision.status(), before, decision.effects());
      for (ClusterEffect effect : decision.effects()) {
        checkReach(effect, before, known);
      }
      world.pass(Duration.ofMinutes(5));
    }
    assertThat(world.sets.get(foreign.name())).isEqualTo(foreign);
    assertThat(world.objects.get(FOREIGN)).isEqualTo(service);
  }

  private void count(RolloutStatus status, Rollout rollout, List<ClusterEffect> effects) {
    boolean refused = status.condition("InvalidSpec").isPresent();
    if (refused) {
      invalid++;
      assertThat(status.phase()).isEqualTo(RolloutPhase.DEGRADED);
      assertThat(status.message())
          .startsWith(
              "InvalidSpec: The Rollout \"%s\" is invalid: ".formatted(rollout.metadata().name()))
          .doesNotContain("Exception", "dev.rollouts", "java.");
      assertThat(effects).as("while invalid nothing is touched").isEmpty();
    } else {
      delivered++;
    }
  }

  /** What a decision may reach: what it was told to read, and what it has made or owns. */
  private Set<ObjectKey> keys(World world) {
    return new HashSet<>(engine.reads(world.rollout, world.observations()).objects());
  }

  private static void checkReach(ClusterEffect effect, Rollout rollout, Set<ObjectKey> known) {
    String uid = rollout.metadata().uid();
    if (effect instanceof ClusterEffect.UpdateReplicaSet it) {
      assertThat(it.before().metadata().controllerUid()).isIn(uid, "");
    } else if (effect instanceof ClusterEffect.DeleteReplicaSet it) {
      assertThat(it.replicaSet().metadata().controllerUid()).isEqualTo(uid);
    } else if (effect instanceof ClusterEffect.CreateReplicaSet it) {
      assertThat(it.replicaSet().metadata().controllerUid()).isEqualTo(uid);
    } else if (effect instanceof ClusterEffect.UpdateService it) {
      assertThat(ObjectKey.service("default", it.before().name())).isIn(known);
    } else if (effect instanceof ClusterEffect.UpdateObject it) {
      assertThat(it.key()).isIn(known);
    } else if (effect instanceof ClusterEffect.DeleteObject it) {
      assertThat(it.key()).isIn(known);
    } else if (effect instanceof ClusterEffect.ScaleDeployment it) {
      assertThat(rollout.spec().workloadRef()).isNotNull();
      assertThat(it.name()).isEqualTo(rollout.spec().workloadRef().name());
    }
  }

  private void live(Experiment experiment, Map<TemplateRef, AnalysisTemplateSpec> templates) {
    Decision<ExperimentStatus, ClusterEffect> decision =
        new ExperimentEngine()
            .decide(
                experiment.withMetadata(experiment.metadata().withUid("uid-experiment")),
                new ExperimentObservations(List.of(), List.of(), List.of(), templates, List.of()),
                World.START);
    boolean refused =
        decision.status().conditions().stream()
            .anyMatch(each -> each.type().equals("InvalidSpec") && each.status().equals("True"));
    if (refused) {
      invalid++;
      assertThat(decision.effects()).isEmpty();
    } else {
      delivered++;
      for (ClusterEffect effect : decision.effects()) {
        if (effect instanceof ClusterEffect.CreateReplicaSet it) {
          assertThat(it.replicaSet().metadata().controllerUid()).isEqualTo("uid-experiment");
        }
      }
    }
  }

  /** A ReplicaSet of somebody else that the selector matches. */
  private static ReplicaSet foreign(Rollout rollout) {
    Map<String, String> labels = new LinkedHashMap<>();
    if (rollout.spec().selector() != null) {
      labels.putAll(rollout.spec().selector().matchLabels());
    }
    labels.put("rollouts-pod-template-hash", "foreign");
    ObjectMeta metadata =
        ObjectMeta.named("foreign")
            .inNamespace("default")
            .withUid("uid-foreign")
            .with(
                labels,
                Map.of(),
                List.of(
                    new ObjectMeta.OwnerReference(
                        "argoproj.io/v1alpha1", "Rollout", "other", "uid-other", true, true)));
    return new ReplicaSet(
        metadata,
        3,
        0,
        LabelSelector.of(labels),
        rollout.spec().template(),
        new ReplicaSet.Status(3, 3, 3, 0, List.of()));
  }

  private static JsonObject annotated(JsonObject template) {
    Map<String, Object> fields = strings(template.fields());
    Map<String, Object> metadata = strings(fields.get("metadata"));
    metadata.put("annotations", Map.of("update", "2"));
    fields.put("metadata", metadata);
    return JsonObject.of(fields);
  }

  // --- damage ---

  private static List<Map<String, Object>> mutated(
      List<Map<String, Object>> objects, Random random) {
    List<Map<String, Object>> all = new ArrayList<>(objects);
    for (int damages = 1 + random.nextInt(3); damages > 0; damages--) {
      int index = random.nextInt(3) == 0 ? random.nextInt(all.size()) : 0;
      Map<String, Object> tree = new LinkedHashMap<>(all.get(index));
      String part =
          tree.containsKey("status") && random.nextInt(4) == 0
              ? "status"
              : random.nextInt(12) == 0 ? "metadata" : "spec";
      tree.put(part, mutated(tree.get(part), tree, random));
      if (part.equals("metadata")) {
        tree = inDefaultNamespace(tree);
      }
      all.set(index, tree);
    }
    return all;
  }

  private static @Nullable Object mutated(
      @Nullable Object value, Map<String, Object> whole, Random random) {
    if (value instanceof Map<?, ?> && !((Map<?, ?>) value).isEmpty() && random.nextInt(8) > 0) {
      Map<String, Object> copy = strings(value);
      String key = List.copyOf(copy.keySet()).get(random.nextInt(copy.size()));
      if (random.nextInt(8) == 0) {
        copy.remove(key);
      } else {
        copy.put(key, mutated(copy.get(key), whole, random));
      }
      return copy;
    }
    if (value instanceof List<?> list && !list.isEmpty() && random.nextInt(8) > 0) {
      List<@Nullable Object> copy = new ArrayList<>(list);
      int index = random.nextInt(copy.size());
      switch (random.nextInt(6)) {
        case 0 -> copy.remove(index);
        case 1 -> copy.add(copy.get(index));
        case 2 -> copy.add(0, junk(whole, random));
        default -> copy.set(index, mutated(copy.get(index), whole, random));
      }
      return copy;
    }
    return junk(whole, random);
  }

  private static @Nullable Object junk(Map<String, Object> whole, Random random) {
    return switch (random.nextInt(20)) {
      case 0 -> null;
      case 1 -> "";
      case 2 -> "20";
      case 3 -> "150%";
      case 4 -> -1;
      case 5 -> 0;
      case 6 -> Integer.MAX_VALUE;
      case 7 -> Integer.MIN_VALUE;
      case 8 -> Long.MAX_VALUE;
      case 9 -> 20.5;
      case 10 -> true;
      case 11 -> List.of();
      case 12 -> Map.of();
      case 13 -> "9999999h";
      case 14 -> "stranger";
      case 15 -> "a\u0000\n\"{{args.x}}";
      case 16 -> "x".repeat(300);
      case 17 -> Map.of("name", "stranger");
      case 18 -> List.of(Map.of("setWeight", 10), Map.of("pause", Map.of()));
      default -> whole.get("spec");
    };
  }

  private static Map<String, Object> strings(@Nullable Object tree) {
    Map<String, Object> copy = new LinkedHashMap<>();
    if (tree instanceof Map<?, ?> map) {
      map.forEach((key, value) -> copy.put(String.valueOf(key), value));
    }
    return copy;
  }
}
