/**
 * What others add to the controller: steps and traffic routers of their own, as classes in the same
 * process that {@link java.util.ServiceLoader} finds.
 */
@NullMarked
package dev.rollouts.api.plugin;

import org.jspecify.annotations.NullMarked;
