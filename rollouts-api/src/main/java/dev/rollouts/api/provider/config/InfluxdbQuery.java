package dev.rollouts.api.provider.config;

/**
 * A Flux query.
 *
 * @param profile secret name, default {@code influxdb}
 */
public record InfluxdbQuery(String profile, String query) implements ProviderConfig {

  @Override
  public String key() {
    return "influxdb";
  }

  @Override
  public String typeName() {
    return "Influxdb";
  }

  @Override
  public <R> R accept(Handler<R> handler) {
    return handler.influxdb(this);
  }
}
