package dev.rollouts.engine.analysis.templates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollouts.api.analysis.AnalysisTemplateSpec;
import dev.rollouts.api.analysis.Argument;
import dev.rollouts.api.analysis.DryRun;
import dev.rollouts.api.analysis.MeasurementRetention;
import dev.rollouts.api.analysis.Metric;
import dev.rollouts.api.analysis.TemplateRef;
import dev.rollouts.api.provider.config.WebRequest;
import dev.rollouts.api.wire.InvalidObjectException;
import dev.rollouts.api.wire.Problem;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class TemplateMergeTest {
  private final Map<TemplateRef, AnalysisTemplateSpec> templates = new LinkedHashMap<>();

  private static TemplateRef ref(String name) {
    return new TemplateRef(name, false);
  }

  private static TemplateRef cluster(String name) {
    return new TemplateRef(name, true);
  }

  private static Metric metric(String name) {
    return Metric.named(name).provider(WebRequest.get("http://metrics.test")).build();
  }

  private void template(TemplateRef ref, String metric, TemplateRef... nested) {
    templates.put(
        ref,
        new AnalysisTemplateSpec(
            List.of(metric(metric)), List.of(), List.of(), List.of(), List.of(nested)));
  }

  private void declaring(String name, Argument... args) {
    templates.put(ref(name), AnalysisTemplateSpec.of(metric(name)).withArgs(List.of(args)));
  }

  private MergedTemplates merge(Supplied supplied, TemplateRef... refs) {
    return TemplateMerge.of(ref -> Optional.ofNullable(templates.get(ref)))
        .merge(List.of(refs), supplied);
  }

  private List<String> metrics(TemplateRef... refs) {
    return merge(Supplied.nothing(), refs).orThrow().metrics().stream().map(Metric::name).toList();
  }

  private List<String> problems(Supplied supplied, TemplateRef... refs) {
    return merge(supplied, refs).problems().stream().map(Problem::message).toList();
  }

  private Argument arg(Supplied supplied, String name, TemplateRef... refs) {
    return merge(supplied, refs).orThrow().args().stream()
        .filter(each -> each.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  @DisplayName("A-220 a diamond of references brings each template once, depth first")
  void aDiamondBringsEachTemplateOnce() {
    template(ref("a"), "ma", ref("b"), ref("c"));
    template(ref("b"), "mb", ref("d"));
    template(ref("c"), "mc", ref("d"));
    template(ref("d"), "md");
    assertThat(metrics(ref("a"), ref("b"))).containsExactly("ma", "mb", "md", "mc");
  }

  @Test
  @DisplayName("A-221 a circle of references is an error that names it")
  void aCircleIsAnErrorThatNamesIt() {
    template(ref("a"), "ma", ref("b"));
    template(ref("b"), "mb", ref("c"));
    template(ref("c"), "mc", ref("b"));
    assertThat(problems(Supplied.nothing(), ref("a")))
        .containsExactly(
            "templates refer to each other in a circle: b -> c -> b; remove one of the references");
  }

  @Test
  @DisplayName("A-221 a chain or a circle of any length is followed to its end")
  void aChainOfAnyLengthIsFollowed() {
    int length = 50_000;
    for (int i = 0; i < length; i++) {
      template(ref("t" + i), "m" + i, ref("t" + (i + 1)));
    }
    template(ref("t" + length), "last");
    assertThat(metrics(ref("t0"))).hasSize(length + 1).startsWith("m0", "m1").endsWith("last");
    template(ref("t" + length), "last", ref("t0"));
    assertThat(problems(Supplied.nothing(), ref("t0")))
        .singleElement()
        .satisfies(problem -> assertThat(problem).contains("circle: t0 -> t1 -> "));
  }

  @Test
  @DisplayName("A-222 cluster templates' metrics come last, and two of one name are refused")
  void clusterTemplatesComeLast() {
    template(cluster("x"), "mx");
    template(ref("a"), "ma");
    assertThat(metrics(cluster("x"), ref("a"))).containsExactly("ma", "mx");
    template(ref("twin"), "mx");
    assertThat(problems(Supplied.nothing(), cluster("x"), ref("twin")))
        .containsExactly("two metrics have the same name 'mx'");
  }

  @Test
  @DisplayName("A-223 the creator's rules come first, and equal rules are refused")
  void theCreatorsRulesComeFirst() {
    templates.put(
        ref("a"),
        new AnalysisTemplateSpec(
            List.of(metric("m")),
            List.of(),
            List.of(new DryRun("m")),
            List.of(new MeasurementRetention("m", 5)),
            List.of()));
    Supplied other =
        new Supplied(
            List.of(), List.of(new DryRun(".*")), List.of(new MeasurementRetention(".*", 3)));
    assertThat(merge(other, ref("a")).orThrow().dryRun())
        .extracting(DryRun::metricName)
        .containsExactly(".*", "m");
    Supplied same =
        new Supplied(
            List.of(), List.of(new DryRun("m")), List.of(new MeasurementRetention("m", 3)));
    assertThat(problems(same, ref("a")))
        .containsExactly(
            "two Dry-Run metric rules have the same name 'm'",
            "two Measurement Retention metric rules have the same name 'm'");
  }

  @Test
  @DisplayName("A-224 two different literal values are refused whatever is supplied")
  void twoDifferentLiteralsAreRefused() {
    declaring("a", Argument.of("x", "1"));
    declaring("b", Argument.of("x", "2"));
    assertThat(problems(Supplied.args(Argument.of("x", "3")), ref("a"), ref("b")))
        .containsExactly("Argument `x` specified multiple times with different values: '1', '2'");
  }

  @Test
  @DisplayName("A-224 a bare repetition keeps the secret, unless a literal is supplied")
  void aBareRepetitionKeepsTheSecret() {
    declaring("a", Argument.fromSecret("x", "s", "k"));
    declaring("b", Argument.required("x"));
    assertThat(arg(Supplied.nothing(), "x", ref("a"), ref("b")))
        .isEqualTo(Argument.fromSecret("x", "s", "k"));
    assertThat(arg(Supplied.args(Argument.of("x", "v")), "x", ref("a"), ref("b")))
        .isEqualTo(Argument.of("x", "v"));
  }

  @Test
  @DisplayName("A-225 supplied arguments that nobody declares are ignored; the other half stays")
  void undeclaredArgumentsAreIgnored() {
    declaring("a", Argument.fromSecret("x", "s", "k"));
    Argument merged =
        arg(Supplied.args(Argument.of("x", "v"), Argument.of("stray", "v")), "x", ref("a"));
    assertThat(merged.value()).isEqualTo("v");
    assertThat(merged.secretKeyRef()).isEqualTo(new Argument.SecretKeyRef("s", "k"));
    assertThat(merge(Supplied.args(Argument.of("stray", "v")), ref("a")).spec().args()).hasSize(1);
  }

  @Test
  @DisplayName("A-226 an argument without value is refused")
  void anArgumentWithoutValueIsRefused() {
    declaring("a", Argument.required("x"), Argument.of("y", ""));
    assertThat(problems(Supplied.nothing(), ref("a"))).containsExactly("args.x was not resolved");
  }

  @Test
  @DisplayName(
      "A-227 A-228 the run carries secrets and placeholders unresolved, and no link to its templates")
  void theRunCarriesReferences() {
    declaring("a", Argument.fromSecret("x", "s", "k"));
    templates.put(
        ref("a"),
        AnalysisTemplateSpec.of(
                Metric.named("m").provider(WebRequest.get("http://{{args.x}}.test")).build())
            .withArgs(List.of(Argument.fromSecret("x", "s", "k"))));
    var spec = merge(Supplied.nothing(), ref("a")).orThrow();
    assertThat(spec.args()).containsExactly(Argument.fromSecret("x", "s", "k"));
    assertThat(spec.metrics().get(0).provider().only())
        .isEqualTo(WebRequest.get("http://{{args.x}}.test"));
  }

  @Test
  @DisplayName("a missing template is named with its kind")
  void aMissingTemplateIsNamed() {
    assertThat(problems(Supplied.nothing(), ref("a"), cluster("b")))
        .containsExactly("AnalysisTemplate 'a' not found", "ClusterAnalysisTemplate 'b' not found");
    assertThatThrownBy(() -> merge(Supplied.nothing(), ref("a")).orThrow())
        .isInstanceOf(InvalidObjectException.class)
        .hasMessageContaining("templates: AnalysisTemplate 'a' not found");
  }
}
