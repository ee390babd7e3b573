package dev.rollouts.engine.rollout;

import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.RolloutStatus;
import dev.rollouts.api.wire.Decoded;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.api.wire.Wire;
import dev.rollouts.codec.Codec;
import dev.rollouts.engine.cluster.ClusterObjects;
import dev.rollouts.engine.cluster.ReplicaSet;
import dev.rollouts.engine.explain.Account;
import dev.rollouts.engine.explain.Neighbours;
import dev.rollouts.engine.explain.Situation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.minidev.json.JSONValue;

/** A rollout in a situation that has a name, and what is given beside it. Immutable. */
record Told(
    Situation situation,
    Rollout rollout,
    List<String> unread,
    World world,
    List<JsonObject> more,
    boolean alone,
    boolean complete,
    Instant now) {

  /** A rollout as the engine left it, with everything around it. */
  static Told of(Situation situation, World world) {
    return new Told(situation, world.rollout, List.of(), world, List.of(), false, false, world.now);
  }

  /** A rollout as its controller wrote it, and nothing else. */
  static Told written(Situation situation, String yaml, Instant now) {
    Rollout rollout = Codec.standard().readOne(Rollout.class, "rollout.yaml", yaml.stripIndent());
    return new Told(situation, rollout, List.of(), new World(rollout), List.of(), true, false, now);
  }

  /** Without anything around it. */
  Told byItself() {
    return new Told(situation, rollout, unread, world, more, true, complete, now);
  }

  /** What is not there does not exist, as when a cluster was asked. */
  Told live() {
    return new Told(situation, rollout, unread, world, more, alone, true, now);
  }

  Told later(Duration time) {
    return new Told(situation, rollout, unread, world, more, alone, complete, now.plus(time));
  }

  Told with(String json) {
    List<JsonObject> all = new ArrayList<>(more);
    all.add(tree(json));
    return new Told(situation, rollout, unread, world, all, alone, complete, now);
  }

  /** Fields of the status as somebody else wrote them. */
  Told status(String json) {
    Map<String, Object> changed = new LinkedHashMap<>(Wire.encode(rollout.statusOrEmpty()));
    tree(json).fields().forEach(changed::put);
    Decoded<RolloutStatus> read = Wire.decode(RolloutStatus.class, changed);
    return new Told(
        situation,
        rollout.withStatus(read.value()),
        read.problems().stream().map(each -> "status." + each).toList(),
        world,
        more,
        alone,
        complete,
        now);
  }

  /** A pod of a revision whose {@code status} is given, beside more of its fields. */
  Told pod(long revision, String name, String fields) {
    ReplicaSet set = world.revision(revision);
    return with(
        """
        {'apiVersion': 'v1', 'kind': 'Pod',
         'metadata': {'name': '%s', 'namespace': 'default', 'creationTimestamp': '2026-01-01T00:00:30Z', 'ownerReferences':
           [{'apiVersion': 'apps/v1', 'kind': 'ReplicaSet', 'name': '%s', 'uid': '%s', 'controller': true}]}, %s}
        """
            .formatted(name, set.name(), set.metadata().uid(), fields));
  }

  /** A pod whose only container waits or has ended like this. */
  Told container(long revision, String name, String state) {
    return pod(
        revision,
        name,
        "'status': {'phase': 'Pending', 'containerStatuses': [{'name': 'web', 'image': 'web:2', 'ready': false, "
            + state
            + "}]}");
  }

  /** What the API server would print, as files have it. */
  Account account() {
    if (alone && more.isEmpty()) {
      return Account.of(rollout, unread, Neighbours.nothing(), now);
    }
    List<JsonObject> objects = new ArrayList<>(alone ? List.of() : world.objects.values());
    objects.addAll(more);
    return Account.of(
        rollout,
        unread,
        new Neighbours(
            List.of(),
            alone ? List.of() : List.copyOf(world.sets.values()),
            alone ? List.of() : List.copyOf(world.runs.values()),
            alone ? List.of() : List.copyOf(world.experiments.values()),
            alone ? Map.of() : world.templates,
            ClusterObjects.of(objects),
            complete),
        now);
  }

  /** The same with some fields of the rollout and of what is around it replaced by others. */
  Told garbled(Random random) {
    Map<String, Object> fields = new LinkedHashMap<>(Wire.encode(rollout));
    Rollout other = Wire.decode(Rollout.class, garbled(fields, random)).value();
    List<JsonObject> others = new ArrayList<>();
    for (JsonObject each : more) {
      others.add(garbled(each.fields(), random) instanceof Map<?, ?> map ? object(map) : each);
    }
    return new Told(situation, other, unread, world, others, alone, complete, now);
  }

  private static final Object[] JUNK = {"", "x", -1, Integer.MAX_VALUE, List.of(), Map.of(), true};

  private static Object garbled(Object value, Random random) {
    if (random.nextInt(25) == 0) {
      return JUNK[random.nextInt(JUNK.length)];
    }
    if (value instanceof Map<?, ?> map) {
      Map<String, Object> copy = new LinkedHashMap<>();
      map.forEach((key, each) -> copy.put(String.valueOf(key), garbled(each, random)));
      return copy;
    }
    if (value instanceof List<?> list) {
      List<Object> copy = new ArrayList<>();
      list.forEach(each -> copy.add(garbled(each, random)));
      return copy;
    }
    return value;
  }

  private static JsonObject object(Map<?, ?> map) {
    Map<String, Object> fields = new LinkedHashMap<>();
    map.forEach((key, value) -> fields.put(String.valueOf(key), value));
    return JsonObject.of(fields);
  }

  @SuppressWarnings("unchecked")
  static JsonObject tree(String json) {
    return JsonObject.of((Map<String, Object>) JSONValue.parse(json.replace('\'', '"')));
  }
}
