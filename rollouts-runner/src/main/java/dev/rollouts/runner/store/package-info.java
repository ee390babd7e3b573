/**
 * Where a runner keeps its runs. Start with {@link dev.rollouts.runner.store.RunStore}, three
 * methods that a table of a database answers as well; {@link
 * dev.rollouts.runner.store.InMemoryRunStore} forgets with the process, {@link
 * dev.rollouts.runner.store.FileRunStore} does not.
 *
 * <p>A store compares versions: of two processes that hold the same run the first to save wins, and
 * the other reads again.
 */
@NullMarked
package dev.rollouts.runner.store;

import org.jspecify.annotations.NullMarked;
