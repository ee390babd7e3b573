package dev.rollouts.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;
import org.junit.platform.commons.support.AnnotationSupport;

/** The build runs this module's classes on two generations of Jupiter; this shows that it does. */
class JupiterVersionTest {
  @Test
  void theTestsRunOnTheJupiterThatTheBuildSays() {
    String expected = System.getProperty("jupiter.expected");
    assumeTrue(expected != null, "only the build says");
    assertThat(Test.class.getPackage().getImplementationVersion()).isEqualTo(expected);
    // The platform counted 1.x until Jupiter 6.
    assertThat(AnnotationSupport.class.getPackage().getImplementationVersion())
        .endsWith(String.valueOf(expected).substring(1));
  }
}
