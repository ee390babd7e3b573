package dev.rollouts.simulation;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * A simulation is usable from a shell as well as from a test, so it brings neither JUnit nor
 * Kubernetes.
 */
class ArchitectureTest {
  private static final JavaClasses MODULE =
      new ClassFileImporter().importPath(Path.of("target", "classes"));

  @Test
  void importsTheApiTheEngineAndTheCodecOnly() {
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "java..",
            "dev.rollouts.api..",
            "dev.rollouts.codec..",
            "dev.rollouts.engine..",
            "dev.rollouts.simulation..",
            "org.jspecify..")
        .allowEmptyShould(true)
        .check(MODULE);
  }

  @Test
  void everyClassLivesInThePackageOfTheModule() {
    classes()
        .should()
        .resideInAPackage("dev.rollouts.simulation..")
        .allowEmptyShould(true)
        .check(MODULE);
  }
}
