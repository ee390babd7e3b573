package dev.rollouts.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TrainingTest {
  @Test
  void commandsAreDividedByTwoHyphens() {
    assertThat(Training.commands(new String[] {"--version", "--", "lint", "a.yaml"}))
        .containsExactly(new String[] {"--version"}, new String[] {"lint", "a.yaml"});
  }
}
