package dev.rollouts.cli.plugin;

import dev.rollouts.cli.kube.Resource;
import dev.rollouts.cli.plugin.line.Command;
import dev.rollouts.cli.plugin.line.Command.Arity;
import dev.rollouts.cli.plugin.line.Flag;

/**
 * The commands that say what would be, and write nothing; Argo Rollouts' plugin has none of them.
 */
final class Forecasts {
  private static final Flag NO_COLOUR = Flag.bool("no-color", "", false, "show no colours");

  private Forecasts() {}

  static Command<Action> simulate() {
    return Command.<Action>of(
            "simulate",
            "ROLLOUT_NAME",
            "Show what becomes of a Rollout from here on, without touching it",
            Simulate::rollout)
        .takes(Arity.EXACTLY_ONE)
        .completes(Resource.ROLLOUTS.plural())
        .examples(
            "# If nobody does anything",
            "kubectl argo rollouts simulate guestbook",
            "",
            "# If I promote now, and at each pause",
            "kubectl argo rollouts simulate guestbook --promote --keep-promoting",
            "",
            "# If the error rate doubles",
            "kubectl argo rollouts simulate guestbook --keep-promoting --metric error-rate=x2",
            "",
            "# If there is another release",
            "kubectl argo rollouts simulate guestbook --set-image web=guestbook:v3 --html report.html")
        .flags(
            Flag.bool("promote", "", false, "promote now"),
            Flag.bool("full", "", false, "promote now, and skip everything that is left"),
            Flag.bool("abort", "", false, "abort now"),
            Flag.texts("set-image", "", "set an image now, as CONTAINER=IMAGE"),
            Flag.bool(
                "keep-promoting", "", false, "promote whenever it waits for somebody to do so"),
            Flag.texts(
                "metric",
                "m",
                "what a metric answers, as NAME=VALUE: a number, x2 for twice what was measured last, a verdict, or what a scenario says of a metric, such as '{traffic: errorRate}'"),
            Flag.text(
                "scenario", "", "", "file with what people do, metrics answer and goes wrong"),
            Flag.number("for", "", Flag.Type.DURATION, "virtual time at most; a day without"),
            Flag.number("seed", "", Flag.Type.LONG, "where chance starts"),
            Flag.text("html", "", "", "write a report with charts to a file as well"),
            Flag.text(
                "expect",
                "",
                "",
                "fail unless it ends so: promoted, aborted, degraded, rolled-back, superseded, unfinished or deployed"),
            NO_COLOUR,
            Output.flag("text or json"));
  }

  static Command<Action> diff() {
    return Command.<Action>of(
            "diff",
            "ROLLOUT_NAME",
            "Show what the next revision of a Rollout changes in the pods, and its steps",
            Diff::rollout)
        .takes(Arity.EXACTLY_ONE)
        .completes(Resource.ROLLOUTS.plural())
        .examples(
            "# What is on its way",
            "kubectl argo rollouts diff guestbook",
            "",
            "# What an image would change",
            "kubectl argo rollouts diff guestbook --image web=guestbook:v3",
            "",
            "# What a file would change",
            "kubectl argo rollouts diff guestbook -f rollout.yaml")
        .flags(
            Flag.texts("image", "", "with this image, as CONTAINER=IMAGE"),
            Flag.text("filename", "f", "", "file with the Rollout as it will be"),
            Flag.text(
                "from",
                "",
                "stable",
                "compare with stable (what serves) or current (what the spec says now)"),
            NO_COLOUR,
            Output.flag("text or json"));
  }

  static Command<Action> analyze() {
    return Command.<Action>of(
            "analyze",
            "TEMPLATE_NAME...",
            "Measure now, from here, what templates in the cluster want to be measured",
            Analyze::templates)
        .takes(Arity.ANY)
        .examples(
            "# A template of the namespace, or of the whole cluster",
            "kubectl argo rollouts analyze success-rate -a service=guestbook",
            "",
            "# What a Rollout is measured by, with a Prometheus that can be reached from here",
            "kubectl argo rollouts analyze --rollout guestbook --prometheus http://localhost:9090")
        .flags(
            Flag.texts("argument", "a", "value of an argument, as NAME=VALUE"),
            Flag.text("rollout", "", "", "the analysis of this Rollout, in the place of templates"),
            Flag.bool("global", "", false, "take ClusterAnalysisTemplates only"),
            Flag.text("prometheus", "", "", "ask this server, whatever address the templates have"),
            Flag.number("for", "", Flag.Type.DURATION, "stop after this time; never without"),
            NO_COLOUR,
            Output.flag("text, or the resulting AnalysisRun as json or yaml"));
  }
}
