package dev.rollouts.analysis.web;

import dev.rollouts.analysis.http.ClientCredentials;
import dev.rollouts.analysis.http.Deadline;
import dev.rollouts.analysis.http.Exchange;
import dev.rollouts.analysis.http.Exchange.Trait;
import dev.rollouts.analysis.http.HttpAnswer;
import dev.rollouts.analysis.http.HttpFailure;
import dev.rollouts.analysis.http.HttpTransport;
import dev.rollouts.analysis.http.Json;
import dev.rollouts.analysis.http.Redaction;
import dev.rollouts.api.analysis.ResultKind;
import dev.rollouts.api.provider.MeasurementContext;
import dev.rollouts.api.provider.MetricProvider;
import dev.rollouts.api.provider.Observation;
import dev.rollouts.api.provider.ProviderSettings;
import dev.rollouts.api.provider.config.Authentication;
import dev.rollouts.api.provider.config.Authentication.OAuth2;
import dev.rollouts.api.provider.config.WebRequest;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/**
 * One request per measurement; the answer, or a part of it, is the result. Thread-safe.
 *
 * <p>Rules: docs/spec/providers.md#web, P-040 to P-045.
 */
public final class WebProvider implements MetricProvider<WebRequest> {
  private static final String DEFAULT_PATH = "{$}";

  /** Methods that change nothing, so that asking twice does no harm. */
  private static final Set<String> SAFE = Set.of("GET", "HEAD");

  private final @Nullable OkHttpClient client;
  private final HttpTransport transport;

  /** Uses the transport that all providers share. */
  public WebProvider() {
    this(null, ProviderSettings.defaults());
  }

  /** Uses a client of the caller's; see {@link HttpTransport#over}. */
  public WebProvider(OkHttpClient client) {
    this(client, ProviderSettings.defaults());
  }

  private WebProvider(@Nullable OkHttpClient client, ProviderSettings settings) {
    this.client = client;
    this.transport =
        client == null ? HttpTransport.of(settings) : HttpTransport.over(client, settings);
  }

  @Override
  public MetricProvider<WebRequest> withSettings(ProviderSettings settings) {
    return new WebProvider(client, settings);
  }

  @Override
  public Class<WebRequest> configType() {
    return WebRequest.class;
  }

  /** Blocks for at most the request's time limit; every outcome is an observation. */
  @Override
  public Observation run(MeasurementContext context, WebRequest request) {
    Redaction redaction = new Redaction();
    redaction.addHeaders(request.headers());
    Observation seen;
    try {
      String path = request.jsonPath();
      PathTemplate template = PathTemplate.parse(path.isEmpty() ? DEFAULT_PATH : path);
      seen = result(ask(request, redaction), template);
    } catch (HttpFailure | PathTemplate.MalformedException failure) {
      seen = Observation.failure(String.valueOf(failure.getMessage()));
    }
    return redaction.clean(seen);
  }

  private HttpAnswer ask(WebRequest request, Redaction redaction) throws HttpFailure {
    Exchange exchange = exchange(request);
    Deadline deadline = Deadline.after(request.timeoutOrDefault(), "provider.web.timeoutSeconds");
    return transport.send(withToken(exchange, request, deadline, redaction), deadline);
  }

  private static Exchange exchange(WebRequest request) throws HttpFailure {
    String method = request.method().isEmpty() ? "GET" : request.method();
    boolean hasBody = !request.body().isEmpty();
    boolean hasJsonBody = request.jsonBody() != null;
    if (hasBody && hasJsonBody) {
      throw new HttpFailure(
          "use either Body or JSONBody; both cannot exists for WebMetric payload");
    }
    if ((hasBody || hasJsonBody) && method.equals("GET")) {
      throw new HttpFailure(
          "Body/JSONBody can only be used with POST or PUT WebMetric Method types");
    }
    Exchange exchange = Exchange.of(method, request.url()).userHeaders(request.headers());
    if (hasBody) {
      exchange = exchange.withBody(request.body());
    }
    if (request.jsonBody() != null) {
      exchange =
          exchange
              .withBody(Json.compact(request.jsonBody().fields()))
              .header("Content-Type", "application/json");
    }
    if (SAFE.contains(method)) {
      exchange = exchange.with(Trait.IDEMPOTENT);
    }
    return request.insecure() ? exchange.with(Trait.INSECURE, Trait.DIRECT) : exchange;
  }

  /** The token takes the place of an Authorization header of the user's. */
  private Exchange withToken(
      Exchange exchange, WebRequest request, Deadline deadline, Redaction redaction)
      throws HttpFailure {
    Authentication authentication = request.authentication();
    OAuth2 oauth2 = authentication == null ? null : authentication.oauth2();
    if (oauth2 == null || oauth2.tokenUrl().isEmpty()) {
      return exchange;
    }
    return ClientCredentials.applied(transport, oauth2, List.of(), exchange, deadline, redaction);
  }

  private static Observation result(HttpAnswer answer, PathTemplate template) {
    if (!answer.isSuccessful()) {
      return Observation.failure("received non 2xx response code: " + answer.status());
    }
    Object document;
    try {
      document = Json.parse(answer.text());
    } catch (Json.MalformedException malformed) {
      return malformed.isBeyondLimits()
          ? Observation.failure("the body is not read: " + malformed.getMessage())
          : Observation.of(ResultKind.STRING, answer.text(), answer.text());
    }
    try {
      return template
          .firstMatch(document)
          .<Observation>map(
              match ->
                  Observation.of(
                      ResultKind.ofJson(match.value()), match.value(), Json.render(match.value())))
          .orElseGet(() -> Observation.failure("result of web metric produced no value"));
    } catch (PathTemplate.NoMatchException noMatch) {
      return Observation.failure("Could not find JSONPath in body: " + noMatch.getMessage());
    }
  }

  /** What JSON can hold; text that is not JSON is a string. */
  @Override
  public Set<ResultKind> resultKinds(WebRequest request) {
    return EnumSet.of(
        ResultKind.SCALAR,
        ResultKind.STRING,
        ResultKind.BOOLEAN,
        ResultKind.NIL,
        ResultKind.MAP,
        ResultKind.LIST);
  }
}
