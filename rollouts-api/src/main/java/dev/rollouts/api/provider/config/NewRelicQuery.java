package dev.rollouts.api.provider.config;

import dev.rollouts.api.wire.Required;
import org.jspecify.annotations.Nullable;

/**
 * An NRQL query.
 *
 * @param profile secret name, default {@code newrelic}
 * @param timeout seconds, default 5
 */
public record NewRelicQuery(String profile, @Required String query, @Nullable Long timeout)
    implements ProviderConfig {

  @Override
  public String key() {
    return "newRelic";
  }

  @Override
  public String typeName() {
    return "NewRelic";
  }

  @Override
  public <R> R accept(Handler<R> handler) {
    return handler.newRelic(this);
  }
}
