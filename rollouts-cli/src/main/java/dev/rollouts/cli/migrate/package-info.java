/**
 * What would not work any more when another controller takes over the objects of a cluster. Start
 * with {@link dev.rollouts.cli.migrate.MigrationCheck}, a function of a {@link
 * dev.rollouts.cli.migrate.Snapshot}; {@link dev.rollouts.cli.migrate.Kubectl} takes one of a live
 * cluster. Writes nothing anywhere.
 */
@NullMarked
package dev.rollouts.cli.migrate;

import org.jspecify.annotations.NullMarked;
