package dev.rollouts.controller.faults;

import dev.rollouts.codec.Codec;
import dev.rollouts.codec.Document;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Manifests that work, with some of their values replaced by what nobody should write. */
final class Mutations {
  private static final Path VALID = Path.of("../rollouts-codec/src/test/resources/valid");

  private final List<List<Map<String, @Nullable Object>>> corpus = new ArrayList<>();

  /** Everything that the tests of the codec call valid, and the scenarios of these tests. */
  Mutations() {
    try (Stream<Path> files = Files.list(VALID)) {
      files
          .filter(file -> file.toString().endsWith(".yaml"))
          .sorted()
          .forEach(file -> add(Codec.standard().read(file)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    for (String name : ScenarioFile.names()) {
      add(Codec.standard().read(name, ScenarioFile.of(name).text()));
    }
  }

  private void add(List<Document> documents) {
    corpus.add(documents.stream().map(document -> fields(document.tree())).toList());
  }

  /** The objects of a seed. */
  List<Map<String, @Nullable Object>> of(long seed) {
    Random random = new Random(seed);
    List<Map<String, @Nullable Object>> all =
        new ArrayList<>(corpus.get(random.nextInt(corpus.size())));
    for (int damages = 1 + random.nextInt(3); damages > 0; damages--) {
      int index = random.nextInt(2) == 0 ? random.nextInt(all.size()) : 0;
      Map<String, @Nullable Object> tree = new LinkedHashMap<>(all.get(index));
      String part =
          tree.containsKey("status") && random.nextInt(4) == 0
              ? "status"
              : random.nextInt(12) == 0 ? "metadata" : "spec";
      tree.put(part, mutated(tree.get(part), tree, random));
      all.set(index, tree);
    }
    return all;
  }

  private static @Nullable Object mutated(
      @Nullable Object value, Map<String, @Nullable Object> whole, Random random) {
    if (value instanceof Map<?, ?> map && !map.isEmpty() && random.nextInt(8) > 0) {
      Map<String, @Nullable Object> copy = fields(map);
      String key = List.copyOf(copy.keySet()).get(random.nextInt(copy.size()));
      switch (random.nextInt(10)) {
        case 0 -> copy.remove(key);
        case 1 -> copy.put("unheardOf", copy.remove(key));
        default -> copy.put(key, mutated(copy.get(key), whole, random));
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

  private static @Nullable Object junk(Map<String, @Nullable Object> whole, Random random) {
    return switch (random.nextInt(24)) {
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
      case 15 -> "a\u0001\n\"{{args.x}}";
      case 16 -> "x".repeat(300);
      case 17 -> Map.of("name", "stranger");
      case 18 -> List.of(Map.of("setWeight", 10), Map.of("pause", Map.of()));
      case 19 -> "../../kube-system/secrets/x";
      case 20 -> "12Zi"; // of no unit
      case 21 -> nested(60);
      case 22 -> "InSomeFutureVersion";
      default -> whole.get("spec");
    };
  }

  /** A value within so many others. */
  static Map<String, @Nullable Object> nested(int depth) {
    Map<String, @Nullable Object> inner = new LinkedHashMap<>();
    inner.put("a", 1);
    for (int i = 1; i < depth; i++) {
      Map<String, @Nullable Object> outer = new LinkedHashMap<>();
      outer.put("a", inner);
      inner = outer;
    }
    return inner;
  }

  static Map<String, @Nullable Object> fields(Map<?, ?> map) {
    Map<String, @Nullable Object> copy = new LinkedHashMap<>();
    map.forEach((key, value) -> copy.put(String.valueOf(key), value));
    return copy;
  }
}
