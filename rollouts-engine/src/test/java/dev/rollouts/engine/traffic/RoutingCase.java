package dev.rollouts.engine.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.LabelSelector;
import dev.rollouts.api.ObjectMeta;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.api.rollout.SetHeaderRoute;
import dev.rollouts.api.rollout.SetMirrorRoute;
import dev.rollouts.api.rollout.WeightDestination;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.api.wire.Wire;
import dev.rollouts.codec.Codec;
import dev.rollouts.codec.Document;
import dev.rollouts.codec.Yaml;
import dev.rollouts.engine.Event;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.cluster.ClusterObjects;
import dev.rollouts.engine.cluster.ObjectKey;
import dev.rollouts.engine.cluster.ReplicaSet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A folder with the wanted routes ({@code request.yaml}), a rollout and live objects ({@code
 * before.yaml}), and what comes of it ({@code after.yaml}: what was said, and each object that was
 * written).
 *
 * @param rule what the case shows, with the ids of the rules
 */
record RoutingCase(Path folder, String rule, RoutingRequest request) {
  private static final Path FOLDER = Path.of("src", "test", "resources", "traffic");

  /** What a request file may say. */
  record Wanted(
      String rule,
      int weight,
      String canaryHash,
      String stableHash,
      List<WeightDestination> additional,
      List<SetHeaderRoute> headerRoutes,
      List<SetMirrorRoute> mirrorRoutes,
      boolean weightBeforeHash,
      boolean canaryHashFrozen,
      List<Replicas> replicaSets,
      String trafficSplitApiVersion) {}

  /** A ReplicaSet, as far as routers look at it. */
  record Replicas(String name, String hash, int replicas, int available) {}

  /** What became of a request. */
  record Outcome(ClusterObjects objects, List<String> said, RoutingPlan last) {}

  static List<RoutingCase> of(String router) {
    try (Stream<Path> folders = Files.list(FOLDER.resolve(router))) {
      return folders.sorted().map(RoutingCase::read).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static RoutingCase read(Path folder) {
    try {
      Map<String, Object> tree = parse(Files.readString(folder.resolve("request.yaml"))).get(0);
      var wanted = Wire.decode(Wanted.class, tree);
      assertThat(wanted.problems()).as("%s", folder).isEmpty();
      assertThat(wanted.value().rule()).as("%s", folder).isNotEmpty();
      List<JsonObject> objects = new ArrayList<>();
      Rollout rollout = null;
      for (Map<String, Object> each : parse(Files.readString(folder.resolve("before.yaml")))) {
        if ("Rollout".equals(each.get("kind"))) {
          rollout = Wire.decode(Rollout.class, each).value();
        } else {
          objects.add(JsonObject.of(each));
        }
      }
      assertThat(rollout).as("a Rollout in %s", folder).isNotNull();
      return new RoutingCase(
          folder,
          folder.getFileName() + ": " + wanted.value().rule(),
          request(rollout, ClusterObjects.of(objects), wanted.value()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<Map<String, Object>> parse(String yaml) {
    List<Map<String, Object>> trees = new ArrayList<>();
    for (Document document : Codec.standard().read("case.yaml", yaml)) {
      trees.add(document.tree());
    }
    return trees;
  }

  static RoutingRequest request(Rollout rollout, ClusterObjects objects, Wanted wanted) {
    List<ReplicaSet> sets = wanted.replicaSets().stream().map(RoutingCase::replicaSet).toList();
    RouterSettings defaults = RouterSettings.defaults();
    RouterSettings settings =
        wanted.trafficSplitApiVersion().isEmpty()
            ? defaults
            : new RouterSettings(
                defaults.ingressApiVersion(),
                defaults.istioApiVersion(),
                wanted.trafficSplitApiVersion(),
                defaults.ambassadorApiVersion(),
                defaults.traefikApiVersion(),
                defaults.appMeshApiVersion(),
                defaults.verifyTargetGroup());
    return new RoutingRequest(
        rollout,
        objects,
        sets,
        wanted.canaryHash(),
        wanted.stableHash(),
        wanted.weight(),
        wanted.additional(),
        wanted.headerRoutes(),
        wanted.mirrorRoutes(),
        wanted.weightBeforeHash(),
        wanted.canaryHashFrozen(),
        settings,
        List.of());
  }

  private static ReplicaSet replicaSet(Replicas each) {
    ObjectMeta metadata =
        ObjectMeta.named(each.name())
            .with(Map.of(RolloutKeys.POD_TEMPLATE_HASH, each.hash()), Map.of(), List.of());
    return new ReplicaSet(
        metadata,
        each.replicas(),
        0,
        LabelSelector.of(Map.of()),
        JsonObject.empty(),
        new ReplicaSet.Status(each.replicas(), each.available(), each.available(), 0, List.of()));
  }

  /** The same request of other objects. */
  static RoutingRequest over(RoutingRequest request, ClusterObjects objects) {
    return new RoutingRequest(
        request.rollout(),
        objects,
        request.replicaSets(),
        request.canaryHash(),
        request.stableHash(),
        request.weight(),
        request.additional(),
        request.headerRoutes(),
        request.mirrorRoutes(),
        request.weightBeforeHash(),
        request.canaryHashFrozen(),
        request.settings(),
        request.answers());
  }

  /** Plans and performs until there is nothing to write, which has to be soon. */
  static Outcome settle(TrafficRouter router, RoutingRequest request) {
    List<String> said = new ArrayList<>();
    RoutingRequest current = request;
    for (int round = 1; ; round++) {
      RoutingPlan plan = router.plan(current);
      assertThat(router.plan(current)).as("a second plan of the same").isEqualTo(plan);
      boolean writes = plan.effects().stream().anyMatch(each -> !isSaid(each));
      if (writes || round == 1 || plan.error() != null) {
        plan.effects().stream()
            .filter(RoutingCase::isSaid)
            .map(RoutingCase::line)
            .forEach(said::add);
      }
      if (!writes) {
        ClusterObjects settled = current.objects();
        assertThat(written(request.objects(), settled).keySet())
            .as("only what was asked for is written")
            .allMatch(key -> isRead(router, over(request, settled), key));
        if (plan.waitingFor() != null) {
          said.add("waiting: " + plan.waitingFor());
        }
        if (plan.error() != null) {
          said.add((plan.atWeight() ? "error at weight: " : "error: ") + plan.error());
        }
        return new Outcome(current.objects(), said.stream().distinct().toList(), plan);
      }
      if (plan.waitingFor() != null) {
        said.add("waiting: " + plan.waitingFor());
      }
      said.add("-- written, turn " + round);
      assertThat(round).as("rounds until nothing is written").isLessThan(4);
      current = over(current, perform(current.objects(), plan.effects()));
    }
  }

  /** Whether the router asks for an object, by its name or among all of its kind. */
  static boolean isRead(TrafficRouter router, RoutingRequest request, ObjectKey key) {
    return router.reads(request.rollout(), request.objects(), request.settings()).stream()
        .map(
            each ->
                each.isAll()
                    ? new ObjectKey(each.apiVersion(), each.kind(), each.namespace(), key.name())
                    : each)
        .anyMatch(key::equals);
  }

  private static boolean isSaid(ClusterEffect effect) {
    return effect instanceof ClusterEffect.Announce;
  }

  private static String line(ClusterEffect effect) {
    Event event = ((ClusterEffect.Announce) effect).event();
    return (event.warning() ? "Warning " : "Normal ") + event.reason() + ": " + event.message();
  }

  /** The objects after these effects, as a cluster would have them. */
  static ClusterObjects perform(ClusterObjects objects, List<ClusterEffect> effects) {
    Map<ObjectKey, JsonObject> after = new LinkedHashMap<>(objects.asMap());
    for (ClusterEffect effect : effects) {
      if (effect instanceof ClusterEffect.UpdateObject update) {
        assertThat(after.get(update.key())).as("what was read").isEqualTo(update.before());
        after.put(update.key(), update.after());
      } else if (effect instanceof ClusterEffect.CreateObject create) {
        assertThat(after).doesNotContainKey(create.key());
        after.put(create.key(), create.object());
      } else if (effect instanceof ClusterEffect.DeleteObject delete) {
        after.remove(delete.key());
      }
    }
    return ClusterObjects.of(after);
  }

  private static Map<ObjectKey, JsonObject> written(ClusterObjects before, ClusterObjects after) {
    Map<ObjectKey, JsonObject> written = new LinkedHashMap<>(after.asMap());
    written.entrySet().removeIf(each -> each.getValue().equals(before.asMap().get(each.getKey())));
    return written;
  }

  void assertGolden(Outcome outcome) {
    StringBuilder text = new StringBuilder();
    outcome.said().forEach(line -> text.append("# ").append(line).append('\n'));
    Map<ObjectKey, JsonObject> written = written(request.objects(), outcome.objects());
    text.append(Yaml.writeAll(written.values().stream().map(JsonObject::fields).toList()));
    request.objects().asMap().keySet().stream()
        .filter(key -> outcome.objects().find(key).isEmpty())
        .forEach(
            key -> text.append("# deleted: ").append(key.kind()).append(' ').append(key.name()));
    Path file = folder.resolve("after.yaml");
    try {
      if (Boolean.getBoolean("golden.update")) {
        Files.writeString(file, text.toString());
      }
      assertThat(file).as("run with -Dgolden.update=true to write it").exists();
      assertThat(text.toString()).isEqualTo(Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String toString() {
    return rule;
  }
}
