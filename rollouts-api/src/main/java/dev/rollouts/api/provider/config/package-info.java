/**
 * What each provider is told: the {@code provider} section of a metric, one record a provider.
 * Start with {@link dev.rollouts.api.provider.config.ProviderConfig}.
 *
 * <p>Headers and credentials print as {@code *****}; a query may hold a credential too once its
 * placeholders are resolved, so nobody logs a resolved configuration.
 */
@NullMarked
package dev.rollouts.api.provider.config;

import org.jspecify.annotations.NullMarked;
