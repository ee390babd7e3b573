package dev.rollouts.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Fills a parameter of a test with what a file on the class path holds: a {@link
 * dev.rollouts.simulation.Simulation} of its template, or all of it as {@link
 * dev.rollouts.simulation.Templates}. The file is read strictly: a field that does not exist fails
 * the test.
 *
 * <p>The seed of the simulation is 1, or that of the {@link SeededTest}.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.PARAMETER)
@ExtendWith(SimulationExtension.class)
public @interface Template {
  /**
   * The file, as in {@link Class#getResource}: relative to the package of the test, or from the
   * root with a leading slash.
   */
  String value();

  /** Name of the object, where the file holds several that do not refer to each other. */
  String name() default "";
}
