package dev.rollouts.cli.plugin;

import dev.rollouts.cli.Interrupts;
import dev.rollouts.cli.Surroundings;
import dev.rollouts.cli.Tty;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The plugin within this process: what it is given, and what came of it. */
final class Plugin {
  private final Map<String, String> environment = new HashMap<>(Map.of("LANG", "C.UTF-8"));
  private final List<String> flags = new ArrayList<>();
  private Clock clock = Clock.systemUTC();
  private Tty tty = Tty.NONE;
  private Interrupts interrupts = Interrupts.none();

  /** Without any cluster. */
  static Plugin alone() {
    Plugin plugin = new Plugin();
    plugin.environment.put("HOME", "/nowhere");
    return plugin;
  }

  /** With a cluster and a namespace. */
  static Plugin of(Path kubeconfig, String namespace) {
    Plugin plugin = new Plugin();
    plugin.environment.put("KUBECONFIG", kubeconfig.toString());
    plugin.environment.put("PATH", System.getenv("PATH"));
    plugin.flags.addAll(List.of("-n", namespace));
    return plugin;
  }

  /** At another time than now. */
  Plugin at(Clock other) {
    clock = other;
    return this;
  }

  /** With a server that anybody may ask, and a namespace. */
  static Plugin at(String server, String namespace) {
    Plugin plugin = alone();
    plugin.flags.addAll(List.of("-s", server, "-n", namespace));
    return plugin;
  }

  Plugin with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  Plugin on(Tty terminal) {
    tty = terminal;
    return this;
  }

  Plugin interruptedBy(Interrupts source) {
    interrupts = source;
    return this;
  }

  Result run(String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int exitCode =
        run(
            new PrintStream(out, false, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            args);
    return new Result(
        exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  int run(PrintStream out, PrintStream err, String... args) {
    List<String> all = new ArrayList<>(flags);
    all.addAll(List.of(args));
    return Main.run(
        new Surroundings(
            new ByteArrayInputStream(new byte[0]),
            out,
            err,
            Map.copyOf(environment),
            tty,
            interrupts,
            clock),
        all.toArray(String[]::new));
  }

  /** What came of a call. */
  record Result(int exitCode, String out, String err) {}
}
