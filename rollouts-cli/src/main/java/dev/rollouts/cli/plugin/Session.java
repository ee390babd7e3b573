package dev.rollouts.cli.plugin;

import dev.rollouts.cli.Surroundings;
import dev.rollouts.cli.kube.ApiException;
import dev.rollouts.cli.kube.ApiServer;
import dev.rollouts.cli.kube.Choice;
import dev.rollouts.cli.kube.KubeObject;
import dev.rollouts.cli.kube.Resource;
import dev.rollouts.cli.plugin.line.CommandLine;
import dev.rollouts.cli.plugin.line.Values;
import dev.rollouts.cli.plugin.view.Look;
import dev.rollouts.cli.terminal.Screen;
import dev.rollouts.cli.terminal.Text;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One call of a command: what it was given, and where its output goes. */
final class Session implements AutoCloseable {
  private final Surroundings surroundings;
  private final CommandLine<Action> line;
  private @Nullable ApiServer server;
  private boolean printed;

  Session(Surroundings surroundings, CommandLine<Action> line) {
    this.surroundings = surroundings;
    this.line = line;
  }

  Surroundings surroundings() {
    return surroundings;
  }

  Values values() {
    return line.values();
  }

  /** The arguments; as many as the command takes. */
  List<String> arguments() {
    return line.values().arguments();
  }

  String argument(int index) {
    return arguments().get(index);
  }

  Instant now() {
    return surroundings.clock().instant();
  }

  // --- the cluster

  /** The API server; made when it is first needed. */
  ApiServer server() {
    ApiServer now = server;
    if (now == null) {
      now =
          ApiServer.of(
              choice(), surroundings.environment(), "kubectl-argo-rollouts/" + Versions.number());
      if (DryRun.of(line.values()) == DryRun.SERVER) {
        now = now.dryRun();
      }
      server = now;
    }
    return now;
  }

  String namespace() {
    return server().namespace();
  }

  private Choice choice() {
    Values v = line.values();
    return new Choice(
        v.textOrNull("kubeconfig"),
        v.textOrNull("context"),
        v.textOrNull("cluster"),
        v.textOrNull("user"),
        v.textOrNull("namespace"),
        v.textOrNull("server"),
        v.textOrNull("tls-server-name"),
        v.isGiven("insecure-skip-tls-verify") ? v.flag("insecure-skip-tls-verify") : null,
        v.textOrNull("certificate-authority"),
        v.textOrNull("client-certificate"),
        v.textOrNull("client-key"),
        v.textOrNull("token"),
        v.textOrNull("as"),
        v.textOrNull("as-uid"),
        v.texts("as-group"),
        v.textOrNull("request-timeout"),
        v.flag("disable-compression"));
  }

  /** Reads an object whose absence is told as by those who look at a cache (K-010). */
  KubeObject find(Resource resource, String name) {
    return found(resource, name, () -> server().get(resource, namespace(), name));
  }

  /** The same for an answer that is under way. */
  static KubeObject found(Resource resource, String name, Supplier<KubeObject> answer) {
    try {
      return answer.get();
    } catch (ApiException e) {
      if (e.isObjectNotFound()) {
        throw missing(resource, name);
      }
      throw e;
    }
  }

  static PluginException missing(Resource resource, String name) {
    return new PluginException("%s \"%s\" not found".formatted(resource.singularName(), name));
  }

  /** A write, or under {@code --dry-run=client} what it would be. */
  KubeObject written(KubeObject unwritten, Function<ApiServer, KubeObject> write) {
    return DryRun.of(line.values()) == DryRun.CLIENT ? unwritten : write.apply(server());
  }

  // --- output

  /** A line of a result. */
  void out(String text) {
    surroundings.out().println(text);
  }

  /** What was written: a line that says so, and whether it was; or the object, if that is asked. */
  void done(KubeObject written, String text) {
    Output output = Output.of(this);
    if (!output.isRaw()) {
      out(text + DryRun.of(line.values()).suffix());
      return;
    }
    if (output == Output.YAML && printed) {
      out("---");
    }
    printed = true;
    output.print(this, written);
  }

  /** Whether nothing is written, and somebody wants to see what would be. */
  boolean isRehearsal() {
    return DryRun.of(line.values()) == DryRun.CLIENT && Output.of(this).isRaw();
  }

  /** A line for people beside the result. */
  void err(String text) {
    Texts.tell(surroundings, text);
  }

  /** How names from outside look in a result. */
  String shown(String text) {
    return Text.shown(look().screen(), text);
  }

  /** What output can look like; lines may have any length. */
  Look look() {
    return new Look(Texts.screen(surroundings, values().flag("no-color")));
  }

  /** The same, for lines that must fit. */
  Look look(int columns) {
    Screen screen = look().screen();
    return new Look(new Screen(columns, screen.colour(), screen.unicode()));
  }

  Map<String, String> environment() {
    return surroundings.environment();
  }

  @Override
  public void close() {
    ApiServer now = server;
    if (now != null) {
      now.close();
    }
  }
}
