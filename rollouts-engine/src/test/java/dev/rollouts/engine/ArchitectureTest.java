package dev.rollouts.engine;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import java.time.temporal.Temporal;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The engine decides; it neither reads, nor waits, nor looks at a clock, nor rolls dice. */
class ArchitectureTest {
  private static final JavaClasses MODULE =
      new ClassFileImporter().importPath(Path.of("target", "classes"));

  /** All else on {@link System} asks the process or its surroundings. */
  private static final Set<String> PURE_ON_SYSTEM = Set.of("arraycopy", "identityHashCode");

  @Test
  void importsTheApiJexlRe2jAndJsonSmartOnly() {
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "java..",
            "com.google.re2j..",
            "dev.rollouts.api..",
            "dev.rollouts.engine..",
            "net.minidev.json..",
            "org.apache.commons.jexl3..",
            "org.jspecify..")
        .allowEmptyShould(true)
        .check(MODULE);
  }

  @Test
  void everyClassLivesInThePackageOfTheModule() {
    classes()
        .should()
        .resideInAPackage("dev.rollouts.engine..")
        .allowEmptyShould(true)
        .check(MODULE);
  }

  @Test
  void knowsNoFilesNetworkThreadsOrLoggers() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "java.io..",
            "java.net..",
            "java.nio.channels..",
            "java.nio.file..",
            "java.util.logging..")
        .orShould()
        .dependOnClassesThat()
        .haveNameMatching(
            "java\\.lang\\.(Process.*|Runtime|System\\$Logger.*|Thread|ThreadLocal|InheritableThreadLocal)")
        .orShould()
        .dependOnClassesThat()
        .haveNameMatching("java\\.util\\.(Timer|TimerTask)")
        .orShould()
        .dependOnClassesThat()
        .haveNameMatching(
            "java\\.util\\.concurrent\\.(Completable|Completion|Executor|ForkJoin|Scheduled|ThreadPool).*")
        .allowEmptyShould(true)
        .check(MODULE);
  }

  @Test
  void asksNeitherTheClockNorChanceNorTheProcess() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .haveNameMatching("java\\.time\\.Clock|java\\.time\\.InstantSource")
        .orShould()
        .dependOnClassesThat()
        .haveNameMatching(
            "java\\.util\\.(Random|SplittableRandom|random\\..*)|.*\\.(ThreadLocalRandom|SecureRandom)")
        .orShould()
        .accessTargetWhere(describe("it is a hidden input", access -> isHiddenInput(access)))
        .allowEmptyShould(true)
        .check(MODULE);
  }

  private static boolean isHiddenInput(JavaAccess<?> access) {
    AccessTarget target = access.getTarget();
    String name = target.getName();
    return (target.getOwner().isEquivalentTo(System.class) && !PURE_ON_SYSTEM.contains(name))
        || (target.getOwner().isEquivalentTo(Math.class) && name.equals("random"))
        || (target.getOwner().isEquivalentTo(UUID.class) && name.equals("randomUUID"))
        || (target.getOwner().isAssignableTo(Temporal.class) && name.equals("now"))
        || name.equals("parallelStream");
  }
}
