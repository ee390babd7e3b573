package dev.rollouts.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test that runs once per seed. Its {@link Template} parameters are simulations with that seed,
 * so that noise and faults differ from run to run and every failure can be seen again: {@code
 * -Drollouts.seed=17} runs seed 17 only.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@TestTemplate
@ExtendWith(SimulationExtension.class)
public @interface SeededTest {
  /** Name of the system property or JUnit configuration parameter that chooses one seed. */
  String SEED_PARAMETER = "rollouts.seed";

  /** How many seeds; at least 1. */
  int value() default 100;

  /** The first one. */
  long first() default 1;
}
