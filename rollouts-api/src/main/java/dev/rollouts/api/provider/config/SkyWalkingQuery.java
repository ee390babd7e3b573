package dev.rollouts.api.provider.config;

/**
 * A SkyWalking GraphQL query with a {@code $duration} variable.
 *
 * @param address base URL; {@code /graphql} is appended
 * @param interval window length; required
 */
public record SkyWalkingQuery(String address, String query, String interval)
    implements ProviderConfig {

  @Override
  public String key() {
    return "skywalking";
  }

  @Override
  public String typeName() {
    return "skywalking";
  }

  @Override
  public <R> R accept(Handler<R> handler) {
    return handler.skywalking(this);
  }
}
