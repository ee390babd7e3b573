package dev.rollouts.cli;

import java.io.InputStream;
import java.io.PrintStream;
import java.time.Clock;
import java.util.Map;

/**
 * Everything outside that a command may touch, so that a test can stand in for it.
 *
 * @param environment environment variables
 * @param tty the terminal that {@code out} goes to, if it does
 * @param interrupts how Ctrl-C arrives
 */
public record Surroundings(
    InputStream in,
    PrintStream out,
    PrintStream err,
    Map<String, String> environment,
    Tty tty,
    Interrupts interrupts,
    Clock clock) {}
