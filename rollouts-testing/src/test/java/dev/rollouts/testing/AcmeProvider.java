package dev.rollouts.testing;

import dev.rollouts.api.analysis.ResultKind;
import dev.rollouts.api.provider.MeasurementContext;
import dev.rollouts.api.provider.Observation;
import dev.rollouts.api.provider.PluginMetricProvider;
import dev.rollouts.api.provider.ProviderSettings;
import dev.rollouts.api.provider.config.PluginConfig;
import dev.rollouts.api.wire.JsonObject;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A stranger's provider: one number in a small document, by the JDK's own client. It is as long as
 * a provider has to be to pass the kit.
 */
public final class AcmeProvider implements PluginMetricProvider {
  private static final Pattern DOCUMENT =
      Pattern.compile("\\s*\\{\"value\":\\s*(-?[0-9]{1,15}(?:\\.[0-9]{1,15})?)}\\s*");
  private static final HttpClient CLIENT =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .followRedirects(HttpClient.Redirect.NORMAL)
          .build();

  private final long bytesMax;

  public AcmeProvider() {
    this(ProviderSettings.RESPONSE_BYTES_MAX_DEFAULT);
  }

  private AcmeProvider(long bytesMax) {
    this.bytesMax = bytesMax;
  }

  static PluginConfig config(String url, Duration limit, String token) {
    return new PluginConfig(
        "acme/number",
        JsonObject.of(Map.of("url", url, "seconds", limit.toSeconds(), "token", token)));
  }

  @Override
  public String pluginName() {
    return "acme/number";
  }

  @Override
  public AcmeProvider withSettings(ProviderSettings settings) {
    return new AcmeProvider(settings.responseBytesMax());
  }

  @Override
  public Set<ResultKind> resultKinds(PluginConfig config) {
    return EnumSet.of(ResultKind.SCALAR);
  }

  @Override
  public Observation run(MeasurementContext context, PluginConfig config) {
    JsonObject settings = config.config();
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(String.valueOf(settings.at("url"))))
            .header("Authorization", "Bearer " + settings.at("token"))
            .build();
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    CompletableFuture<HttpResponse<Void>> answer =
        CLIENT.sendAsync(
            request,
            BodyHandlers.ofByteArrayConsumer(bytes -> bytes.ifPresent(more -> add(body, more))));
    try {
      long seconds = settings.at("seconds") instanceof Number limit ? limit.longValue() : 10;
      HttpResponse<Void> response = answer.get(seconds, TimeUnit.SECONDS);
      return response.statusCode() == 200
          ? parse(body.toString(StandardCharsets.UTF_8))
          : Observation.failure("acme answered HTTP " + response.statusCode());
    } catch (ExecutionException failed) {
      return Observation.failure("acme gave no answer: " + failed.getCause());
    } catch (TimeoutException late) {
      return Observation.failure("acme did not answer in time");
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return Observation.failure("acme was not waited for");
    } finally {
      answer.cancel(true);
    }
  }

  private void add(ByteArrayOutputStream body, byte[] more) {
    if (body.size() + more.length > bytesMax) {
      throw new IllegalStateException("the body is longer than " + bytesMax + " bytes");
    }
    body.writeBytes(more);
  }

  private static Observation parse(String body) {
    Matcher document = DOCUMENT.matcher(body);
    return document.matches()
        ? Observation.value(Double.valueOf(document.group(1)))
        : Observation.failure("acme answered with something else than {\"value\": <number>}");
  }
}
