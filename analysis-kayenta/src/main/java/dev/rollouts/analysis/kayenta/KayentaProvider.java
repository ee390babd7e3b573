package dev.rollouts.analysis.kayenta;

import dev.rollouts.analysis.http.Deadline;
import dev.rollouts.analysis.http.Excerpt;
import dev.rollouts.analysis.http.Exchange;
import dev.rollouts.analysis.http.HttpAnswer;
import dev.rollouts.analysis.http.HttpFailure;
import dev.rollouts.analysis.http.HttpTransport;
import dev.rollouts.analysis.http.Json;
import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.Measurement;
import dev.rollouts.api.provider.MeasurementContext;
import dev.rollouts.api.provider.MetricProvider;
import dev.rollouts.api.provider.Observation;
import dev.rollouts.api.provider.ProviderSettings;
import dev.rollouts.api.provider.config.KayentaCanary;
import dev.rollouts.api.provider.config.KayentaCanary.Threshold;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/**
 * Starts an execution at Kayenta and asks every 15 seconds for its score. Kayenta judges by itself;
 * conditions are not evaluated. Thread-safe.
 *
 * <p>Rules: docs/spec/providers.md#kayenta.
 */
public final class KayentaProvider implements MetricProvider<KayentaCanary> {
  /** The key under which a measurement remembers its execution. */
  static final String EXECUTION = "canaryExecutionId";

  private static final Duration LIMIT = Duration.ofSeconds(15);
  private static final Duration UNTIL_NEXT_LOOK = Duration.ofSeconds(15);

  private final @Nullable OkHttpClient client;
  private final HttpTransport transport;

  /** Uses the transport that all providers share. */
  public KayentaProvider() {
    this(null, ProviderSettings.defaults());
  }

  /** Uses a client of the caller's; see {@link HttpTransport#over}. */
  public KayentaProvider(OkHttpClient client) {
    this(client, ProviderSettings.defaults());
  }

  private KayentaProvider(@Nullable OkHttpClient client, ProviderSettings settings) {
    this.client = client;
    this.transport =
        client == null ? HttpTransport.of(settings) : HttpTransport.over(client, settings);
  }

  @Override
  public MetricProvider<KayentaCanary> withSettings(ProviderSettings settings) {
    return new KayentaProvider(client, settings);
  }

  @Override
  public Class<KayentaCanary> configType() {
    return KayentaCanary.class;
  }

  /** Starts an execution. Blocks for at most twice 15 seconds; every outcome is an observation. */
  @Override
  public Observation run(MeasurementContext context, KayentaCanary canary) {
    try {
      Map<String, Object> body = CanaryRequest.body(context, canary);
      String configuration = configuration(canary);
      String execution = execution(canary, configuration, body);
      return inProgress(Map.of(EXECUTION, execution), context.now());
    } catch (HttpFailure failure) {
      return Observation.failure(String.valueOf(failure.getMessage()));
    }
  }

  /**
   * The id of the configuration with the wanted name. Looked up under the storage account, as Argo
   * Rollouts does.
   */
  private String configuration(KayentaCanary canary) throws HttpFailure {
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put("application", canary.application());
    parameters.put("configurationAccountName", canary.storageAccountName());
    HttpAnswer answer =
        send(Exchange.get(base(canary) + "/canaryConfig?" + Exchange.encode(parameters)));
    if (answer.status() != 200) {
      throw new HttpFailure("Invalid Response: HTTP " + answer.status());
    }
    if (!(parsed(answer) instanceof List<?> configurations)) {
      throw new HttpFailure("Invalid Response: the canary configurations have to be an array");
    }
    for (Object configuration : configurations) {
      if (configuration instanceof Map<?, ?> map
          && canary.canaryConfigName().equals(map.get("name"))
          && map.get("id") instanceof String id) {
        return id;
      }
    }
    throw new HttpFailure("Canary config not found");
  }

  private String execution(KayentaCanary canary, String configuration, Map<String, Object> body)
      throws HttpFailure {
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put("application", canary.application());
    parameters.put("metricsAccountName", canary.metricsAccountName());
    parameters.put("configurationAccountName", canary.configurationAccountName());
    parameters.put("storageAccountName", canary.storageAccountName());
    HttpAnswer answer =
        send(
            Exchange.of("POST", at(canary, configuration) + "?" + Exchange.encode(parameters))
                .withBody(Json.compact(body))
                .header("Content-Type", "application/json"));
    if (answer.status() != 200) {
      throw new HttpFailure("Invalid Response");
    }
    if (parsed(answer) instanceof Map<?, ?> started
        && started.get(EXECUTION) instanceof String id
        && !id.isEmpty()) {
      return id;
    }
    throw new HttpFailure("Invalid canaryExecutionId");
  }

  /**
   * Looks at the execution of a measurement. Blocks for at most 15 seconds; every outcome is an
   * observation.
   */
  @Override
  public Observation resume(
      MeasurementContext context, KayentaCanary canary, Measurement inFlight) {
    Map<String, String> metadata = inFlight.metadata();
    String execution = metadata.getOrDefault(EXECUTION, "");
    if (execution.isEmpty()) {
      return new Observation.Failure(
          "metric \"%s\": the measurement in flight has no metadata %s, so Kayenta cannot be asked for it"
              .formatted(context.metric(), EXECUTION),
          metadata);
    }
    try {
      HttpAnswer answer = send(Exchange.get(at(canary, execution)));
      if (answer.status() != 200) {
        throw new HttpFailure("Invalid Response");
      }
      Map<?, ?> state = object(parsed(answer), "the answer");
      Object complete = state.get("complete");
      if (complete == null) {
        throw new HttpFailure("Missing Complete Status");
      }
      if (!(complete instanceof Boolean isComplete)) {
        throw new HttpFailure("Invalid Response: complete has to be true or false");
      }
      return isComplete
          ? verdict(score(state), canary.threshold(), metadata)
          : inProgress(metadata, context.now());
    } catch (HttpFailure failure) {
      return new Observation.Failure(String.valueOf(failure.getMessage()), metadata);
    }
  }

  /** Nothing stops an execution, so the measurement stays as it is. */
  @Override
  public Observation terminate(
      MeasurementContext context, KayentaCanary canary, Measurement inFlight) {
    return Observation.inProgress(inFlight.metadata(), inFlight.resumeAt());
  }

  private static long score(Map<?, ?> state) throws HttpFailure {
    Object here = state;
    for (String key : List.of("result", "judgeResult", "score", "score")) {
      here = here instanceof Map<?, ?> map ? map.get(key) : null;
      if (here == null) {
        throw new HttpFailure("Missing Score");
      }
    }
    if (here instanceof Double score) {
      return score.longValue();
    }
    throw new HttpFailure("Invalid Response: score has to be a number");
  }

  private static Observation verdict(
      long score, Threshold threshold, Map<String, String> metadata) {
    AnalysisPhase phase =
        score >= threshold.pass()
            ? AnalysisPhase.SUCCESSFUL
            : score >= threshold.marginal() ? AnalysisPhase.INCONCLUSIVE : AnalysisPhase.FAILED;
    return new Observation.Verdict(phase, Long.toString(score), "", metadata);
  }

  private static Observation inProgress(Map<String, String> metadata, Instant now) {
    return Observation.inProgress(metadata, now.plus(UNTIL_NEXT_LOOK));
  }

  private HttpAnswer send(Exchange exchange) throws HttpFailure {
    return transport.send(exchange, Deadline.after(LIMIT, ""));
  }

  private static String base(KayentaCanary canary) {
    String address = canary.address();
    return address.endsWith("/") ? address.substring(0, address.length() - 1) : address;
  }

  /** The URL of a configuration or an execution. */
  private static String at(KayentaCanary canary, String id) {
    // A form's blank is a plus, which is only right behind the question mark.
    return base(canary) + "/canary/" + Exchange.encode(id).replace("+", "%20");
  }

  private static @Nullable Object parsed(HttpAnswer answer) throws HttpFailure {
    try {
      return Json.parse(answer.text());
    } catch (Json.MalformedException e) {
      throw new HttpFailure("Invalid Response: " + Excerpt.of(String.valueOf(e.getMessage()), 200));
    }
  }

  private static Map<?, ?> object(@Nullable Object value, String what) throws HttpFailure {
    if (value instanceof Map<?, ?> map) {
      return map;
    }
    throw new HttpFailure("Invalid Response: " + what + " has to be an object");
  }
}
