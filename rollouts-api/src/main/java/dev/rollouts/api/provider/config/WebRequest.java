package dev.rollouts.api.provider.config;

import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.api.wire.Required;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request to an endpoint that answers JSON or text.
 *
 * @param method default GET
 * @param headers a later duplicate key replaces an earlier one
 * @param body raw body; not together with {@code jsonBody}, not with GET
 * @param jsonBody JSON body; forces its content type. {@code {}} counts as set
 * @param timeoutSeconds default 10, which 0 and below also mean
 * @param jsonPath Kubernetes JSONPath, default <code>{$}</code>; the first match becomes {@code
 *     result}
 * @param insecure skip TLS verification
 * @param authentication only {@code oauth2} is honoured
 */
public record WebRequest(
    String method,
    @Required String url,
    List<Header> headers,
    String body,
    @Nullable JsonObject jsonBody,
    long timeoutSeconds,
    String jsonPath,
    boolean insecure,
    @Nullable Authentication authentication)
    implements ProviderConfig {

  /** Default of {@code timeoutSeconds}. */
  public static final Duration TIMEOUT_DEFAULT = Duration.ofSeconds(10);

  public WebRequest {
    headers = List.copyOf(headers);
  }

  /** A GET whose whole JSON answer is the result. */
  public static WebRequest get(String url) {
    return new WebRequest("", url, List.of(), "", null, 0, "", false, null);
  }

  /** The same request, of whose answer this part is the result. */
  public WebRequest withJsonPath(String path) {
    return new WebRequest(
        method, url, headers, body, jsonBody, timeoutSeconds, path, insecure, authentication);
  }

  /** The same request with one more header. */
  public WebRequest withHeader(String headerKey, String value) {
    List<Header> more = new ArrayList<>(headers);
    more.add(new Header(headerKey, value));
    return new WebRequest(
        method, url, more, body, jsonBody, timeoutSeconds, jsonPath, insecure, authentication);
  }

  /** The time for the whole exchange; the default for 0 and below. */
  public Duration timeoutOrDefault() {
    return timeoutSeconds <= 0 ? TIMEOUT_DEFAULT : Duration.ofSeconds(timeoutSeconds);
  }

  @Override
  public String key() {
    return "web";
  }

  @Override
  public String typeName() {
    return "Web";
  }

  @Override
  public <R> R accept(Handler<R> handler) {
    return handler.web(this);
  }
}
