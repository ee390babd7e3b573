package dev.rollouts.api.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PathTest {
  @Test
  void aPathIsWrittenAsInMessages() {
    assertThat(Path.root()).hasToString(".");
    assertThat(Path.of("metrics", 1, "interval")).hasToString("metrics[1].interval");
    assertThat(Path.of("provider", "plugin", "acme/metric"))
        .hasToString("provider.plugin[\"acme/metric\"]");
    assertThat(Path.of("labels", "a\"b", "job-name")).hasToString("labels[\"a\\\"b\"].job-name");
    assertThat(Path.of(0)).hasToString("[0]");
  }

  @Test
  void pathsAreTakenApartAndPutTogether() {
    Path interval = Path.root().key("metrics").index(1).key("interval");

    assertThat(interval.parent()).isEqualTo(Path.of("metrics", 1));
    assertThat(interval.under(Path.of("spec"))).hasToString("spec.metrics[1].interval");
    assertThat(Path.root().parent()).isEqualTo(Path.root());
  }

  @Test
  void aSegmentIsAKeyOrAnIndex() {
    assertThatThrownBy(() -> Path.of("metrics", 1L)).isInstanceOf(IllegalArgumentException.class);
  }
}
