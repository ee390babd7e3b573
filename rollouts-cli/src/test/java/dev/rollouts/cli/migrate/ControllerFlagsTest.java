package dev.rollouts.cli.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.cli.migrate.ControllerFlags.Given;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The flags that the check knows are those that the controller takes. */
class ControllerFlagsTest {
  private static final Path OPTIONS =
      Path.of("../controller-app/src/main/java/dev/rollouts/controller/Options.java");

  @Test
  @DisplayName("O-011 Every flag of the controller is known here, and no other")
  void sameAsTheController() throws IOException {
    Set<String> taken = new TreeSet<>();
    Matcher names =
        Pattern.compile("names\\s*=\\s*(\\{[^}]*}|\"[^\"]*\")").matcher(Files.readString(OPTIONS));
    while (names.find()) {
      Matcher name = Pattern.compile("\"(-[^\"]*)\"").matcher(names.group(1));
      while (name.find()) {
        taken.add(name.group(1));
      }
    }
    Set<String> known = new TreeSet<>(ControllerFlags.SAME);
    known.addAll(ControllerFlags.IGNORED);
    known.addAll(ControllerFlags.LIMITED.keySet());
    assertThat(known).isEqualTo(taken);
  }

  @Test
  void aValueStandsBehindItsFlagOrAfterAnEqualsSign() {
    assertThat(
            ControllerFlags.parse(
                List.of("/bin/controller", "--qps", "3", "--namespaced", "--burst=4")))
        .containsExactly(
            new Given("--qps", "3"), new Given("--namespaced", ""), new Given("--burst", "4"));
  }

  @Test
  void whatIsRefused() {
    assertThat(ControllerFlags.isRefused(new Given("--aws-verify-target-group", ""))).isFalse();
    assertThat(ControllerFlags.isRefused(new Given("--ingress-api-version", "extensions/v1beta1")))
        .isTrue();
    assertThat(ControllerFlags.isRefused(new Given("--enable-pprof-address", ":8888"))).isTrue();
    assertThat(ControllerFlags.isRefused(new Given("--kloglevel", "2"))).isFalse();
  }
}
