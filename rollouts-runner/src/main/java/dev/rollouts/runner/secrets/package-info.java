/**
 * Where secrets come from outside a cluster: {@link dev.rollouts.runner.secrets.FileSecrets} for
 * mounted directories, {@link dev.rollouts.runner.secrets.EnvironmentSecrets}, {@link
 * dev.rollouts.runner.secrets.MapSecrets}. Another vault is one method of {@link
 * dev.rollouts.api.provider.SecretSource}.
 */
@NullMarked
package dev.rollouts.runner.secrets;

import org.jspecify.annotations.NullMarked;
