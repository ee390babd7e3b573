package dev.rollouts.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is said before a swap of controllers; the texts are in golden/migrate. */
@Tag("golden")
class MigrateCommandTest {
  private static final String BUSY = "src/test/resources/migrate/busy.yaml";
  private static final String CALM = "src/test/resources/migrate/calm.yaml";

  static Map<String, Supplier<Cli.Result>> cases() {
    Map<String, Supplier<Cli.Result>> all = new LinkedHashMap<>();
    all.put("help", () -> Cli.plain().run("migrate", "--help"));
    all.put("busy", () -> Cli.plain().run("migrate", "check", "-f", BUSY));
    all.put("busy-json", () -> Cli.plain().run("migrate", "check", "-f", BUSY, "-o", "json"));
    all.put("busy-back", () -> Cli.plain().run("migrate", "check", "-f", BUSY, "--back"));
    all.put(
        "busy-with-what-the-image-has",
        () ->
            Cli.plain()
                .run(
                    "migrate",
                    "check",
                    "-f",
                    BUSY,
                    "--have",
                    "datadog,acme/mesh,acme/queue",
                    "--have",
                    "acme/approve"));
    all.put("calm", () -> Cli.plain().run("migrate", "check", "-f", CALM));
    all.put("no-kubectl", () -> Cli.plain().with("PATH", "/nowhere").run("migrate", "check"));
    all.put("no-action", () -> Cli.plain().run("migrate"));
    return all;
  }

  static java.util.Set<String> names() {
    return cases().keySet();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("names")
  void isAsInItsFile(String name) {
    Golden.check("migrate/" + name + ".txt", cases().get(name).get().transcript());
  }

  @Test
  void asksPageByPageAndOnlyReads(@TempDir Path folder) throws IOException {
    Path asked = folder.resolve("asked");
    kubectl(
        folder,
        """
        #!/bin/sh
        echo "$*" >>%s
        case "$*" in
          *rollouts*continue=next*) echo '{"items":[{"metadata":{"name":"b","namespace":"n"},"status":{"phase":"Paused"}}],"metadata":{}}' ;;
          *rollouts*) echo '{"items":[{"metadata":{"name":"a","namespace":"n"},"status":{"phase":"Paused"}}],"metadata":{"continue":"next"}}' ;;
          *clusteranalysistemplates*) echo 'Error from server (Forbidden): no' >&2; exit 1 ;;
          *experiments*) echo 'Error from server (NotFound): no' >&2; exit 1 ;;
          *) echo '{"items":[]}' ;;
        esac
        """
            .formatted(asked));

    Cli.Result result = asking(folder).run("migrate", "check", "--context", "c", "-n", "n");

    assertThat(result.out())
        .contains("Paused: n/a, n/b", "2 objects were read")
        .contains("not-checked  ClusterAnalysisTemplate", "you may not list it")
        .contains("not-checked  Experiment", "this cluster does not have the kind");
    assertThat(result.exitCode()).isZero();
    assertThat(Files.readAllLines(asked))
        .allMatch(line -> line.startsWith("--context=c get --raw /api"))
        .anyMatch(line -> line.contains("/namespaces/n/rollouts?limit=100"))
        .anyMatch(line -> line.contains("/apis/apps/v1/deployments?"))
        .noneMatch(line -> line.contains("secrets"));
  }

  @Test
  void aClusterThatCannotBeAskedIsNoCleanBillOfHealth(@TempDir Path folder) throws IOException {
    kubectl(folder, "#!/bin/sh\necho 'Unable to connect to the server: refused' >&2\nexit 1\n");

    Cli.Result result = asking(folder).run("migrate", "check");

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).contains("Unable to connect to the server: refused");
    assertThat(result.out()).isEmpty();
  }

  private static Cli asking(Path folder) {
    return Cli.plain().with("PATH", folder + ":" + System.getenv("PATH"));
  }

  private static void kubectl(Path folder, String script) throws IOException {
    Path program = folder.resolve("kubectl");
    Files.writeString(program, script);
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
