package dev.rollouts.analysis.web;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** A provider translates; it knows neither the engine nor another provider. */
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
            "com.jayway.jsonpath..",
            "dev.rollouts.analysis.http..",
            "dev.rollouts.analysis.web..",
            "dev.rollouts.api..",
            "kotlin..",
            "net.minidev.json..",
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
        .resideInAPackage("dev.rollouts.analysis.web..")
        .allowEmptyShould(true)
        .check(MODULE);
  }
}
