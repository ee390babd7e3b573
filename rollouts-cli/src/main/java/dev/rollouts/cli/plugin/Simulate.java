package dev.rollouts.cli.plugin;

import dev.rollouts.api.rollout.RolloutStatus;
import dev.rollouts.cli.DeliveryTree;
import dev.rollouts.cli.plugin.SetImage.Image;
import dev.rollouts.cli.plugin.line.Values;
import dev.rollouts.cli.plugin.view.ClientPhase;
import dev.rollouts.cli.report.Delivery;
import dev.rollouts.cli.report.DeliveryHtml;
import dev.rollouts.cli.report.DeliveryStory;
import dev.rollouts.cli.report.DeliveryText;
import dev.rollouts.cli.report.Report.Fact;
import dev.rollouts.codec.Json;
import dev.rollouts.simulation.cluster.ClusterState;
import dev.rollouts.simulation.cluster.TrafficScript;
import dev.rollouts.simulation.rollout.Act;
import dev.rollouts.simulation.rollout.Outcome;
import dev.rollouts.simulation.rollout.RolloutManifests;
import dev.rollouts.simulation.rollout.RolloutScenario;
import dev.rollouts.simulation.rollout.RolloutSimulation;
import dev.rollouts.simulation.rollout.RolloutTrace;
import dev.rollouts.simulation.rollout.ScenarioEvent;
import dev.rollouts.simulation.rollout.When;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** {@code simulate NAME}: what becomes of a rollout from here on. Nothing is written to it. */
final class Simulate {
  private final Session session;
  private final Values values;
  private final List<Image> images;
  private final List<MetricFlag> metrics;
  private final @Nullable RolloutScenario scenario;
  private final @Nullable Outcome expected;
  private final boolean json;

  private Simulate(Session session) {
    this.session = session;
    this.values = session.values();
    this.images = values.texts("set-image").stream().map(Simulate::image).toList();
    this.metrics = values.texts("metric").stream().map(MetricFlag::of).toList();
    this.scenario = values.text("scenario").isEmpty() ? null : scenario(values.text("scenario"));
    this.expected = values.text("expect").isEmpty() ? null : outcome(values.text("expect"));
    this.json = isJson(Output.of(session), "simulate");
    long acts =
        Stream.of(
                values.flag("promote"),
                values.flag("full"),
                values.flag("abort"),
                !images.isEmpty())
            .filter(given -> given)
            .count();
    if (acts > 1) {
      throw new PluginException(
          "--promote, --full, --abort and --set-image: choose one; --keep-promoting goes with each, and --scenario says more");
    }
    if (values.isGiven("for") && !isPositive(values.duration("for"))) {
      throw new PluginException("--for: must be positive, was " + values.text("for"));
    }
  }

  private static boolean isPositive(Duration span) {
    return !span.isZero() && !span.isNegative();
  }

  /**
   * Whether a command prints for other programs.
   *
   * @throws PluginException when it is to print something else
   */
  static boolean isJson(Output output, String command) {
    if (output != Output.JSON && output != Output.VIEW) {
      throw new PluginException(command + " prints text or -o json");
    }
    return output == Output.JSON;
  }

  static void rollout(Session session) {
    new Simulate(session).run(session.argument(0));
  }

  static Image image(String text) {
    if (text.split("=", -1).length != 2) {
      throw new PluginException(
          "\"%s\" names no container or no image; write CONTAINER=IMAGE".formatted(text));
    }
    return Image.of(text);
  }

  private static RolloutScenario scenario(String name) {
    String trouble = Files.unreadable(name);
    if (!trouble.isEmpty()) {
      throw new PluginException(trouble);
    }
    try {
      return RolloutScenario.read(Path.of(name));
    } catch (IllegalArgumentException e) {
      throw new PluginException(String.valueOf(e.getMessage()));
    }
  }

  private static Outcome outcome(String name) {
    for (Outcome each : Outcome.values()) {
      if (word(each).equals(name.toLowerCase(Locale.ROOT))) {
        return each;
      }
    }
    throw new PluginException(
        "--expect: expected %s, was \"%s\""
            .formatted(
                Stream.of(Outcome.values()).map(Simulate::word).collect(Collectors.joining(", ")),
                name));
  }

  private static String word(Outcome outcome) {
    return outcome.toString().replace(' ', '-');
  }

  // --- the simulation

  private void run(String name) {
    LiveRollout live = LiveRollout.of(session, name);
    RolloutManifests manifests = live.manifests();
    for (Image each : images) {
      if (!each.container().equals("*") && !manifests.containers().contains(each.container())) {
        throw new PluginException(
            "unable to find container named \"%s\"".formatted(each.container()));
      }
    }
    ClusterState state = live.state(manifests);
    Measured measured = Measured.in(state.analysisRuns());
    long seed =
        values.isGiven("seed") ? values.number("seed") : scenario == null ? 1 : scenario.seed();
    RolloutSimulation simulation =
        manifests.simulation(seed).continuing(state, live.at()).scenario(events());
    if (scenario == null) {
      for (String metric : measured.values().keySet()) {
        TrafficScript script = TrafficScript.of(measured.script(metric).orElseThrow());
        simulation = simulation.cluster(settings -> settings.metric(metric, script));
      }
    } else {
      simulation = scenario.applyTo(simulation, manifests);
    }
    for (MetricFlag each : metrics) {
      simulation = each.applyTo(simulation, manifests, measured);
    }
    RolloutTrace trace = simulation.run(atMost());
    report(
        DeliveryStory.of(
            trace,
            facts(live, manifests, measured, seed),
            scenario != null && scenario.failsRequests(),
            null),
        trace);
  }

  private Duration atMost() {
    return values.isGiven("for")
        ? values.duration("for")
        : scenario == null ? RolloutScenario.DURATION_DEFAULT : scenario.duration();
  }

  private List<ScenarioEvent> events() {
    List<ScenarioEvent> events = new ArrayList<>();
    if (values.flag("keep-promoting")) {
      events.add(new ScenarioEvent(When.everyWait(), Act.promote()));
    }
    for (Act each : acts()) {
      events.add(new ScenarioEvent(When.at(Duration.ZERO), each));
    }
    return events;
  }

  private List<Act> acts() {
    if (values.flag("promote")) {
      return List.of(Act.promote());
    }
    if (values.flag("full")) {
      return List.of(Act.promoteFull());
    }
    if (values.flag("abort")) {
      return List.of(Act.abort());
    }
    return images.stream().map(each -> Act.setImage(each.container(), each.image())).toList();
  }

  // --- the report

  private List<Fact> facts(
      LiveRollout live, RolloutManifests manifests, Measured measured, long seed) {
    List<Fact> facts = new ArrayList<>();
    facts.add(
        new Fact(
            "from",
            "%s in %s as it is at %s: %s"
                .formatted(
                    live.rollout().metadata().name(),
                    live.rollout().metadata().namespace(),
                    live.at(),
                    standing(live))));
    List<String> doings = new ArrayList<>(acts().stream().map(Act::toString).toList());
    if (values.flag("keep-promoting")) {
      doings.add("promote whenever it waits for somebody");
    }
    if (scenario != null) {
      doings.add(values.text("scenario"));
    }
    facts.add(
        new Fact("what if", doings.isEmpty() ? "nobody does anything" : String.join(", ", doings)));
    facts.add(new Fact("metrics", metrics(measured)));
    if (scenario == null) {
      facts.add(new Fact("load", "100 requests per second, as no scenario says otherwise"));
    }
    if (!manifests.madeUp().isEmpty()) {
      facts.add(new Fact("made up", String.join(", ", manifests.madeUp())));
    }
    facts.add(new Fact("seed", String.valueOf(seed)));
    facts.add(new Fact("written", "nothing: this is a simulation"));
    return facts;
  }

  private static String standing(LiveRollout live) {
    RolloutStatus status = live.rollout().statusOrEmpty();
    Integer step = status.currentStepIndex();
    var canary = live.rollout().spec().strategy().canary();
    return ClientPhase.of(live.found()).line()
        + (step == null || canary == null || canary.steps().isEmpty()
            ? ""
            : ", step %d/%d".formatted(step, canary.steps().size()));
  }

  private String metrics(Measured measured) {
    List<String> words = new ArrayList<>();
    metrics.forEach(each -> words.add(each.toString()));
    if (scenario != null) {
      words.add("as the scenario says");
    } else {
      measured
          .values()
          .forEach(
              (name, value) -> {
                if (metrics.stream().noneMatch(each -> each.name().equals(name))) {
                  words.add("%s stays at %s".formatted(name, Json.write(value)));
                }
              });
    }
    words.add(words.isEmpty() ? "all healthy" : "all others healthy");
    return String.join("; ", words);
  }

  private void report(Delivery delivery, RolloutTrace trace) {
    String html = values.text("html");
    if (!html.isEmpty()) {
      write(html, DeliveryHtml.render(delivery));
    }
    if (json) {
      session.surroundings().out().print(Json.writePretty(DeliveryTree.of(delivery, trace)));
    } else {
      boolean terminal = session.surroundings().tty().isTerminal();
      int columns = terminal ? session.surroundings().tty().columns() : 0;
      session
          .surroundings()
          .out()
          .print(new DeliveryText(session.look(columns).screen()).render(delivery));
      if (!html.isEmpty()) {
        session.out("\nreport: " + session.shown(html));
      }
    }
    if (expected != null && expected != delivery.outcome()) {
      throw new PluginException(
          "expected %s, but it is %s".formatted(word(expected), word(delivery.outcome())));
    }
  }

  private static void write(String name, String content) {
    try {
      Path file = Path.of(name);
      Path folder = file.toAbsolutePath().getParent();
      if (folder != null) {
        java.nio.file.Files.createDirectories(folder);
      }
      java.nio.file.Files.writeString(file, content);
    } catch (IOException | java.nio.file.InvalidPathException e) {
      throw new PluginException(
          "--html %s: the file cannot be written; name one in a folder that you may write to"
              .formatted(name));
    }
  }
}
