package dev.rollouts.cli.plugin;

import dev.rollouts.api.analysis.AnalysisSpec;
import dev.rollouts.api.analysis.AnalysisTemplate;
import dev.rollouts.api.analysis.AnalysisTemplateSpec;
import dev.rollouts.api.analysis.Argument;
import dev.rollouts.api.analysis.ClusterAnalysisTemplate;
import dev.rollouts.api.analysis.TemplateRef;
import dev.rollouts.api.rollout.BlueGreenStrategy;
import dev.rollouts.api.rollout.CanaryStep;
import dev.rollouts.api.rollout.CanaryStrategy;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.RolloutAnalysis;
import dev.rollouts.api.rollout.RolloutStatus;
import dev.rollouts.api.wire.Problem;
import dev.rollouts.api.wire.Wire;
import dev.rollouts.cli.kube.ApiException;
import dev.rollouts.cli.kube.KubeObject;
import dev.rollouts.cli.kube.Resource;
import dev.rollouts.engine.analysis.templates.MergedTemplates;
import dev.rollouts.engine.analysis.templates.Supplied;
import dev.rollouts.engine.analysis.templates.TemplateMerge;
import dev.rollouts.engine.rollout.children.CannotBuildException;
import dev.rollouts.engine.rollout.children.RolloutArguments;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What is to be measured: templates of the cluster that were named, or those of a rollout.
 *
 * @param name for people
 */
record LiveAnalysis(String name, AnalysisSpec spec) {
  private static final int TEMPLATES_MAX = 100;

  /**
   * Reads it from the cluster.
   *
   * @throws PluginException when there is no such thing, or no run can be made of it
   */
  static LiveAnalysis of(Session session) {
    Map<String, String> given = CreateRun.given(session.values().texts("argument"));
    String rollout = session.values().text("rollout");
    List<String> names = session.arguments();
    if (rollout.isEmpty() == names.isEmpty()) {
      if (rollout.isEmpty()) {
        throw PluginException.misused();
      }
      throw new PluginException("name templates or a rollout with --rollout, and not both");
    }
    if (!rollout.isEmpty()) {
      return ofRollout(session, rollout, given);
    }
    Templates templates = new Templates(session);
    List<TemplateRef> refs = names.stream().map(templates::find).toList();
    return merged(String.join(" + ", names), templates, refs, List.of(), given);
  }

  // --- of a rollout

  private record Place(String words, RolloutAnalysis analysis) {}

  private static LiveAnalysis ofRollout(Session session, String name, Map<String, String> given) {
    KubeObject found = session.find(Resource.ROLLOUTS, name);
    Rollout rollout = Wire.decode(Rollout.class, found.fields()).value();
    Place place =
        place(rollout)
            .orElseThrow(
                () ->
                    new PluginException(
                        "rollout '%s' has no analysis; name a template instead".formatted(name)));
    Templates templates = new Templates(session);
    place.analysis().templates().forEach(templates::read);
    RolloutStatus status = rollout.statusOrEmpty();
    List<Argument> args;
    try {
      args =
          RolloutArguments.of(rollout, status.currentPodHash(), status.stableRS())
              .resolve(place.analysis().args());
    } catch (CannotBuildException e) {
      throw new PluginException(String.valueOf(e.getMessage()));
    }
    return merged(
        name + ", " + place.words(), templates, place.analysis().templates(), args, given);
  }

  /** The analysis of the current step; else that beside the steps, or the first that comes. */
  private static Optional<Place> place(Rollout rollout) {
    CanaryStrategy canary = rollout.spec().strategy().canary();
    BlueGreenStrategy blueGreen = rollout.spec().strategy().blueGreen();
    if (blueGreen != null) {
      return place("pre-promotion analysis", blueGreen.prePromotionAnalysis())
          .or(() -> place("post-promotion analysis", blueGreen.postPromotionAnalysis()));
    }
    if (canary == null) {
      return Optional.empty();
    }
    Integer index = rollout.statusOrEmpty().currentStepIndex();
    List<CanaryStep> steps = canary.steps();
    if (index != null
        && index >= 0
        && index < steps.size()
        && steps.get(index).analysis() != null) {
      return place("analysis of step " + (index + 1), steps.get(index).analysis());
    }
    if (canary.analysis() != null) {
      return place("background analysis", canary.analysis().analysis());
    }
    for (int i = 0; i < steps.size(); i++) {
      if (steps.get(i).analysis() != null) {
        return place("analysis of step " + (i + 1), steps.get(i).analysis());
      }
    }
    return Optional.empty();
  }

  private static Optional<Place> place(String words, @Nullable RolloutAnalysis analysis) {
    return Optional.ofNullable(analysis).map(each -> new Place(words, each));
  }

  // --- templates

  /** Those that were read; what they refer to is read along. */
  private static final class Templates {
    final Map<TemplateRef, AnalysisTemplateSpec> specs = new HashMap<>();
    private final Session session;

    Templates(Session session) {
      this.session = session;
    }

    /** The template of the namespace, else that of the cluster. */
    TemplateRef find(String name) {
      if (!session.values().flag("global")) {
        TemplateRef here = new TemplateRef(name, false);
        try {
          read(here);
          return here;
        } catch (ApiException e) {
          if (!e.isObjectNotFound()) {
            throw e;
          }
        }
      }
      TemplateRef everywhere = new TemplateRef(name, true);
      try {
        read(everywhere);
        return everywhere;
      } catch (ApiException e) {
        throw e.isObjectNotFound() && !session.values().flag("global")
            ? new PluginException(
                "there is no AnalysisTemplate \"%s\" in namespace %s, and no such ClusterAnalysisTemplate"
                    .formatted(name, session.namespace()))
            : e;
      }
    }

    void read(TemplateRef first) {
      Deque<TemplateRef> open = new ArrayDeque<>(List.of(first));
      while (!open.isEmpty()) {
        TemplateRef ref = open.remove();
        TemplateRef key = new TemplateRef(ref.templateName(), ref.isClusterScoped());
        if (specs.containsKey(key)) {
          continue;
        }
        if (specs.size() == TEMPLATES_MAX) {
          throw new PluginException(
              "more than %d templates refer to each other; take some out".formatted(TEMPLATES_MAX));
        }
        boolean global = ref.isClusterScoped();
        KubeObject found =
            session
                .server()
                .get(
                    global ? Resource.CLUSTER_ANALYSIS_TEMPLATES : Resource.ANALYSIS_TEMPLATES,
                    session.namespace(),
                    ref.templateName());
        AnalysisTemplateSpec spec =
            global
                ? Wire.decode(ClusterAnalysisTemplate.class, found.fields()).value().spec()
                : Wire.decode(AnalysisTemplate.class, found.fields()).value().spec();
        specs.put(key, spec);
        open.addAll(spec.templates());
      }
    }

    Optional<AnalysisTemplateSpec> spec(TemplateRef ref) {
      return Optional.ofNullable(
          specs.get(new TemplateRef(ref.templateName(), ref.isClusterScoped())));
    }
  }

  private static LiveAnalysis merged(
      String name,
      Templates templates,
      List<TemplateRef> refs,
      List<Argument> args,
      Map<String, String> given) {
    Map<String, Argument> supplied = new LinkedHashMap<>();
    args.forEach(each -> supplied.put(each.name(), each));
    given.forEach((arg, value) -> supplied.put(arg, Argument.of(arg, value)));
    MergedTemplates merged =
        TemplateMerge.of(templates::spec)
            .merge(refs, Supplied.args(new ArrayList<>(supplied.values())));
    if (!merged.problems().isEmpty()) {
      throw new PluginException(
          merged.problems().stream()
              .map(each -> describe(each, merged.spec()))
              .collect(Collectors.joining("; ")));
    }
    return new LiveAnalysis(name, merged.spec());
  }

  private static String describe(Problem problem, AnalysisSpec spec) {
    List<Object> path = problem.path().segments();
    if (path.size() == 2 && path.get(0).equals("args") && path.get(1) instanceof Integer index) {
      String arg = spec.args().get(index).name();
      return "args.%s: %s; supply it with -a %s=VALUE".formatted(arg, problem.message(), arg);
    }
    return problem.path() + ": " + problem.message();
  }
}
