package dev.rollouts.cli;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.AnalysisRunStatus;
import dev.rollouts.api.analysis.AnalysisSpec;
import dev.rollouts.cli.report.Chronicle;
import dev.rollouts.cli.report.Delivery;
import dev.rollouts.cli.report.DeliveryHtml;
import dev.rollouts.cli.report.DeliveryText;
import dev.rollouts.cli.report.HtmlReport;
import dev.rollouts.cli.report.Odds;
import dev.rollouts.cli.report.Report;
import dev.rollouts.cli.report.Report.Fact;
import dev.rollouts.cli.report.TextReport;
import dev.rollouts.cli.terminal.Screen;
import dev.rollouts.codec.Json;
import dev.rollouts.engine.analysis.AnalysisForecast;
import dev.rollouts.engine.analysis.explain.Explanation;
import dev.rollouts.simulation.HealthyWorld;
import dev.rollouts.simulation.MonteCarlo;
import dev.rollouts.simulation.Scenario;
import dev.rollouts.simulation.Script;
import dev.rollouts.simulation.Simulation;
import dev.rollouts.simulation.Trace;
import dev.rollouts.simulation.Turn;
import dev.rollouts.simulation.rollout.Outcome;
import dev.rollouts.simulation.rollout.RolloutManifests;
import dev.rollouts.simulation.rollout.RolloutScenario;
import dev.rollouts.simulation.rollout.RolloutTrace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "simulate",
    header = "Run a Rollout or an AnalysisTemplate in virtual time, and show what it would do.",
    description = {
      "Of a Rollout: replicas and traffic of each version, pauses, analyses, and what users had of it."
          + " Of a template alone: the timeline, a plot of each metric, the verdict and why. Needs no server"
          + " and no cluster; a day takes milliseconds.",
      "",
      "Without --scenario a Rollout is deployed and updated once, pauses without end are promoted at once,"
          + " and every metric answers what its conditions are content with. Services and templates that the"
          + " Rollout names and the files do not have are made up."
    },
    customSynopsis = "rollouts simulate FILE... [--scenario SCENARIO] [OPTIONS]",
    sortOptions = false,
    exitCodeList = {
      "0:the update is promoted; of a template: whatever the verdict",
      "3:the update is aborted or Degraded; with --expect: another verdict",
      "4:the update is neither, within the time",
      "2:wrong usage or unusable input",
      "1:something else broke"
    },
    footer = {
      "",
      "Examples:",
      "  rollouts simulate rollout.yaml",
      "  rollouts simulate rollout.yaml services.yaml --scenario bad.yaml --html report.html",
      "  rollouts simulate template.yaml --scenario scenario.yaml --runs 500"
    })
final class SimulateCommand implements Callable<Integer> {
  private static final int RUNS_MAX = 1_000_000;

  /** An endless metric in a world without an end is shown for this many of its intervals. */
  private static final int INTERVALS_SHOWN = 30;

  private final Surroundings surroundings;

  @Mixin InputOptions input = new InputOptions();

  @Option(
      names = {"-m", "--scenario", "--metrics"},
      paramLabel = "SCENARIO",
      description =
          "What people do, metrics answer and goes wrong, as YAML: see docs/guide/simulation.md; - for"
              + " standard input.")
  @Nullable String metrics;

  @Option(
      names = "--update",
      paramLabel = "image=IMAGE",
      description =
          "What a Rollout is updated to: image= for the first container, or a container's name. Several: one"
              + " after the other.")
  List<String> updates = new ArrayList<>();

  @Option(names = "--rollout", paramLabel = "NAME", description = "Which Rollout, of several.")
  String rollout = "";

  @Option(
      names = "--runs",
      paramLabel = "N",
      description = "Simulate with N seeds and tell the odds as well. Default: 1.")
  int runs = 1;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "Where chance starts. Default: the scenario's, else 1.")
  @Nullable Long seed;

  @Option(
      names = "--for",
      paramLabel = "DURATION",
      description =
          "Virtual time at most. Default: the scenario's, else 24h; 30 intervals for a template that"
              + " never ends.")
  @Nullable String atMost;

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description = "Write a report with charts as well; one file that needs nothing else.")
  @Nullable String html;

  @Option(
      names = "--expect",
      paramLabel = "VERDICT",
      description =
          "Exit with 3 unless the verdict is this one, such as Failed; of a Rollout: promoted, aborted,"
              + " degraded, rolled-back, superseded, unfinished or deployed.")
  @Nullable String expect;

  /** How the result is printed. */
  enum Output {
    text,
    json
  }

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "${COMPLETION-CANDIDATES}. Default: text.")
  Output output = Output.text;

  @Mixin CommonOptions common = new CommonOptions();

  SimulateCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    Screen screen = common.screen(surroundings);
    if (runs < 1 || runs > RUNS_MAX) {
      throw CliException.badInput(
          String.format(Locale.ROOT, "--runs: must be from 1 to %,d, was %d", RUNS_MAX, runs));
    }
    Manifests manifests = input.manifests(surroundings);
    return manifests.hasRollout() || !rollout.isEmpty()
        ? rollout(manifests, screen)
        : template(manifests, screen);
  }

  // -- a Rollout

  private int rollout(Manifests manifests, Screen screen) {
    Outcome expected = expect == null ? null : outcome(expect);
    RolloutScenario scenario = metrics == null ? null : rolloutScenario(metrics);
    RolloutManifests chosen;
    try {
      chosen = RolloutManifests.of(manifests.documents(), rollout);
    } catch (IllegalArgumentException unclear) {
      throw CliException.badInput(
          (rollout.isEmpty() ? "" : "--rollout " + rollout + ": ")
              + unclear.getMessage()
              + (rollout.isEmpty() ? "; choose with --rollout" : ""));
    }
    RolloutSubject subject =
        RolloutSubject.of(
            chosen,
            input.files(),
            scenario,
            metrics,
            updates,
            seed,
            atMost == null ? null : AnalyzeCommand.positive("--for", atMost));
    RolloutTrace trace = subject.run();
    Delivery delivery = subject.report(trace, runs > 1 ? subject.odds(runs) : null);
    if (html != null) {
      write(html, DeliveryHtml.render(delivery));
    }
    if (output == Output.json) {
      surroundings.out().println(Json.writePretty(DeliveryTree.of(delivery, trace)));
    } else {
      surroundings.out().print(new DeliveryText(screen).render(delivery));
      if (html != null) {
        surroundings.out().println("\nreport: " + html);
      }
    }
    if (expected == null) {
      return ExitCodes.of(delivery.outcome());
    }
    return expected == delivery.outcome()
        ? ExitCodes.OK
        : unexpected(expected.toString(), delivery.outcome().toString());
  }

  private static Outcome outcome(String name) {
    for (Outcome each : Outcome.values()) {
      if (each.toString().replace(' ', '-').equals(name.toLowerCase(Locale.ROOT))) {
        return each;
      }
    }
    throw CliException.badInput(
        "--expect: expected %s, was \"%s\""
            .formatted(
                Stream.of(Outcome.values())
                    .map(each -> each.toString().replace(' ', '-'))
                    .collect(Collectors.joining(", ")),
                name));
  }

  private RolloutScenario rolloutScenario(String name) {
    return reading(name, text -> RolloutScenario.parse("stdin", text), RolloutScenario::read);
  }

  // -- a template

  private int template(Manifests manifests, Screen screen) {
    if (!updates.isEmpty()) {
      throw CliException.badInput(
          "--update: there is no Rollout to update%s".formatted(manifests.inventory()));
    }
    AnalysisPhase expected = expect == null ? null : phase(expect);
    Scenario scenario = metrics == null ? null : scenario(metrics);
    Subject subject =
        input.subject(manifests, surroundings, scenario == null ? Map.of() : scenario.args());
    subject.requireUsable();
    World world = scenario == null ? healthy(subject) : scripted(subject, scenario);
    Trace trace = run(world);
    Odds odds = runs > 1 ? odds(world) : null;
    Report report = report(subject, world, trace, odds);
    if (html != null) {
      write(html, HtmlReport.render(report));
    }
    if (output == Output.json) {
      surroundings.out().println(Json.writePretty(tree(report, trace)));
    } else {
      surroundings.out().print(new TextReport(screen).render(report));
      if (html != null) {
        surroundings.out().println("\nreport: " + html);
      }
    }
    return expected == null || expected == trace.phase()
        ? ExitCodes.OK
        : unexpected(expected.wireName(), trace.phase().wireName());
  }

  private int unexpected(String expected, String actual) {
    surroundings.out().flush();
    Main.tell(surroundings, "rollouts: expected %s, but it is %s".formatted(expected, actual));
    return ExitCodes.VERDICT_FAILED;
  }

  private static AnalysisPhase phase(String name) {
    return AnalysisPhase.ofWireName(name)
        .orElseThrow(
            () ->
                CliException.badInput(
                    "--expect: expected Successful, Failed, Error, Inconclusive or Running, was \"%s\""
                        .formatted(name)));
  }

  private Scenario scenario(String name) {
    return reading(name, text -> Scenario.parse("stdin", text), Scenario::read);
  }

  private <T> T reading(String name, Function<String, T> parse, Function<Path, T> read) {
    try {
      if (name.equals("-")) {
        if (input.files().contains("-")) {
          throw CliException.badInput(
              "--scenario -: standard input is read for a file already; give one of them as a file");
        }
        return parse.apply(new String(surroundings.in().readAllBytes(), StandardCharsets.UTF_8));
      }
      return read.apply(Manifests.path(name));
    } catch (IllegalArgumentException unusable) {
      throw CliException.badPlace(String.valueOf(unusable.getMessage()));
    } catch (IOException e) {
      throw CliException.failure("--scenario -: standard input cannot be read");
    }
  }

  /**
   * A template and what surrounds it.
   *
   * @param words what the back-ends answer, for people
   */
  private record World(Simulation simulation, Duration atMost, List<Fact> words) {}

  private World scripted(Subject subject, Scenario scenario) {
    long first = seed == null ? scenario.seed() : seed;
    Simulation simulation =
        scenario.applyTo(Simulation.of(subject.spec(), first)).args(subject.args());
    Duration limit =
        atMost == null ? scenario.duration() : AnalyzeCommand.positive("--for", atMost);
    return new World(simulation, limit, List.of(new Fact("scenario", String.valueOf(metrics))));
  }

  private World healthy(Subject subject) {
    HealthyWorld healthy = HealthyWorld.of(subject.spec());
    Simulation simulation = Simulation.of(subject.spec(), seed == null ? 1 : seed);
    for (Map.Entry<String, Script> each : healthy.scripts().entrySet()) {
      simulation = simulation.metric(each.getKey(), each.getValue());
    }
    Duration limit =
        atMost == null ? length(subject.spec()) : AnalyzeCommand.positive("--for", atMost);
    return new World(
        simulation,
        limit,
        List.of(
            new Fact("scenario", "healthy, as none was given (--scenario)"),
            new Fact("answers", String.join("; ", healthy.words()))));
  }

  /** A day, or some intervals of a metric that never ends. */
  private static Duration length(AnalysisSpec spec) {
    Duration longest = null;
    for (AnalysisForecast.Outlook metric :
        AnalysisForecast.of(spec, AnalysisRunStatus.pending(), Instant.EPOCH).metrics()) {
      Duration interval = metric.interval();
      if (metric.wanted() == 0 && metric.consecutiveSuccessLimit() == 0 && interval != null) {
        Duration shown = interval.multipliedBy(INTERVALS_SHOWN);
        longest = longest == null || shown.compareTo(longest) > 0 ? shown : longest;
      }
    }
    return longest == null ? Scenario.DURATION_DEFAULT : longest;
  }

  private Trace run(World world) {
    try {
      return world.simulation().run(world.atMost());
    } catch (IllegalArgumentException unusable) {
      throw CliException.badInput((metrics == null ? "" : metrics + ": ") + unusable.getMessage());
    }
  }

  private Odds odds(World world) {
    MonteCarlo many = MonteCarlo.run(world.simulation(), runs, world.atMost());
    List<Odds.Share> shares = new ArrayList<>();
    many.shares()
        .forEach(
            (phase, share) ->
                shares.add(
                    new Odds.Share(
                        phase.wireName(),
                        phase,
                        share.count(),
                        share.low(),
                        share.high(),
                        many.times(phase).map(MonteCarlo.Times::p50).orElse(world.atMost()),
                        many.example(phase).orElse(world.simulation().seed()))));
    shares.sort(Comparator.comparing(Odds.Share::count).reversed());
    List<Odds.Bin> histogram =
        Odds.bins(
            many.outcomes().stream()
                .map(MonteCarlo.Outcome::timeToVerdict)
                .filter(Objects::nonNull)
                .toList());
    return new Odds(runs, world.simulation().seed(), shares, histogram, List.of());
  }

  private Report report(Subject subject, World world, Trace trace, @Nullable Odds odds) {
    Chronicle chronicle = new Chronicle(trace.spec());
    Instant end = Instant.EPOCH;
    for (Turn turn : trace.turns()) {
      turn.notes().forEach(note -> chronicle.note(turn.elapsed(), note));
      if (turn.saved()) {
        chronicle.step(turn.elapsed(), turn.before(), turn.after());
      } else {
        chronicle.note(turn.elapsed(), "the process died before it could save a decision");
      }
      end = turn.now();
    }
    List<Fact> facts = new ArrayList<>();
    facts.add(new Fact("template", String.join(", ", input.files())));
    facts.addAll(world.words());
    Map<String, String> args = shownArgs(world.simulation().spec());
    if (!args.isEmpty()) {
      facts.add(
          new Fact(
              "arguments",
              args.entrySet().stream()
                  .map(arg -> arg.getKey() + "=" + arg.getValue())
                  .collect(Collectors.joining(", "))));
    }
    facts.add(new Fact("seed", String.valueOf(trace.seed())));
    Duration length = trace.timeToVerdict().orElse(trace.length());
    return new Report(
        subject.name(),
        facts,
        trace.phase(),
        length,
        chronicle.events(),
        chronicle.series(trace.status()),
        Explanation.of(trace.spec(), trace.status(), end),
        odds);
  }

  /** Values that come from secrets are not there to be shown. */
  private static Map<String, String> shownArgs(AnalysisSpec spec) {
    Map<String, String> shown = new LinkedHashMap<>();
    spec.args()
        .forEach(
            arg ->
                shown.put(
                    arg.name(),
                    arg.secretKeyRef() != null
                        ? "(from a secret)"
                        : Optional.ofNullable(arg.value()).orElse("")));
    return shown;
  }

  private static void write(String name, String content) {
    Path file = Manifests.path(name);
    try {
      Path folder = file.toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      Files.writeString(file, content, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw CliException.failure(
          "--html %s: the file cannot be written; name one in a folder that you may write to"
              .formatted(name));
    }
  }

  @SuppressWarnings("unchecked")
  private static Map<String, @Nullable Object> tree(Report report, Trace trace) {
    Map<String, @Nullable Object> tree = new LinkedHashMap<>();
    tree.put("template", report.title());
    tree.put("why", report.explanation().text().lines().toList());
    tree.putAll((Map<String, @Nullable Object>) Json.read("trace", trace.toJson()));
    Odds odds = report.odds();
    if (odds != null) {
      tree.put("runs", odds.runs());
      tree.put(
          "odds",
          odds.shares().stream()
              .map(
                  share -> {
                    Map<String, @Nullable Object> part = new LinkedHashMap<>();
                    part.put("phase", share.verdict());
                    part.put("count", share.count());
                    part.put("share", share.count() / (double) odds.runs());
                    part.put("low", share.low());
                    part.put("high", share.high());
                    part.put("medianSeconds", share.median().toMillis() / 1000.0);
                    part.put("seed", share.exampleSeed());
                    return part;
                  })
              .toList());
      tree.put(
          "timeToVerdict",
          odds.histogram().stream()
              .map(
                  bin -> {
                    Map<String, @Nullable Object> part = new LinkedHashMap<>();
                    part.put("fromSeconds", bin.from().toMillis() / 1000.0);
                    part.put("toSeconds", bin.to().toMillis() / 1000.0);
                    part.put("count", bin.count());
                    return part;
                  })
              .toList());
    }
    return tree;
  }
}
