package dev.rollouts.analysis.kayenta;

import dev.rollouts.analysis.http.HttpFailure;
import dev.rollouts.api.provider.MeasurementContext;
import dev.rollouts.api.provider.config.KayentaCanary;
import dev.rollouts.api.provider.config.KayentaCanary.Scope;
import dev.rollouts.api.provider.config.KayentaCanary.ScopeDetail;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What Kayenta is asked to compare. Pure. */
final class CanaryRequest {
  private CanaryRequest() {}

  /**
   * The body of the request that starts an execution.
   *
   * @throws HttpFailure for a scope whose times contradict each other or cannot be told
   */
  static Map<String, Object> body(MeasurementContext context, KayentaCanary canary)
      throws HttpFailure {
    Map<String, Object> scopes = new LinkedHashMap<>();
    for (Scope scope : canary.scopes()) {
      ScopeDetail control = scope.controlScope();
      ScopeDetail experiment = scope.experimentScope();
      together("start", control.start(), experiment.start());
      together("end", control.end(), experiment.end());
      String start = control.start().isEmpty() ? start(context, canary.lookback()) : "";
      String end = control.end().isEmpty() ? rendered(context.now()) : "";
      Map<String, Object> pair = new LinkedHashMap<>();
      pair.put("controlScope", side(control, start, end));
      pair.put("experimentScope", side(experiment, start, end));
      scopes.put(scope.name(), pair);
    }
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("scopes", scopes);
    body.put(
        "thresholds",
        Map.of("pass", canary.threshold().pass(), "marginal", canary.threshold().marginal()));
    return body;
  }

  private static void together(String field, String control, String experiment) throws HttpFailure {
    if (control.isEmpty() != experiment.isEmpty()) {
      throw new HttpFailure(
          "controlScope.%1$s and experimentScope.%1$s must both be set or be empty"
              .formatted(field));
    }
  }

  /**
   * Since the start of the run, which the first measurement may see before it is recorded; else one
   * interval ago.
   */
  private static String start(MeasurementContext context, boolean lookback) throws HttpFailure {
    if (lookback) {
      @Nullable Instant startedAt = context.runStartedAt();
      return rendered(startedAt == null ? context.now() : startedAt);
    }
    Duration interval = context.interval();
    if (interval == null) {
      throw new HttpFailure(
          "Invalid duration \"\": time: invalid duration \"\"; give the metric an interval, or set start, or lookback");
    }
    return rendered(context.now().minus(interval));
  }

  private static Map<String, Object> side(ScopeDetail detail, String start, String end) {
    Map<String, Object> side = new LinkedHashMap<>();
    side.put("scope", detail.scope());
    side.put("location", detail.region());
    side.put("step", detail.step());
    side.put("start", detail.start().isEmpty() ? start : detail.start());
    side.put("end", detail.end().isEmpty() ? end : detail.end());
    return side;
  }

  private static String rendered(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
