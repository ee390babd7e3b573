package dev.rollouts.cli.plugin;

import dev.rollouts.cli.kube.Resource;
import dev.rollouts.cli.plugin.line.Command;
import dev.rollouts.cli.plugin.line.Command.Arity;
import dev.rollouts.cli.plugin.line.Flag;
import java.util.List;

/** The commands of the plugin. Their names and flags are those of Argo Rollouts (K §2). */
final class Commands {
  static final String PROGRAM = "kubectl-argo-rollouts";

  private static final Flag WATCH = Flag.bool("watch", "w", false, "show changes as they happen");
  private static final Flag NO_COLOUR = Flag.bool("no-color", "", false, "show no colours");

  private Commands() {}

  /** All of them. */
  static Command<Action> root() {
    return Command.<Action>group(
            PROGRAM,
            "",
            "Look at Rollouts and steer them.",
            List.of(
                abort(),
                Forecasts.analyze(),
                completion(),
                create(),
                Forecasts.diff(),
                explain(),
                get(),
                help(),
                lint(),
                list(),
                pause(),
                promote(),
                restart(),
                retry(),
                set(),
                Forecasts.simulate(),
                status(),
                terminate(),
                undo(),
                version()))
        .examples(
            "# Watch a Rollout",
            "kubectl argo rollouts get rollout guestbook -w",
            "",
            "# Let a paused Rollout go on",
            "kubectl argo rollouts promote guestbook",
            "",
            "# Stop an update and go back",
            "kubectl argo rollouts abort guestbook")
        .flags(GlobalFlags.all());
  }

  private static Command<Action> abort() {
    return Command.<Action>of(
            "abort", "ROLLOUT_NAME...", "Abort the update of a Rollout", Verbs::abort)
        .takes(Arity.ANY)
        .completes(Resource.ROLLOUTS.plural())
        .examples("# Abort an update", "kubectl argo rollouts abort guestbook")
        .flags(Targets.SELECTOR, DryRun.FLAG, Output.WRITTEN);
  }

  private static Command<Action> completion() {
    return Command.<Action>of(
            "completion",
            "bash|zsh|fish|powershell",
            "Print a script that teaches a shell to complete this program",
            Completion::script)
        .takes(Arity.EXACTLY_ONE)
        .examples(
            "# In bash, for this shell only", "source <(kubectl-argo-rollouts completion bash)");
  }

  private static Command<Action> create() {
    return Command.<Action>of(
            "create",
            "",
            "Create a Rollout, Experiment, AnalysisTemplate, ClusterAnalysisTemplate or AnalysisRun",
            Create::files)
        .commands(List.of(createRun()))
        .examples(
            "# Create an Experiment and watch it",
            "kubectl argo rollouts create -f my-experiment.yaml -w")
        .flags(
            Flag.texts("filename", "f", "files of what is to be created"),
            WATCH,
            NO_COLOUR,
            DryRun.FLAG,
            Output.WRITTEN);
  }

  private static Command<Action> createRun() {
    return Command.<Action>of(
            "analysisrun",
            "",
            "Create an AnalysisRun of a template in the cluster or in a file",
            CreateRun::create)
        .aliases("ar")
        .examples(
            "# Of a template in the cluster",
            "kubectl argo rollouts create analysisrun --from my-template -a service=guestbook",
            "",
            "# Of a file",
            "kubectl argo rollouts create analysisrun --from-file my-template.yaml")
        .flags(
            Flag.text("name", "", "", "name of the run"),
            Flag.text("generate-name", "", "", "beginning of its name, which the API server ends"),
            Flag.text("instance-id", "", "", "which controller looks after the run"),
            Flag.text("from", "", "", "name of a template in the cluster"),
            Flag.text("from-file", "", "", "file with a template"),
            Flag.texts("argument", "a", "value of an argument, as NAME=VALUE"),
            Flag.bool("global", "", false, "take a ClusterAnalysisTemplate"),
            DryRun.FLAG,
            Output.WRITTEN);
  }

  private static Command<Action> explain() {
    return Command.<Action>of(
            "explain",
            "ROLLOUT_NAME",
            "Say why a Rollout is where it is, and what it waits for",
            Explain::rollout)
        .takes(Arity.EXACTLY_ONE)
        .completes(Resource.ROLLOUTS.plural())
        .examples("# Why does it not go on?", "kubectl argo rollouts explain guestbook")
        .flags(NO_COLOUR, Output.flag("text or json"));
  }

  private static Command<Action> get() {
    return Command.group(
        "get",
        "rollout|experiment|analysisrun NAME",
        "Show one object with everything that belongs to it",
        List.of(
            Command.<Action>of("rollout", "ROLLOUT_NAME", "Show a Rollout", Get::rollout)
                .aliases("ro", "rollouts")
                .takes(Arity.ANY)
                .completes(Resource.ROLLOUTS.plural())
                .examples("# Watch it", "kubectl argo rollouts get rollout guestbook -w")
                .flags(
                    WATCH,
                    NO_COLOUR,
                    Flag.number(
                        "timeout-seconds",
                        "",
                        Flag.Type.INT,
                        "stop to watch after so many seconds"),
                    Targets.SELECTOR,
                    Output.flag(Output.FORMS)),
            Command.<Action>of(
                    "experiment", "EXPERIMENT_NAME", "Show an Experiment", Get::experiment)
                .aliases("exp", "experiments")
                .takes(Arity.ANY)
                .completes(Resource.EXPERIMENTS.plural())
                .examples("# Watch it", "kubectl argo rollouts get experiment my-experiment -w")
                .flags(WATCH, NO_COLOUR, Targets.SELECTOR, Output.flag(Output.FORMS)),
            Command.<Action>of("analysisrun", "RUN_NAME", "Show an AnalysisRun", Get::run)
                .aliases("ar", "analysisruns")
                .takes(Arity.ANY)
                .completes(Resource.ANALYSIS_RUNS.plural())
                .examples("# What it has measured", "kubectl argo rollouts get analysisrun my-run")
                .flags(NO_COLOUR, Targets.SELECTOR, Output.flag(Output.FORMS))));
  }

  private static Command<Action> help() {
    return Command.<Action>of("help", "[command]", "Help about any command", Help::show);
  }

  private static Command<Action> lint() {
    return Command.<Action>of("lint", "", "Find what is wrong with a file of Rollouts", Lint::file)
        .examples("# Check a file", "kubectl argo rollouts lint -f my-rollout.yaml")
        .flags(Flag.text("filename", "f", "", "file to check"));
  }

  private static Command<Action> list() {
    Flag everywhere = Flag.bool("all-namespaces", "A", false, "list those of all namespaces");
    Flag output = Output.flag(Output.FORMS);
    Flag labels = Flag.text("selector", "l", "", "list those with such labels only");
    return Command.group(
        "list",
        "rollouts|experiments|analysisruns",
        "List objects",
        List.of(
            Command.<Action>of("rollouts", "", "List Rollouts", ListCommand::rollouts)
                .aliases("ro", "rollout")
                .examples("# Of all namespaces", "kubectl argo rollouts list rollouts -A")
                .flags(
                    Flag.text("name", "", "", "list the one of this name only"),
                    everywhere,
                    WATCH,
                    Flag.bool("timestamps", "", false, "say when each line was printed"),
                    labels,
                    output),
            Command.<Action>of("experiments", "", "List Experiments", ListCommand::experiments)
                .aliases("exp", "experiment")
                .examples("# Of this namespace", "kubectl argo rollouts list experiments")
                .flags(everywhere, labels, output),
            Command.<Action>of("analysisruns", "", "List AnalysisRuns", ListCommand::runs)
                .aliases("ar", "analysisrun")
                .examples("# Of this namespace", "kubectl argo rollouts list analysisruns")
                .flags(everywhere, labels, output)));
  }

  private static Command<Action> pause() {
    return Command.<Action>of(
            "pause", "ROLLOUT_NAME...", "Stop a Rollout where it is", Verbs::pause)
        .takes(Arity.ANY)
        .completes(Resource.ROLLOUTS.plural())
        .examples("# Pause it", "kubectl argo rollouts pause guestbook")
        .flags(Targets.SELECTOR, DryRun.FLAG, Output.WRITTEN);
  }

  private static Command<Action> promote() {
    return Command.<Action>of(
            "promote", "ROLLOUT_NAME...", "Let a paused Rollout go on", Promote::promote)
        .takes(Arity.ANY)
        .completes(Resource.ROLLOUTS.plural())
        .examples(
            "# Go on after a pause",
            "kubectl argo rollouts promote guestbook",
            "",
            "# Skip analysis, pauses and steps that are left",
            "kubectl argo rollouts promote guestbook --full")
        .flags(
            Flag.bool("full", "", false, "skip everything that is left"),
            Flag.bool("skip-current-step", "c", false, "skip the current step")
                .deprecated("use without the flag instead ex: promote ROLLOUT_NAME"),
            Flag.bool("skip-all-steps", "a", false, "skip all steps")
                .deprecated("use --full instead"),
            Targets.SELECTOR,
            DryRun.FLAG,
            Output.WRITTEN);
  }

  private static Command<Action> restart() {
    return Command.<Action>of(
            "restart", "ROLLOUT_NAME...", "Restart the pods of a Rollout", Verbs::restart)
        .takes(Arity.ANY)
        .completes(Resource.ROLLOUTS.plural())
        .examples(
            "# Now",
            "kubectl argo rollouts restart guestbook",
            "",
            "# In ten minutes",
            "kubectl argo rollouts restart guestbook --in 10m")
        .flags(
            Flag.text("in", "i", "", "how long from now, such as 5m"),
            Targets.SELECTOR,
            DryRun.FLAG,
            Output.WRITTEN);
  }

  private static Command<Action> retry() {
    return Command.group(
        "retry",
        "rollout|experiment NAME...",
        "Try something again",
        List.of(
            Command.<Action>of(
                    "rollout",
                    "ROLLOUT_NAME...",
                    "Try an aborted update again",
                    Verbs::retryRollout)
                .aliases("ro", "rollouts")
                .takes(Arity.ANY)
                .completes(Resource.ROLLOUTS.plural())
                .examples("# Try again", "kubectl argo rollouts retry rollout guestbook")
                .flags(Targets.SELECTOR, DryRun.FLAG, Output.WRITTEN),
            Command.<Action>of(
                    "experiment",
                    "EXPERIMENT_NAME...",
                    "Run a finished Experiment again",
                    Verbs::retryExperiment)
                .aliases("exp", "experiments")
                .takes(Arity.ANY)
                .completes(Resource.EXPERIMENTS.plural())
                .examples("# Run it again", "kubectl argo rollouts retry experiment my-experiment")
                .flags(Targets.SELECTOR, DryRun.FLAG, Output.WRITTEN)));
  }

  private static Command<Action> set() {
    return Command.group(
        "set",
        "image NAME CONTAINER=IMAGE",
        "Change a Rollout",
        List.of(
            Command.<Action>of(
                    "image",
                    "ROLLOUT_NAME... CONTAINER=IMAGE...",
                    "Give a container of a Rollout another image",
                    SetImage::set)
                .takes(Arity.ANY)
                .completes(Resource.ROLLOUTS.plural())
                .examples(
                    "# One container",
                    "kubectl argo rollouts set image guestbook web=guestbook:v2",
                    "",
                    "# All containers",
                    "kubectl argo rollouts set image guestbook '*=guestbook:v2'")
                .flags(Targets.SELECTOR, DryRun.FLAG, Output.WRITTEN)));
  }

  private static Command<Action> status() {
    return Command.<Action>of(
            "status",
            "ROLLOUT_NAME...",
            "Wait until a Rollout is Healthy or Degraded",
            Status::status)
        .takes(Arity.ANY)
        .completes(Resource.ROLLOUTS.plural())
        .examples(
            "# Wait a minute at most",
            "kubectl argo rollouts status guestbook --timeout 60s",
            "",
            "# Only look",
            "kubectl argo rollouts status guestbook --watch=false",
            "",
            "# Wait until it stops for somebody, or has gone",
            "kubectl argo rollouts status guestbook --for=phase=Paused --timeout 10m",
            "kubectl argo rollouts status guestbook --for=delete")
        .flags(
            Flag.bool("watch", "w", true, "wait until it is over"),
            Flag.number("timeout", "t", Flag.Type.DURATION, "how long to wait; 0 is for ever"),
            Flag.text(
                "for",
                "",
                "",
                "wait for something else: phase=PHASE, condition=TYPE[=STATUS], jsonpath=PATH[=VALUE] or delete"),
            Targets.SELECTOR);
  }

  private static Command<Action> terminate() {
    return Command.group(
        "terminate",
        "analysisrun|experiment NAME...",
        "End something that runs",
        List.of(
            Command.<Action>of(
                    "analysisrun", "RUN_NAME...", "End an AnalysisRun", Verbs::terminateRun)
                .aliases("ar", "analysisruns")
                .takes(Arity.ANY)
                .completes(Resource.ANALYSIS_RUNS.plural())
                .examples(
                    "# End it", "kubectl argo rollouts terminate analysisrun guestbook-877894d5b-4")
                .flags(Targets.SELECTOR, DryRun.FLAG, Output.WRITTEN),
            Command.<Action>of(
                    "experiment",
                    "EXPERIMENT_NAME...",
                    "End an Experiment",
                    Verbs::terminateExperiment)
                .aliases("exp", "experiments")
                .takes(Arity.ANY)
                .completes(Resource.EXPERIMENTS.plural())
                .examples("# End it", "kubectl argo rollouts terminate experiment my-experiment")
                .flags(Targets.SELECTOR, DryRun.FLAG, Output.WRITTEN)));
  }

  private static Command<Action> undo() {
    return Command.<Action>of(
            "undo", "ROLLOUT_NAME", "Go back to an earlier revision of a Rollout", Undo::undo)
        .takes(Arity.EXACTLY_ONE)
        .completes(Resource.ROLLOUTS.plural())
        .examples(
            "# To the one before",
            "kubectl argo rollouts undo guestbook",
            "",
            "# To revision 3",
            "kubectl argo rollouts undo guestbook --to-revision=3")
        .flags(
            Flag.number(
                "to-revision",
                "",
                Flag.Type.LONG,
                "the revision to go back to; 0 is the one before"),
            DryRun.FLAG,
            Output.WRITTEN);
  }

  private static Command<Action> version() {
    return Command.<Action>of(
            "version",
            "",
            "Print the version of this program",
            session -> {
              if (session.values().flag("short")) {
                session.out(PROGRAM + ": " + Versions.full());
              } else {
                Versions.lines().forEach(session::out);
              }
            })
        .examples("# Print it", "kubectl argo rollouts version")
        .flags(Flag.bool("short", "", false, "print one line only"));
  }
}
