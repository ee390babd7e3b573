package dev.rollouts.controller;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The controller is a shell: it wires, and decides nothing. */
class ArchitectureTest {
  private static final JavaClasses MODULE =
      new ClassFileImporter().importPath(Path.of("target", "classes"));

  @Test
  void knowsNoOtherShell() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.rollouts.simulation..", "dev.rollouts.testing..", "dev.rollouts.cli..")
        .check(MODULE);
  }

  @Test
  void theClusterKnowsNothingOfWhatIsDoneWithIt() {
    noClasses()
        .that()
        .resideInAPackage("dev.rollouts.controller.kube..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.rollouts.controller.turns..",
            "dev.rollouts.controller.events..",
            "dev.rollouts.controller.metrics..",
            "dev.rollouts.controller.services..")
        .check(MODULE);
  }

  @Test
  void theSdkStaysWhereItIsWired() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "dev.rollouts.controller.events..", "dev.rollouts.controller.services..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.javaoperatorsdk..", "io.fabric8..")
        .check(MODULE);
  }
}
