package dev.rollouts.analysis.wavefront;

import dev.rollouts.analysis.http.Deadline;
import dev.rollouts.analysis.http.Excerpt;
import dev.rollouts.analysis.http.Exchange;
import dev.rollouts.analysis.http.HttpAnswer;
import dev.rollouts.analysis.http.HttpFailure;
import dev.rollouts.analysis.http.HttpTransport;
import dev.rollouts.analysis.http.Redaction;
import dev.rollouts.api.analysis.ResultKind;
import dev.rollouts.api.provider.MeasurementContext;
import dev.rollouts.api.provider.MetricProvider;
import dev.rollouts.api.provider.Observation;
import dev.rollouts.api.provider.ProviderSettings;
import dev.rollouts.api.provider.Secret;
import dev.rollouts.api.provider.SecretSource.Scope;
import dev.rollouts.api.provider.SecretSource.UnavailableException;
import dev.rollouts.api.provider.config.WavefrontQuery;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/**
 * The points of Wavefront series that lie nearest to the start of a measurement. The token is the
 * value of the key {@code address} in the secret {@code wavefront-api-tokens} of the controller.
 * Thread-safe.
 *
 * <p>Rules: docs/spec/providers.md#wavefront, P-060 to P-064.
 */
public final class WavefrontProvider implements MetricProvider<WavefrontQuery> {
  static final String SECRET = "wavefront-api-tokens";

  /** Argo Rollouts has no limit here. */
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private static final int EXCERPT_MAX = 1024;

  private final @Nullable OkHttpClient client;
  private final HttpTransport transport;

  /** Uses the transport that all providers share. */
  public WavefrontProvider() {
    this(null, ProviderSettings.defaults());
  }

  /** Uses a client of the caller's; see {@link HttpTransport#over}. */
  public WavefrontProvider(OkHttpClient client) {
    this(client, ProviderSettings.defaults());
  }

  private WavefrontProvider(@Nullable OkHttpClient client, ProviderSettings settings) {
    this.client = client;
    this.transport =
        client == null ? HttpTransport.of(settings) : HttpTransport.over(client, settings);
  }

  @Override
  public MetricProvider<WavefrontQuery> withSettings(ProviderSettings settings) {
    return new WavefrontProvider(client, settings);
  }

  @Override
  public Class<WavefrontQuery> configType() {
    return WavefrontQuery.class;
  }

  /**
   * Blocks for at most 30 seconds, plus what the source of secrets takes; every outcome is an
   * observation.
   */
  @Override
  public Observation run(MeasurementContext context, WavefrontQuery query) {
    Redaction redaction = new Redaction();
    Observation seen;
    try {
      seen = ask(context, query, redaction);
    } catch (HttpFailure | UnavailableException failure) {
      seen = Observation.failure(String.valueOf(failure.getMessage()));
    }
    return redaction.clean(seen);
  }

  private Observation ask(MeasurementContext context, WavefrontQuery query, Redaction redaction)
      throws HttpFailure, UnavailableException {
    Secret token = context.secrets().read(Scope.CONTROLLER, SECRET).get(query.address());
    if (token == null || token.reveal().isEmpty()) {
      throw new HttpFailure("API token not found");
    }
    redaction.add(token.reveal());
    long startedAt = context.now().getEpochSecond();
    Exchange exchange =
        Exchange.get(
                "https://%s/api/v2/chart/api?%s"
                    .formatted(query.address(), Exchange.encode(parameters(query, startedAt))))
            .header("Authorization", "Bearer " + token.reveal())
            .header("Accept", "application/json");
    HttpAnswer answer = transport.send(exchange, Deadline.after(LIMIT, ""));
    if (answer.status() != 200) {
      return Observation.failure(
          "server returned %s\n%s\n"
              .formatted(answer.statusLine(), Excerpt.of(answer.text(), EXCERPT_MAX)));
    }
    return WavefrontResponse.parse(answer.text(), startedAt);
  }

  private static Map<String, String> parameters(WavefrontQuery query, long startedAt) {
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put("q", query.query());
    parameters.put("s", startedAt + "000");
    parameters.put("e", startedAt + "000");
    parameters.put("g", "s");
    parameters.put("p", "1");
    parameters.put("i", "true");
    parameters.put("autoEvents", "false");
    parameters.put("listmode", "false");
    parameters.put("strict", "false");
    parameters.put("includeObsoleteMetrics", "false");
    return parameters;
  }

  /** One series yields a scalar, several yield a vector. */
  @Override
  public Set<ResultKind> resultKinds(WavefrontQuery query) {
    return EnumSet.of(ResultKind.SCALAR, ResultKind.VECTOR);
  }
}
