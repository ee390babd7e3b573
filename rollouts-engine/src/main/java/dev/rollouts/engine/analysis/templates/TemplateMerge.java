package dev.rollouts.engine.analysis.templates;

import dev.rollouts.api.analysis.AnalysisSpec;
import dev.rollouts.api.analysis.AnalysisTemplateSpec;
import dev.rollouts.api.analysis.Argument;
import dev.rollouts.api.analysis.DryRun;
import dev.rollouts.api.analysis.MeasurementRetention;
import dev.rollouts.api.analysis.Metric;
import dev.rollouts.api.analysis.TemplateRef;
import dev.rollouts.api.wire.Path;
import dev.rollouts.api.wire.Problem;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Puts templates, the templates they refer to, and what the creator supplies together into the spec
 * of a run. Rules.
 */
public final class TemplateMerge {
  private final TemplateLookup lookup;

  private TemplateMerge(TemplateLookup lookup) {
    this.lookup = lookup;
  }

  /** A merge over these templates. */
  public static TemplateMerge of(TemplateLookup lookup) {
    return new TemplateMerge(lookup);
  }

  /**
   * The run that the templates make, with arguments and placeholders unresolved.
   *
   * @param refs in the order in which their metrics are wanted; AnalysisTemplates come before
   *     ClusterAnalysisTemplates all the same
   */
  public MergedTemplates merge(List<TemplateRef> refs, Supplied supplied) {
    Collection collection = new Collection();
    refs.forEach(collection::collect);
    List<Problem> problems = collection.problems;
    List<AnalysisTemplateSpec> templates = collection.inOrder();

    List<Metric> metrics = new ArrayList<>();
    List<DryRun> dryRun = new ArrayList<>(supplied.dryRun());
    List<MeasurementRetention> retention = new ArrayList<>(supplied.measurementRetention());
    for (AnalysisTemplateSpec template : templates) {
      metrics.addAll(template.metrics());
      dryRun.addAll(template.dryRun());
      retention.addAll(template.measurementRetention());
    }
    refuseEqual("metrics", metrics, Metric::name, "two metrics have the same name '%s'", problems);
    refuseEqual(
        "dryRun",
        dryRun,
        DryRun::metricName,
        "two Dry-Run metric rules have the same name '%s'",
        problems);
    refuseEqual(
        "measurementRetention",
        retention,
        MeasurementRetention::metricName,
        "two Measurement Retention metric rules have the same name '%s'",
        problems);
    List<Argument> args = new MergedArguments(problems).of(templates, supplied.args());
    return new MergedTemplates(
        new AnalysisSpec(metrics, args, false, dryRun, retention, null), problems);
  }

  private static <T> void refuseEqual(
      String field,
      List<T> elements,
      Function<T, String> name,
      String message,
      List<Problem> problems) {
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < elements.size(); i++) {
      String each = name.apply(elements.get(i));
      if (!seen.add(each)) {
        problems.add(Problem.invalid(Path.of(field, i), message.formatted(each)));
      }
    }
  }

  /** Templates in the order of A-220: each before those it refers to, duplicates dropped. */
  private final class Collection {
    private final Map<TemplateRef, AnalysisTemplateSpec> found = new LinkedHashMap<>();
    private final List<Problem> problems = new ArrayList<>();

    /** Templates on the way to the one that is being read, each with the references still ahead. */
    private final LinkedHashMap<TemplateRef, Iterator<TemplateRef>> referrers =
        new LinkedHashMap<>();

    private final Set<TemplateRef> inCircles = new HashSet<>();

    /** A stack of its own: a chain of thousands of templates must not exhaust the thread's. */
    void collect(TemplateRef ref) {
      Deque<TemplateRef> way = new ArrayDeque<>();
      enter(ref, way);
      while (!way.isEmpty()) {
        Iterator<TemplateRef> ahead = referrers.get(way.getLast());
        if (ahead != null && ahead.hasNext()) {
          enter(ahead.next(), way);
        } else {
          referrers.remove(way.removeLast());
        }
      }
    }

    private void enter(TemplateRef ref, Deque<TemplateRef> way) {
      if (referrers.containsKey(ref)) {
        if (inCircles.add(ref)) {
          problems.add(Problem.invalid(Path.of("templates"), cycle(ref)));
        }
        return;
      }
      if (found.containsKey(ref)) {
        return;
      }
      Optional<AnalysisTemplateSpec> template = lookup.find(ref);
      if (template.isEmpty()) {
        problems.add(
            Problem.invalid(
                Path.of("templates"),
                "%s '%s' not found".formatted(kind(ref), ref.templateName())));
        return;
      }
      found.put(ref, template.get());
      way.addLast(ref);
      referrers.put(ref, template.get().templates().iterator());
    }

    List<AnalysisTemplateSpec> inOrder() {
      List<AnalysisTemplateSpec> all = new ArrayList<>();
      for (boolean clusterScope : new boolean[] {false, true}) {
        found.forEach(
            (ref, template) -> {
              if (ref.isClusterScoped() == clusterScope) {
                all.add(template);
              }
            });
      }
      return all;
    }

    private String cycle(TemplateRef again) {
      StringBuilder names = new StringBuilder();
      boolean inCycle = false;
      for (TemplateRef ref : referrers.keySet()) {
        inCycle |= ref.equals(again);
        if (inCycle) {
          names.append(ref.templateName()).append(" -> ");
        }
      }
      return "templates refer to each other in a circle: "
          + names.append(again.templateName())
          + "; remove one of the references";
    }

    private static String kind(TemplateRef ref) {
      return ref.isClusterScoped() ? "ClusterAnalysisTemplate" : "AnalysisTemplate";
    }
  }

  /** Arguments by name, the first position kept. */
  private static final class MergedArguments {
    private final Map<String, Argument> byName = new LinkedHashMap<>();
    private final Map<String, Argument.ValueFrom> replaced = new LinkedHashMap<>();
    private final List<Problem> problems;

    MergedArguments(List<Problem> problems) {
      this.problems = problems;
    }

    List<Argument> of(List<AnalysisTemplateSpec> templates, List<Argument> supplied) {
      templates.forEach(template -> template.args().forEach(this::declare));
      supplied.forEach(this::supply);
      List<Argument> merged = new ArrayList<>();
      byName.values().forEach(arg -> merged.add(orReplacedSource(arg)));
      for (int i = 0; i < merged.size(); i++) {
        Argument arg = merged.get(i);
        if (arg.value() == null && arg.valueFrom() == null) {
          problems.add(
              Problem.invalid(Path.of("args", i), "args." + arg.name() + " was not resolved"));
        }
      }
      return merged;
    }

    private void declare(Argument arg) {
      Argument known = byName.get(arg.name());
      if (known == null) {
        byName.put(arg.name(), arg);
      } else if (known.value() == null) {
        if (known.valueFrom() != null) {
          replaced.put(arg.name(), known.valueFrom());
        }
        byName.put(arg.name(), arg);
      } else if (arg.value() != null && !Objects.equals(arg.value(), known.value())) {
        problems.add(
            Problem.invalid(
                Path.of("args"),
                "Argument `%s` specified multiple times with different values: '%s', '%s'"
                    .formatted(arg.name(), known.value(), arg.value())));
      }
    }

    /** Each half that is supplied replaces that half; the other half stays. */
    private void supply(Argument arg) {
      Argument known = byName.get(arg.name());
      if (known == null) {
        return;
      }
      @Nullable String value = arg.value() != null ? arg.value() : known.value();
      Argument.@Nullable ValueFrom from =
          arg.value() == null && arg.valueFrom() != null ? arg.valueFrom() : known.valueFrom();
      byName.put(arg.name(), new Argument(arg.name(), value, from));
    }

    /**
     * A bare repetition in a later template does not lose where the value comes from, unless a
     * value was supplied.
     */
    private Argument orReplacedSource(Argument arg) {
      Argument.ValueFrom source = replaced.get(arg.name());
      return arg.value() == null && arg.valueFrom() == null && source != null
          ? new Argument(arg.name(), null, source)
          : arg;
    }
  }
}
