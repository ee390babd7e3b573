package dev.rollouts.examples;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** An example uses published types only: what it needs, a reader needs too. */
class ArchitectureTest {
  private static final JavaClasses MODULE =
      new ClassFileImporter().importPath(Path.of("target", "classes"));

  @Test
  void showOnlyWhatAUserGets() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.rollouts..internal..",
            "com.fasterxml.jackson..",
            "io.fabric8..",
            "org.apache.commons.jexl3..")
        .allowEmptyShould(true)
        .check(MODULE);
  }
}
