package dev.rollouts.analysis.http;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What HTTP providers share stands on the SPI, never on the engine. */
class ArchitectureTest {
  private static final JavaClasses MODULE =
      new ClassFileImporter().importPath(Path.of("target", "classes"));

  @Test
  void importsTheApiAndTheHttpStackOnly() {
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "java..",
            "dev.rollouts.analysis.http..",
            "dev.rollouts.api..",
            "io.github.resilience4j..",
            "javax.net..",
            "kotlin..",
            "okhttp3..",
            "okio..",
            "org.jspecify..")
        .allowEmptyShould(true)
        .check(MODULE);
  }

  @Test
  void everyClassLivesInThePackageOfTheModule() {
    classes()
        .should()
        .resideInAPackage("dev.rollouts.analysis.http..")
        .allowEmptyShould(true)
        .check(MODULE);
  }
}
