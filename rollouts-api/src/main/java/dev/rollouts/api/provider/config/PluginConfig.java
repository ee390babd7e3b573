package dev.rollouts.api.provider.config;

import dev.rollouts.api.wire.JsonObject;

/**
 * A metric provider from outside, addressed by name.
 *
 * @param name {@code <namespace>/<name>}
 * @param config what the template says, carried as written
 */
public record PluginConfig(String name, JsonObject config) implements ProviderConfig {

  @Override
  public String key() {
    return "plugin";
  }

  @Override
  public String typeName() {
    return "RPCPlugin";
  }

  @Override
  public <R> R accept(Handler<R> handler) {
    return handler.plugin(this);
  }
}
