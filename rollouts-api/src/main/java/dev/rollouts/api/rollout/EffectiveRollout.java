package dev.rollouts.api.rollout;

import dev.rollouts.api.rollout.routing.TrafficRouting;
import dev.rollouts.api.wire.GoDuration;
import dev.rollouts.api.wire.IntOrString;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A rollout's spec with every default filled in. The one place that knows them. Immutable and
 * thread-safe.
 *
 * <p>Source: docs/spec/rollout-api.md#effective-values.
 */
public final class EffectiveRollout {
  /** Replicas where the spec says none. */
  public static final int DEFAULT_REPLICAS = 1;

  /** Largest weight where {@code maxTrafficWeight} is not set. */
  public static final int DEFAULT_MAX_WEIGHT = 100;

  private static final Pattern SECONDS = Pattern.compile("[+-]?[0-9]{1,18}");
  private static final Pattern WHOLE_NUMBER = Pattern.compile("[+-]?[0-9]{1,9}");
  private static final int DEFAULT_DELAY_SECONDS = 30;
  private static final int DEFAULT_HISTORY = 10;
  private static final int DEFAULT_RUN_HISTORY = 5;
  private static final int DEFAULT_PROGRESS_DEADLINE_SECONDS = 600;
  private static final IntOrString QUARTER = IntOrString.of("25%");

  private final RolloutSpec spec;
  private final int surge;
  private final int unavailable;

  private EffectiveRollout(RolloutSpec spec) {
    this.spec = spec;
    int[] bounds = bounds();
    this.surge = bounds[0];
    this.unavailable = bounds[1];
  }

  /** The effective values of a spec. */
  public static EffectiveRollout of(RolloutSpec spec) {
    return new EffectiveRollout(spec);
  }

  /** Wanted pods; 1 by default, never negative. */
  public int replicas() {
    return spec.replicas() == null ? DEFAULT_REPLICAS : Math.max(0, spec.replicas());
  }

  /** The canary strategy, or null. */
  public @Nullable CanaryStrategy canary() {
    return spec.strategy().canary();
  }

  /** The blue-green strategy, or null. */
  public @Nullable BlueGreenStrategy blueGreen() {
    return spec.strategy().blueGreen();
  }

  /** Steps of the canary; empty for none and for blue-green. */
  public List<CanaryStep> steps() {
    CanaryStrategy canary = canary();
    return canary == null ? List.of() : canary.steps();
  }

  /** Traffic routing of the canary, or null. */
  public @Nullable TrafficRouting trafficRouting() {
    CanaryStrategy canary = canary();
    return canary == null ? null : canary.trafficRouting();
  }

  /** Whether traffic is routed; {@code trafficRouting: {}} counts. */
  public boolean isRouted() {
    return trafficRouting() != null;
  }

  /** Whether the stable version shrinks while the canary grows. */
  public boolean isDynamic() {
    CanaryStrategy canary = canary();
    return canary != null && canary.trafficRouting() != null && canary.dynamicStableScale();
  }

  /** Weight that means all traffic; 100 by default. */
  public int maxWeight() {
    TrafficRouting routing = trafficRouting();
    return routing == null || routing.maxTrafficWeight() == null
        ? DEFAULT_MAX_WEIGHT
        : routing.maxTrafficWeight();
  }

  /** Pods beyond {@link #replicas} that an update may use, rounded up. */
  public int maxSurge() {
    return surge;
  }

  /** Pods that may be missing during an update, rounded down, at least 1 without surge. */
  public int maxUnavailable() {
    return unavailable;
  }

  /** Old ReplicaSets to keep; 10 by default. */
  public int revisionHistoryLimit() {
    return spec.revisionHistoryLimit() == null ? DEFAULT_HISTORY : spec.revisionHistoryLimit();
  }

  /** Finished successful runs to keep; 5 by default. */
  public int successfulRunHistoryLimit() {
    AnalysisRunStrategy strategy = spec.analysis();
    return strategy == null || strategy.successfulRunHistoryLimit() == null
        ? DEFAULT_RUN_HISTORY
        : strategy.successfulRunHistoryLimit();
  }

  /** Finished unsuccessful runs to keep; 5 by default. */
  public int unsuccessfulRunHistoryLimit() {
    AnalysisRunStrategy strategy = spec.analysis();
    return strategy == null || strategy.unsuccessfulRunHistoryLimit() == null
        ? DEFAULT_RUN_HISTORY
        : strategy.unsuccessfulRunHistoryLimit();
  }

  /** Time without progress after which the rollout is Degraded; 600 s by default. */
  public Duration progressDeadline() {
    return Duration.ofSeconds(
        spec.progressDeadlineSeconds() == null
            ? DEFAULT_PROGRESS_DEADLINE_SECONDS
            : spec.progressDeadlineSeconds());
  }

  /** Ready time after which a pod is available. */
  public Duration minReady() {
    return Duration.ofSeconds(spec.minReadySeconds());
  }

  /**
   * Time before the previous version is scaled down: 30 s, or none for a canary without routing.
   */
  public Duration scaleDownDelay() {
    BlueGreenStrategy blueGreen = blueGreen();
    if (blueGreen != null) {
      return seconds(blueGreen.scaleDownDelaySeconds(), DEFAULT_DELAY_SECONDS);
    }
    CanaryStrategy canary = canary();
    return canary == null || canary.trafficRouting() == null
        ? Duration.ZERO
        : seconds(canary.scaleDownDelaySeconds(), DEFAULT_DELAY_SECONDS);
  }

  /** Old ReplicaSets that may wait out their delay at once; empty means any number. */
  public Optional<Integer> scaleDownDelayRevisionLimit() {
    BlueGreenStrategy blueGreen = blueGreen();
    CanaryStrategy canary = canary();
    return Optional.ofNullable(
        blueGreen != null
            ? blueGreen.scaleDownDelayRevisionLimit()
            : canary != null ? canary.scaleDownDelayRevisionLimit() : null);
  }

  /**
   * Time after an abort before the new version is scaled down: 30 s by default; empty means that it
   * is kept.
   */
  public Optional<Duration> abortScaleDownDelay() {
    Integer field = abortField();
    if (field != null && field == 0) {
      return Optional.empty();
    }
    CanaryStrategy canary = canary();
    if (canary != null && canary.trafficRouting() == null) {
      return Optional.of(Duration.ZERO);
    }
    return Optional.of(seconds(field, DEFAULT_DELAY_SECONDS));
  }

  /** Whether the abort delay is written in the spec and is not 0. */
  public boolean isAbortDelayExplicit() {
    Integer field = abortField();
    return field != null && field != 0;
  }

  private @Nullable Integer abortField() {
    BlueGreenStrategy blueGreen = blueGreen();
    CanaryStrategy canary = canary();
    return blueGreen != null
        ? blueGreen.abortScaleDownDelaySeconds()
        : canary != null ? canary.abortScaleDownDelaySeconds() : null;
  }

  /** Whether a blue-green update is promoted without a person; true by default. */
  public boolean isAutoPromoted() {
    BlueGreenStrategy blueGreen = blueGreen();
    return blueGreen == null
        || blueGreen.autoPromotionEnabled() == null
        || blueGreen.autoPromotionEnabled();
  }

  /**
   * How long a pause lasts, in whole seconds; empty for one without end, and for a text that is no
   * duration, which validation refuses.
   */
  public static Optional<Duration> pauseDuration(RolloutPause pause) {
    IntOrString duration = pause.duration();
    if (duration == null) {
      return Optional.empty();
    }
    if (duration.value() instanceof Integer seconds) {
      return Optional.of(Duration.ofSeconds(seconds));
    }
    String text = duration.value().toString();
    if (SECONDS.matcher(text).matches()) {
      return Optional.of(Duration.ofSeconds(Long.parseLong(text)));
    }
    return GoDuration.tryParse(text).map(parsed -> parsed.truncatedTo(ChronoUnit.SECONDS));
  }

  private static Duration seconds(@Nullable Integer field, int fallback) {
    return Duration.ofSeconds(field == null ? fallback : field);
  }

  /** Surge and unavailable; a text that is no number makes both 0. */
  private int[] bounds() {
    int replicas = replicas();
    CanaryStrategy canary = canary();
    BlueGreenStrategy blueGreen = blueGreen();
    Integer up = count(canary == null ? null : canary.maxSurge(), replicas, RoundingMode.CEILING);
    Integer down =
        count(
            canary != null
                ? canary.maxUnavailable()
                : blueGreen != null ? blueGreen.maxUnavailable() : null,
            replicas,
            RoundingMode.FLOOR);
    int most = up == null || down == null ? 0 : Math.max(0, up);
    int least = up == null || down == null ? 0 : Math.max(0, down);
    if (most == 0 && least == 0) {
      least = 1;
    }
    return new int[] {most, Math.min(least, replicas)};
  }

  private static @Nullable Integer count(
      @Nullable IntOrString field, int replicas, RoundingMode rounding) {
    Object value = (field == null ? QUARTER : field).value();
    if (value instanceof Integer number) {
      return number;
    }
    String text = value.toString();
    String digits = text.endsWith("%") ? text.substring(0, text.length() - 1) : text;
    if (!WHOLE_NUMBER.matcher(digits).matches()) {
      return null;
    }
    return BigDecimal.valueOf(Long.parseLong(digits))
        .multiply(BigDecimal.valueOf(replicas))
        .divide(BigDecimal.valueOf(100), 0, rounding)
        .intValue();
  }
}
