package dev.rollouts.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.analysis.AnalysisTemplate;
import dev.rollouts.api.analysis.Metric;
import dev.rollouts.api.wire.Path;
import dev.rollouts.api.wire.Wire;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CodecTest {
  private static final String TEMPLATE =
      """
      # judged every minute
      apiVersion: argoproj.io/v1alpha1
      kind: AnalysisTemplate
      metadata:
        name: success-rate
      spec:
        args:
        - name: service
        metrics:
        - name: success-rate
          interval: 1m
          count: 10
          successCondition: result[0] >= 0.95
          provider:
            prometheus:
              address: http://prometheus:9090
              query: up{job="{{args.service}}"}
      """;

  @Test
  void aTemplateIsReadWithThePlacesOfItsFields() {
    Document document = Codec.standard().read("t.yaml", TEMPLATE).get(0);

    assertThat(document.problems()).isEmpty();
    Metric metric = document.as(AnalysisTemplate.class).spec().metrics().get(0);
    assertThat(metric.successCondition()).isEqualTo("result[0] >= 0.95");
    assertThat(document.positionOf(Path.of("spec", "metrics", 0, "count"))).hasToString("12:12");
    assertThat(document.keyPositionOf(Path.of("spec", "metrics", 0, "count"))).hasToString("12:5");
    assertThat(document.positionOf(Path.of("spec", "metrics", 0, "failureLimit")))
        .as("nearest parent of a missing field")
        .hasToString("10:5");
    assertThat(document).hasToString("t.yaml:2:1: AnalysisTemplate/success-rate");
  }

  @Test
  void jsonIsReadWithPlacesToo() {
    String json = Codec.json(Codec.standard().readOne(AnalysisTemplate.class, "t.yaml", TEMPLATE));

    Document document = Codec.standard().read("t.json", json).get(0);

    assertThat(document.problems()).isEmpty();
    assertThat(document.positionOf(Path.of("metadata", "name"))).hasToString("5:13");
    assertThat(Codec.tree(document.as(AnalysisTemplate.class)))
        .isEqualTo(Codec.standard().read("t.yaml", TEMPLATE).get(0).tree());
  }

  @Test
  void writtenYamlReadsBackAsTheSameTree() {
    Document document = Codec.standard().read("t.yaml", TEMPLATE).get(0);

    String written = Yaml.write(document.tree());

    assertThat(written).isEqualTo(TEMPLATE.substring(TEMPLATE.indexOf("apiVersion")));
  }

  @Test
  void unknownFieldsSurviveAChangeOfTheObject() {
    Document document =
        Codec.standard().read("t.yaml", TEMPLATE + "  later: {of: course}\n").get(0);
    AnalysisTemplate template = document.as(AnalysisTemplate.class);

    assertThat(Wire.overlay(document.tree(), template)).isEqualTo(document.tree());
    assertThat(document.problems())
        .singleElement()
        .asString()
        .startsWith("t.yaml:18:3: spec.later: unknown field");
  }

  @Test
  void aMalformedFieldIsItsZeroValueAndTheRestIsUsed() {
    Document document =
        Codec.standard().read("t.yaml", TEMPLATE.replace("count: 10", "count: [10]")).get(0);

    Metric metric = document.as(AnalysisTemplate.class).spec().metrics().get(0);

    assertThat(metric.count()).isNull();
    assertThat(metric.interval()).isEqualTo("1m");
    assertThat(document.problems())
        .extracting(DocumentProblem::toString)
        .containsExactly(
            "t.yaml:12:12: spec.metrics[0].count: expected an integer, or a string that holds one,"
                + " found a list");
  }

  @Test
  void eachDocumentOfAStreamStandsForItself() {
    List<Document> documents =
        Codec.standard()
            .read(
                "all.yaml",
                "---\n" + TEMPLATE + "---\n\n# nothing\n---\nbroken: [\n---\n" + TEMPLATE);

    assertThat(documents).hasSize(3);
    assertThat(documents.get(0).object()).isPresent();
    assertThat(documents.get(1).problems())
        .singleElement()
        .extracting(p -> p.position().line())
        .isEqualTo(23);
    assertThat(documents.get(2).positionOf(Path.root())).hasToString("26:1");
    assertThat(documents.get(2).object()).isPresent();
  }

  @Test
  void listsAreUnpacked() {
    List<Document> documents =
        Codec.standard()
            .read(
                "list.yaml",
                """
                kind: AnalysisTemplateList
                apiVersion: argoproj.io/v1alpha1
                items:
                - metadata: {name: a}
                  spec: {}
                - metadata: {name: b}
                  spec: {}
                """);

    assertThat(documents).extracting(Document::name).containsExactly("a", "b");
    assertThat(documents.get(1).positionOf(Path.of("metadata", "name"))).hasToString("6:20");
    assertThat(documents).allSatisfy(each -> assertThat(each.object()).isPresent());
  }

  @Test
  void objectsOfOthersAreKeptAsTrees() {
    Document document =
        Codec.standard()
            .read("d.yaml", "apiVersion: apps/v1\nkind: Deployment\nspec: {replicas: 2}\n")
            .get(0);

    assertThat(document.object()).isEmpty();
    assertThat(document.problems()).isEmpty();
    assertThat(document.valueAt(Path.of("spec", "replicas"))).isEqualTo(2);
    assertThatThrownBy(() -> document.as(AnalysisRun.class))
        .isInstanceOf(CodecException.class)
        .hasMessage(
            "d.yaml:1:1: expected kind AnalysisRun, found Deployment of apps/v1; name another file, or change the kind");
  }

  @Test
  void oneObjectIsAskedForAndTwoAreThere() {
    assertThatThrownBy(
            () ->
                Codec.standard()
                    .readOne(AnalysisTemplate.class, "two.yaml", TEMPLATE + "---\n" + TEMPLATE))
        .isInstanceOf(CodecException.class)
        .hasMessage(
            "two.yaml: expected one AnalysisTemplate, found 2 documents; put one object into the file");
  }

  @Test
  void aFileThatIsNotThereIsNamed(@TempDir java.nio.file.Path folder) {
    assertThatThrownBy(() -> Codec.standard().read(folder.resolve("absent.yaml")))
        .isInstanceOf(CodecException.class)
        .hasMessage(
            folder.resolve("absent.yaml")
                + ": there is no such file; check its name and the folder you are in");
    assertThatThrownBy(() -> Codec.standard().read(folder))
        .isInstanceOf(CodecException.class)
        .hasMessage(folder + ": is a directory; name the files in it");
  }

  @Test
  void aStreamIsReadToItsEndOrToTheLimit() {
    InputStream endless =
        new InputStream() {
          @Override
          public int read() {
            return 'a';
          }

          @Override
          public int read(byte[] into, int offset, int length) {
            Arrays.fill(into, offset, offset + length, (byte) 'a');
            return length;
          }
        };

    assertThat(Codec.within(Limits.defaults().withBytesMax(1_000)).read("stdin", endless))
        .singleElement()
        .satisfies(
            document ->
                assertThat(document.problems())
                    .extracting(DocumentProblem::toString)
                    .containsExactly(
                        "stdin:1:1: longer than 1,000 bytes; split it up, or allow more"));
  }

  @Test
  void aStreamThatFailsIsNamed() throws IOException {
    InputStream broken = InputStream.nullInputStream();
    broken.close();

    assertThatThrownBy(() -> Codec.standard().read("stdin", broken))
        .isInstanceOf(CodecException.class)
        .hasMessage("stdin: it cannot be read");
  }

  @Test
  void limitsCanBeSet() {
    Codec strict = Codec.within(Limits.defaults().withDepthMax(3).withNodesMax(10));

    assertThat(strict.read("d.yaml", "a: {b: {c: {d: 1}}}").get(0).problems())
        .singleElement()
        .asString()
        .startsWith("d.yaml:1:12: nested more than 3 levels deep");
    assertThat(strict.read("n.yaml", "a: [1, 2, 3, 4, 5, 6, 7, 8, 9]").get(0).problems())
        .singleElement()
        .asString()
        .startsWith("n.yaml:1:26: the document holds more than 10 values");
    assertThatThrownBy(() -> Limits.defaults().withDepthMax(1_000))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Limits.defaults().withBytesMax(0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aTextThatStartsWithABraceMayBeYaml() {
    assertThat(Codec.standard().read("flow.yaml", "{apiVersion: v1, kind: ConfigMap}\n").get(0))
        .hasToString("flow.yaml:1:1: ConfigMap/");
    assertThat(Codec.standard().read("stdin", "{\"kind\": \"A\"} {\"kind\": \"B\"}"))
        .extracting(Document::kind)
        .containsExactly("A", "B");
    assertThat(Codec.standard().read("stdin", "{\"kind\": \"A\"}\n---\nkind: B\n"))
        .extracting(Document::kind)
        .containsExactly("A", "B");
  }

  @Test
  void lineEndsAndTheByteOrderMarkDoNotMatter() {
    String windows = "\uFEFF" + TEMPLATE.replace("\n", "\r\n");

    Document document = Codec.standard().read("t.yaml", windows).get(0);

    assertThat(document.tree()).isEqualTo(Codec.standard().read("t.yaml", TEMPLATE).get(0).tree());
    assertThat(document.positionOf(Path.of("spec", "metrics", 0, "count"))).hasToString("12:12");
  }

  @Test
  void theKeysOfAnObjectWinOverMergedOnesAndEarlierMergesOverLaterOnes() {
    Document document =
        Codec.standard()
            .read(
                "m.yaml",
                """
                kind: Any
                a: &a {u: 1, v: 1}
                b: &b {u: 2, v: 2, w: 2}
                c:
                  v: 3
                  <<: [*a, *b]
                """)
            .get(0);

    assertThat(document.valueAt(Path.of("c"))).isEqualTo(Map.of("u", 1, "v", 3, "w", 2));
    assertThat(document.positionOf(Path.of("c", "w"))).hasToString("3:23");
  }

  @Test
  void documentsMayEndWithDots() {
    assertThat(Codec.standard().read("d.yaml", "kind: A\n...\n---\nkind: B\n...\n"))
        .extracting(Document::kind)
        .containsExactly("A", "B");
  }

  @Test
  void metadataOfTheApiServerIsNotUnknown() {
    Document document =
        Codec.standard()
            .read(
                "m.yaml",
                TEMPLATE.replace(
                    "metadata:\n",
                    "metadata:\n  finalizers: [a]\n  managedFields: []\n  selfLink: x\n  nam: y\n"))
            .get(0);

    assertThat(document.problems())
        .singleElement()
        .extracting(problem -> problem.path().toString())
        .isEqualTo("metadata.nam");
  }
}
