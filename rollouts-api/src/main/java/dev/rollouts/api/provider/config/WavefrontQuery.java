package dev.rollouts.api.provider.config;

/**
 * A Wavefront query.
 *
 * @param address host name such as {@code example.wavefront.com}; also selects the token
 */
public record WavefrontQuery(String address, String query) implements ProviderConfig {

  @Override
  public String key() {
    return "wavefront";
  }

  @Override
  public String typeName() {
    return "Wavefront";
  }

  @Override
  public <R> R accept(Handler<R> handler) {
    return handler.wavefront(this);
  }
}
