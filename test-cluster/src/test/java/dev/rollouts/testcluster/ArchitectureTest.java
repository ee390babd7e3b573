package dev.rollouts.testcluster;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The cluster knows what a cluster knows: the definitions, and nothing of how they are used. */
class ArchitectureTest {
  private static final JavaClasses MODULE =
      new ClassFileImporter().importPath(Path.of("target", "classes"));

  @Test
  void importsTheDefinitionsAndFabric8Only() {
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "java..",
            "com.fasterxml.jackson..",
            "dev.rollouts.crds..",
            "dev.rollouts.testcluster..",
            "io.fabric8..",
            "javax.net.ssl..",
            "org.bouncycastle..",
            "org.jspecify..")
        .allowEmptyShould(true)
        .check(MODULE);
  }

  @Test
  void everyClassLivesInThePackageOfTheModule() {
    classes()
        .should()
        .resideInAPackage("dev.rollouts.testcluster..")
        .allowEmptyShould(true)
        .check(MODULE);
  }
}
