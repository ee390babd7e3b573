package dev.rollouts.cli.plugin.view;

import dev.rollouts.cli.jsonpath.JsonPath;
import dev.rollouts.cli.kube.KubeObject;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What a rollout does with a new revision, step by step, in a few words each. */
public final class StepList {
  private StepList() {}

  /** The steps of a spec; may be none. */
  public static List<String> of(KubeObject spec) {
    return spec.has("strategy", "blueGreen")
        ? blueGreen(spec.child("strategy", "blueGreen"))
        : canary(spec.child("strategy", "canary"));
  }

  private static List<String> canary(KubeObject canary) {
    List<String> lines = new ArrayList<>();
    for (KubeObject each : canary.children("steps")) {
      lines.add(step(each));
    }
    if (lines.isEmpty()) {
      lines.add("all pods, as maxSurge and maxUnavailable allow");
    }
    if (canary.has("analysis")) {
      String start =
          canary.has("analysis", "startingStep")
              ? "from step %d on".formatted(canary.number("analysis", "startingStep") + 1)
              : "all the while";
      lines.add(
          "beside them, %s: analysis %s".formatted(start, templates(canary.child("analysis"))));
    }
    return lines;
  }

  private static String step(KubeObject step) {
    if (step.has("setWeight")) {
      return "setWeight " + step.number("setWeight");
    }
    if (step.has("pause")) {
      return pause(step.at("pause", "duration"));
    }
    if (step.has("analysis")) {
      return "analysis " + templates(step.child("analysis"));
    }
    if (step.has("experiment")) {
      return experiment(step.child("experiment"));
    }
    if (step.has("setCanaryScale")) {
      KubeObject scale = step.child("setCanaryScale");
      return "setCanaryScale "
          + (scale.has("replicas")
              ? "to %d replicas".formatted(scale.number("replicas"))
              : scale.has("weight")
                  ? "to weight %d".formatted(scale.number("weight"))
                  : "as the traffic");
    }
    if (step.has("setHeaderRoute")) {
      return route("setHeaderRoute", step.child("setHeaderRoute"));
    }
    if (step.has("setMirrorRoute")) {
      KubeObject mirror = step.child("setMirrorRoute");
      return route("setMirrorRoute", mirror)
          + (mirror.has("percentage") ? ", %d %%".formatted(mirror.number("percentage")) : "");
    }
    return step.has("plugin")
        ? "plugin " + step.text("plugin", "name")
        : "nothing that is known: " + JsonPath.text(step.fields());
  }

  private static String pause(@org.jspecify.annotations.Nullable Object duration) {
    String text = JsonPath.text(duration);
    return text.isEmpty()
        ? "pause until somebody promotes"
        : "pause " + (text.matches("[0-9]+") ? text + "s" : text);
  }

  private static String route(String kind, KubeObject route) {
    return kind
        + " "
        + route.text("name")
        + (route.children("match").isEmpty() ? ", which takes it away" : "");
  }

  private static String experiment(KubeObject experiment) {
    String templates =
        experiment.children("templates").stream()
            .map(each -> each.text("name"))
            .collect(Collectors.joining(", "));
    String analyses =
        experiment.children("analyses").stream()
            .map(each -> each.text("templateName"))
            .collect(Collectors.joining(", "));
    String duration = experiment.text("duration");
    return "experiment with "
        + templates
        + (analyses.isEmpty() ? "" : ", analysis " + analyses)
        + (duration.isEmpty() ? "" : ", for " + duration);
  }

  private static String templates(KubeObject analysis) {
    String names =
        analysis.children("templates").stream()
            .map(each -> each.text("templateName"))
            .collect(Collectors.joining(", "));
    return names.isEmpty() ? "without templates" : names;
  }

  private static List<String> blueGreen(KubeObject strategy) {
    List<String> lines = new ArrayList<>();
    String preview = strategy.text("previewService");
    lines.add(
        (strategy.has("previewReplicaCount")
                ? "%d pods".formatted(strategy.number("previewReplicaCount"))
                : "all pods")
            + (preview.isEmpty() ? "" : " behind Service " + preview));
    if (strategy.has("prePromotionAnalysis")) {
      lines.add("analysis " + templates(strategy.child("prePromotionAnalysis")));
    }
    if (strategy.number("autoPromotionSeconds") > 0) {
      lines.add("pause %ds".formatted(strategy.number("autoPromotionSeconds")));
    } else if (Boolean.FALSE.equals(strategy.at("autoPromotionEnabled"))) {
      lines.add("pause until somebody promotes");
    }
    lines.add("Service %s gets the new pods".formatted(strategy.text("activeService")));
    if (strategy.has("postPromotionAnalysis")) {
      lines.add("analysis " + templates(strategy.child("postPromotionAnalysis")));
    }
    long delay =
        strategy.has("scaleDownDelaySeconds") ? strategy.number("scaleDownDelaySeconds") : 30;
    lines.add("the old pods go after %ds".formatted(delay));
    return lines;
  }
}
