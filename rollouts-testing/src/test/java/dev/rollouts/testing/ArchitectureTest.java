package dev.rollouts.testing;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** A user adds this one test dependency and gets nothing of Kubernetes with it. */
class ArchitectureTest {
  private static final JavaClasses MODULE =
      new ClassFileImporter().importPath(Path.of("target", "classes"));

  @Test
  void importsTheCoreTheSimulationAndTestLibrariesOnly() {
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "java..",
            "com.github.tomakehurst.wiremock..",
            "dev.rollouts.api..",
            "dev.rollouts.engine..",
            "dev.rollouts.simulation..",
            "dev.rollouts.testing..",
            "org.apiguardian.api..",
            "org.assertj..",
            "org.junit..",
            "org.opentest4j..",
            "org.jspecify..")
        .allowEmptyShould(true)
        .check(MODULE);
  }

  @Test
  void everyClassLivesInThePackageOfTheModule() {
    classes()
        .should()
        .resideInAPackage("dev.rollouts.testing..")
        .allowEmptyShould(true)
        .check(MODULE);
  }
}
