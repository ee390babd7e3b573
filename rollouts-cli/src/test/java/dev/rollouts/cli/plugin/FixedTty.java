package dev.rollouts.cli.plugin;

import dev.rollouts.cli.Tty;

/** A terminal of a certain width. */
record FixedTty(int columns) implements Tty {
  @Override
  public boolean isTerminal() {
    return true;
  }
}
