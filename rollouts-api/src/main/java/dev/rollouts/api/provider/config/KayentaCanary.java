package dev.rollouts.api.provider.config;

import dev.rollouts.api.wire.Required;
import java.util.List;

/**
 * A canary judged by Kayenta; conditions are not evaluated.
 *
 * @param address base URL
 * @param canaryConfigName matched against the names of the configurations that Kayenta returns
 * @param lookback start at the start of the run instead of one interval ago
 */
public record KayentaCanary(
    @Required String address,
    @Required String application,
    @Required String canaryConfigName,
    @Required String metricsAccountName,
    @Required String configurationAccountName,
    @Required String storageAccountName,
    @Required Threshold threshold,
    @Required List<Scope> scopes,
    boolean lookback)
    implements ProviderConfig {

  public KayentaCanary {
    scopes = List.copyOf(scopes);
  }

  /**
   * Scores from 0 to 100.
   *
   * @param pass at and above: Successful
   * @param marginal at and above, below pass: Inconclusive; below: Failed
   */
  public record Threshold(@Required long pass, @Required long marginal) {}

  /** What to compare, by name. */
  public record Scope(
      @Required String name,
      @Required ScopeDetail controlScope,
      @Required ScopeDetail experimentScope) {}

  /**
   * One side of the comparison.
   *
   * @param step resolution in seconds
   * @param start RFC 3339; empty in both sides or in none
   * @param end RFC 3339; empty in both sides or in none
   */
  public record ScopeDetail(
      @Required String scope,
      @Required String region,
      @Required long step,
      String start,
      String end) {}

  @Override
  public String key() {
    return "kayenta";
  }

  @Override
  public String typeName() {
    return "Kayenta";
  }

  @Override
  public <R> R accept(Handler<R> handler) {
    return handler.kayenta(this);
  }
}
