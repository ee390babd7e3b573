package dev.rollouts.cli.lint;

import dev.rollouts.api.KubernetesObject;
import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.analysis.AnalysisTemplate;
import dev.rollouts.api.analysis.AnalysisTemplateSpec;
import dev.rollouts.api.analysis.Argument;
import dev.rollouts.api.analysis.ClusterAnalysisTemplate;
import dev.rollouts.api.analysis.TemplateRef;
import dev.rollouts.api.wire.Path;
import dev.rollouts.codec.Document;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A template or run that is being judged, and where to report what is found about it. */
final class Subject {
  private static final Path SPEC = Path.of("spec");

  private final Document document;
  private final boolean run;
  private final AnalysisTemplateSpec spec;
  private final Consumer<Finding> findings;
  private final Substitution known;
  private final Map<String, Argument> arguments = new HashMap<>();
  private final Map<String, Integer> firstMetrics = new HashMap<>();

  private Subject(
      Document document, boolean run, AnalysisTemplateSpec spec, Consumer<Finding> findings) {
    this.document = document;
    this.run = run;
    this.spec = spec;
    this.findings = findings;
    Map<String, String> values = new LinkedHashMap<>();
    for (Argument arg : spec.args()) {
      if (arg.value() != null && arg.secretKeyRef() == null) {
        values.put(arg.name(), arg.value());
      }
    }
    this.known = new Substitution(values);
    spec.args().forEach(arg -> arguments.putIfAbsent(arg.name(), arg));
    for (int i = 0; i < spec.metrics().size(); i++) {
      firstMetrics.putIfAbsent(spec.metrics().get(i).name(), i);
    }
  }

  static Optional<Subject> of(Document document, Consumer<Finding> findings) {
    KubernetesObject object = document.object().orElse(null);
    if (object instanceof AnalysisTemplate template) {
      return Optional.of(new Subject(document, false, template.spec(), findings));
    }
    if (object instanceof ClusterAnalysisTemplate template) {
      return Optional.of(new Subject(document, false, template.spec(), findings));
    }
    if (object instanceof AnalysisRun it) {
      AnalysisTemplateSpec spec =
          new AnalysisTemplateSpec(
              it.spec().metrics(),
              it.spec().args(),
              it.spec().dryRun(),
              it.spec().measurementRetention(),
              List.of());
      return Optional.of(new Subject(document, true, spec, findings));
    }
    return Optional.empty();
  }

  Document document() {
    return document;
  }

  /** Whether it is a run, whose arguments are final; those of a template are defaults. */
  boolean isRun() {
    return run;
  }

  /** What it says; a run is shown as a template without references. */
  AnalysisTemplateSpec spec() {
    return spec;
  }

  /** How others refer to it. */
  TemplateRef ref() {
    return new TemplateRef(document.name(), isClusterScoped());
  }

  boolean isClusterScoped() {
    return document.kind().startsWith("Cluster");
  }

  /** The first argument of a name, or null. */
  @Nullable Argument argument(String name) {
    return arguments.get(name);
  }

  /** Whether the metric at an index is the first of its name. */
  boolean isFirstOfItsName(int metric) {
    return Integer.valueOf(metric).equals(firstMetrics.get(spec.metrics().get(metric).name()));
  }

  /** Replaces the placeholders of arguments whose value is in the object itself. */
  Substitution known() {
    return known;
  }

  List<MetricView> metrics() {
    List<MetricView> metrics = new ArrayList<>();
    for (int i = 0; i < spec.metrics().size(); i++) {
      metrics.add(new MetricView(this, i));
    }
    return metrics;
  }

  /** The path of something inside the spec. */
  static Path at(Object... segments) {
    return Path.of(segments).under(SPEC);
  }

  void report(Rule rule, Severity severity, Path path, String message, String suggestion) {
    findings.accept(
        new Finding(
            document.file(), document.positionOf(path), severity, rule, path, message, suggestion));
  }
}
