package dev.rollouts.api.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.ObjectMeta;
import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.analysis.AnalysisRunStatus;
import dev.rollouts.api.analysis.AnalysisSpec;
import dev.rollouts.api.analysis.AnalysisTemplate;
import dev.rollouts.api.analysis.AnalysisTemplateSpec;
import dev.rollouts.api.analysis.ClusterAnalysisTemplate;
import dev.rollouts.api.analysis.Metric;
import dev.rollouts.api.analysis.MetricResult;
import dev.rollouts.api.analysis.Provider;
import dev.rollouts.api.provider.config.CloudWatchQuery;
import dev.rollouts.api.provider.config.KayentaCanary;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WirePropertiesTest {
  private static final int SEEDS = 100;

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      classes = {
        AnalysisTemplate.class,
        ClusterAnalysisTemplate.class,
        AnalysisRun.class,
        AnalysisSpec.class,
        AnalysisTemplateSpec.class,
        AnalysisRunStatus.class,
        Metric.class,
        MetricResult.class,
        Provider.class,
        KayentaCanary.class,
        CloudWatchQuery.class,
        ObjectMeta.class
      })
  void whatIsWrittenReadsBackAsTheSameRecord(Class<? extends Record> type) {
    for (long seed = 0; seed < SEEDS; seed++) {
      Record record = new RandomRecords(seed).next(type);

      Decoded<? extends Record> decoded = Wire.decode(type, Wire.encode(record));

      assertThat(decoded.problems()).as("seed %d", seed).isEmpty();
      assertThat((Record) decoded.value()).as("seed %d", seed).isEqualTo(record);
    }
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(classes = {AnalysisTemplate.class, AnalysisRun.class, Metric.class, Provider.class})
  void whateverATreeHoldsIsReadAndWrittenBack(Class<? extends Record> type) {
    for (long seed = 0; seed < SEEDS; seed++) {
      Map<String, @Nullable Object> tree =
          spoiled(Wire.encode(new RandomRecords(seed).next(type)), new Random(seed));

      Record read = Wire.decode(type, tree).value();

      assertThat(Wire.overlay(tree, read)).as("seed %d", seed).isEqualTo(tree);
      assertThat(Wire.decode(type, Wire.encode(read)).problems()).as("seed %d", seed).isEmpty();
    }
  }

  /** The same tree with some values replaced by those of another type, and some unknown fields. */
  private static Map<String, @Nullable Object> spoiled(
      Map<String, @Nullable Object> tree, Random random) {
    Map<String, @Nullable Object> copy = new LinkedHashMap<>();
    tree.forEach((key, value) -> copy.put(key, spoiledValue(value, random)));
    if (random.nextInt(4) == 0) {
      copy.put("unknown", new RandomRecords(random.nextLong()).object(2));
    }
    return copy;
  }

  @SuppressWarnings("unchecked")
  private static @Nullable Object spoiledValue(@Nullable Object value, Random random) {
    if (random.nextInt(12) == 0) {
      return new Object[] {null, "x", 5, 1.5, true, List.of("x"), Map.of("x", 1)}
          [random.nextInt(7)];
    }
    if (value instanceof Map<?, ?> map) {
      return spoiled((Map<String, @Nullable Object>) map, random);
    }
    if (value instanceof List<?> list) {
      List<@Nullable Object> copy = new ArrayList<>();
      list.forEach(item -> copy.add(spoiledValue(item, random)));
      return copy;
    }
    return value;
  }
}
