package dev.rollouts.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Fills a parameter of a test with the Rollout of some files on the class path and what is around
 * it: a {@link dev.rollouts.simulation.rollout.RolloutSimulation} of one release in a healthy
 * world, or {@link dev.rollouts.simulation.rollout.RolloutManifests} for another course of events.
 * Files are read strictly: a field that does not exist fails the test. What the Rollout names and
 * the files do not have is made up.
 *
 * <p>The seed of the simulation is 1, or that of the {@link SeededTest}.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.PARAMETER)
@ExtendWith(SimulationExtension.class)
public @interface Manifests {
  /**
   * The files, as in {@link Class#getResource}: relative to the package of the test, or from the
   * root with a leading slash.
   */
  String[] value();

  /** Name of the Rollout, where the files hold several. */
  String rollout() default "";
}
