package dev.rollouts.benchmarks;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What is measured is what is published. */
class ArchitectureTest {
  private static final JavaClasses MODULE =
      new ClassFileImporter().importPath(Path.of("target", "classes"));

  @Test
  void measureOnlyWhatAUserGets() {
    noClasses()
        .that()
        .resideOutsideOfPackages( // on a real API server
            "dev.rollouts.benchmarks.controller", "dev.rollouts.benchmarks.plugin")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.rollouts..internal..", "io.fabric8..")
        .allowEmptyShould(true)
        .check(MODULE);
  }
}
