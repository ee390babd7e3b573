package dev.rollouts.api.provider.config;

import dev.rollouts.api.wire.Required;

/**
 * A request header.
 *
 * @param value often a credential, so {@link #toString} does not show it
 */
public record Header(@Required String key, @Required String value) {
  @Override
  public String toString() {
    return "Header[key=" + key + ", value=*****]";
  }
}
