package dev.rollouts.api.provider.config;

/**
 * A Graphite render query.
 *
 * @param query such as {@code target=…&from=-5min}
 */
public record GraphiteQuery(String address, String query) implements ProviderConfig {

  @Override
  public String key() {
    return "graphite";
  }

  @Override
  public String typeName() {
    return "Graphite";
  }

  @Override
  public <R> R accept(Handler<R> handler) {
    return handler.graphite(this);
  }
}
