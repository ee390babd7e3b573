package dev.rollouts.cli;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Shells do not import one another, and a command ships no test library. */
class ArchitectureTest {
  private static final JavaClasses MODULE =
      new ClassFileImporter().importPath(Path.of("target", "classes"));

  @Test
  void importsNeitherTheControllerNorTestSupport() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.rollouts.controller..", "dev.rollouts.testing..", "org.assertj..", "org.junit..")
        .allowEmptyShould(true)
        .check(MODULE);
  }

  @Test
  void theClientOfTheApiServerKnowsNoCommands() {
    noClasses()
        .that()
        .resideInAPackage("dev.rollouts.cli.kube..")
        .should()
        .dependOnClassesThat(
            resideInAPackage("dev.rollouts.cli..")
                .and(not(resideInAPackage("dev.rollouts.cli.kube.."))))
        .check(MODULE);
  }

  @Test
  void viewsAskNobody() {
    noClasses()
        .that()
        .resideInAPackage("dev.rollouts.cli.plugin.view..")
        .should()
        .dependOnClassesThat()
        .haveNameMatching(
            "dev\\.rollouts\\.cli\\.kube\\.(?!KubeObject).*|java\\.(io|net|nio)\\..*|java\\.time\\.Clock")
        .check(MODULE);
  }
}
