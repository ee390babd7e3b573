package dev.rollouts.cli.lint;

import dev.rollouts.api.analysis.Metric;
import dev.rollouts.api.analysis.TemplateRef;
import dev.rollouts.api.rollout.BackgroundAnalysis;
import dev.rollouts.api.rollout.BlueGreenStrategy;
import dev.rollouts.api.rollout.CanaryStep;
import dev.rollouts.api.rollout.CanaryStrategy;
import dev.rollouts.api.rollout.EffectiveRollout;
import dev.rollouts.api.rollout.ExperimentStep;
import dev.rollouts.api.rollout.ExperimentStepAnalysis;
import dev.rollouts.api.rollout.RolloutAnalysis;
import dev.rollouts.api.rollout.RolloutArgument;
import dev.rollouts.api.wire.GoDuration;
import dev.rollouts.api.wire.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Analyses of a rollout: their arguments, and whether there is time for them. Rules.
 */
final class RolloutAnalysisChecks {
  private final TemplateSet templates;
  private final Delivery delivery;

  private RolloutAnalysisChecks(TemplateSet templates, Delivery delivery) {
    this.templates = templates;
    this.delivery = delivery;
  }

  static void check(TemplateSet templates, Delivery delivery) {
    RolloutAnalysisChecks checks = new RolloutAnalysisChecks(templates, delivery);
    BlueGreenStrategy blueGreen = delivery.written().spec().strategy().blueGreen();
    if (blueGreen != null) {
      checks.check(
          blueGreen.prePromotionAnalysis(), Delivery.BLUE_GREEN.key("prePromotionAnalysis"));
      checks.check(
          blueGreen.postPromotionAnalysis(), Delivery.BLUE_GREEN.key("postPromotionAnalysis"));
    }
    CanaryStrategy canary = delivery.canary();
    if (canary == null) {
      return;
    }
    for (int i = 0; i < canary.steps().size(); i++) {
      CanaryStep step = canary.steps().get(i);
      Path path = Delivery.CANARY.key("steps").index(i);
      checks.check(step.analysis(), path.key("analysis"));
      if (step.experiment() != null) {
        checks.check(step.experiment(), path.key("experiment"));
      }
    }
    if (canary.analysis() != null) {
      checks.check(canary.analysis().analysis(), Delivery.CANARY.key("analysis"));
      checks.checkTime(canary, canary.analysis());
    }
  }

  private void check(@Nullable RolloutAnalysis analysis, Path path) {
    if (analysis != null) {
      checkArguments(analysis.templates(), analysis.args(), path);
    }
  }

  private void check(ExperimentStep experiment, Path path) {
    for (int i = 0; i < experiment.analyses().size(); i++) {
      ExperimentStepAnalysis each = experiment.analyses().get(i);
      checkArguments(
          List.of(new TemplateRef(each.templateName(), each.clusterScope())),
          each.args(),
          path.key("analyses").index(i));
    }
  }

  private void checkArguments(List<TemplateRef> refs, List<RolloutArgument> args, Path path) {
    Optional<Set<Subject>> members = members(refs);
    for (int i = 0; i < args.size(); i++) {
      RolloutArgument arg = args.get(i);
      Path here = path.key("args").index(i);
      checkSource(arg, here);
      if (members.isPresent()
          && !members.get().isEmpty()
          && members.get().stream().allMatch(each -> each.argument(arg.name()) == null)) {
        delivery.report(
            Rule.ARG_IGNORED,
            Severity.WARNING,
            here.key("name"),
            "no template declares argument \"%s\"; it is ignored".formatted(arg.name()),
            similar(arg.name(), members.get()));
      }
    }
  }

  static String similar(String name, Set<Subject> members) {
    Set<String> declared = new LinkedHashSet<>();
    members.forEach(each -> each.spec().args().forEach(arg -> declared.add(arg.name())));
    if (declared.size() > 100) {
      return "remove it, or declare it under spec.args of the template";
    }
    String similar = FieldAdvice.similar(name, declared);
    return similar == null
        ? "remove it, or declare it under spec.args of the template"
        : "write " + similar;
  }

  private void checkSource(RolloutArgument arg, Path path) {
    if (!arg.value().isEmpty() && SecretChecks.isCredential(arg.name())) {
      delivery.report(
          Rule.SECRET_IN_TEXT,
          Severity.WARNING,
          path.key("value"),
          "by its name, argument \"%s\" is a credential, and it stands in plain text"
              .formatted(arg.name()),
          "let the template read it with valueFrom.secretKeyRef");
    }
    RolloutArgument.ValueFrom from = arg.valueFrom();
    if (from == null) {
      return;
    }
    String hash = from.podTemplateHashValue();
    if (hash != null && !hash.equals("Latest") && !hash.equals("Stable")) {
      delivery.report(
          Rule.SETTING_IGNORED,
          Severity.WARNING,
          path.key("valueFrom").key("podTemplateHashValue"),
          "\"%s\" is not known; the argument is empty".formatted(hash),
          "write Latest or Stable");
    } else if (hash != null && from.fieldRef() != null) {
      delivery.report(
          Rule.SETTING_IGNORED,
          Severity.WARNING,
          path.key("valueFrom").key("fieldRef"),
          "podTemplateHashValue wins over fieldRef",
          "remove one of them");
    }
  }

  /** The templates and all that they refer to; empty when not all of them are among the files. */
  private Optional<Set<Subject>> members(List<TemplateRef> refs) {
    Set<Subject> members = new LinkedHashSet<>();
    for (TemplateRef ref : refs) {
      Optional<Subject> template = templates.find(ref, delivery.namespace());
      if (template.isEmpty() || !templates.isComplete(template.get())) {
        return Optional.empty();
      }
      members.addAll(templates.closure(template.get()));
    }
    return Optional.of(members);
  }

  /** A background analysis ends with the steps, whether it has measured enough or not. */
  private void checkTime(CanaryStrategy canary, BackgroundAnalysis analysis) {
    int start = analysis.startingStep() == null ? 0 : analysis.startingStep();
    Path path = Delivery.CANARY.key("analysis");
    if (start > 0 && start >= canary.steps().size()) {
      delivery.report(
          Rule.ANALYSIS_CUT_SHORT,
          Severity.WARNING,
          path.key("startingStep"),
          "there are %d steps, counted from 0; the analysis never starts"
              .formatted(canary.steps().size()),
          "write the index of a step");
      return;
    }
    Optional<Duration> time =
        time(canary.steps().subList(Math.max(0, start), canary.steps().size()));
    Optional<Set<Subject>> members = members(analysis.templates());
    if (time.isEmpty() || members.isEmpty()) {
      return;
    }
    Map<String, String> values = new LinkedHashMap<>();
    analysis.args().forEach(arg -> values.put(arg.name(), arg.value()));
    for (Subject member : members.get()) {
      for (MetricView metric : member.metrics()) {
        checkTime(new Substitution(values).apply(metric.known()), time.get(), path);
      }
    }
  }

  private void checkTime(Metric metric, Duration time, Path path) {
    Optional<Duration> delay = duration(metric.initialDelay());
    Optional<Duration> interval = duration(metric.interval());
    OptionalInt count = MetricView.number(metric.count(), 0);
    if (delay.isEmpty() || interval.isEmpty() || count.isEmpty()) {
      return;
    }
    int wanted = Math.max(1, count.getAsInt());
    Duration last = delay.get().plus(interval.get().multipliedBy(wanted - 1L));
    if (last.compareTo(time) < 0) {
      return;
    }
    boolean never = delay.get().compareTo(time) >= 0 && !delay.get().isZero();
    if (!never && wanted == 1) {
      return;
    }
    delivery.report(
        Rule.ANALYSIS_CUT_SHORT,
        Severity.WARNING,
        path,
        never
            ? "metric \"%s\" is first measured after %s, and the pauses are over after %s; it is never"
                    .formatted(metric.name(), text(delay.get()), text(time))
                + " measured unless pods start slowly"
            : "metric \"%s\" is measured %d times, which takes %s, and the pauses are over after %s; the"
                    .formatted(metric.name(), wanted, text(last), text(time))
                + " rest is not measured",
        "lengthen the pauses, or measure sooner");
  }

  private static String text(Duration duration) {
    return GoDuration.format(duration);
  }

  private static Optional<Duration> duration(@Nullable String text) {
    return text == null || text.isEmpty() ? Optional.of(Duration.ZERO) : GoDuration.tryParse(text);
  }

  /** How long the steps hold an update up at least; empty when that is open. */
  private static Optional<Duration> time(List<CanaryStep> steps) {
    Duration time = Duration.ZERO;
    for (CanaryStep step : steps) {
      if (step.analysis() != null || step.experiment() != null || step.plugin() != null) {
        return Optional.empty();
      }
      if (step.pause() != null) {
        Optional<Duration> pause = EffectiveRollout.pauseDuration(step.pause());
        if (pause.isEmpty()) {
          return Optional.empty();
        }
        time = time.plus(pause.get().isNegative() ? Duration.ZERO : pause.get());
      }
    }
    return time.isZero() ? Optional.empty() : Optional.of(time);
  }
}
