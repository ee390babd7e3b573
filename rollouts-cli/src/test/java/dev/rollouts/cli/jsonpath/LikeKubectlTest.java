package dev.rollouts.cli.jsonpath;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.codec.Codec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same templates, filled in by kubectl itself, which needs no server for that. */
@Tag("it")
class LikeKubectlTest {
  private static final String POD =
      """
      apiVersion: v1
      kind: Pod
      metadata:
        name: web
        labels: {app.example.com/name: shop, a: b}
      spec:
        containers:
        - {name: web, image: "web:1", ports: [{containerPort: 80}, {containerPort: 443}]}
        - {name: proxy, image: "proxy:1", stdin: true}
        - {name: log, image: "log:1"}
      """;

  @TempDir Path folder;

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "{.kind}",
        "name: {.metadata.name}!",
        "{.spec.containers[*].name}",
        "{.spec.containers[-1].name}",
        "{.spec.containers[0:2].image}",
        "{.spec.containers[::2].name}",
        "{.spec.containers[0,2].name}",
        "{.spec.containers[0]['name','image']}",
        "{.metadata.labels.app\\.example\\.com/name}",
        "{.metadata.labels['app\\.example\\.com/name']}",
        "{.spec..containerPort}",
        "{.spec.containers[?(@.name==\"web\")].ports[*].containerPort}",
        "{.spec.containers[?(@.name!='web')].name}",
        "{.spec.containers[?(@.stdin==true)].name}",
        "{.spec.containers[?(@.ports)].name}",
        "{range .spec.containers[*]}{.name}{\"\\t\"}{.image}{\"\\n\"}{end}",
        "{range .spec.containers[*]}[{.name}:{range .ports[*]} {.containerPort}{end}]{end}",
        "{.spec.containers[0].ports[0]}",
        "{.spec.containers[*]['name', 'image']}",
        "{['metadata.name', 'kind']}",
        "{.metadata.nothing}",
        "{.metadata.labels}",
        "{$.metadata.name}{@.kind}",
      })
  @DisplayName("K-190 a template is filled in as kubectl does it")
  void same(String template) throws IOException, InterruptedException {
    Path pod = Files.writeString(folder.resolve("pod.yaml"), POD);
    Path out = folder.resolve("out");
    Process kubectl =
        new ProcessBuilder(
                "kubectl",
                "label",
                "--local",
                "-f",
                pod.toString(),
                "a=b",
                "--overwrite",
                "-o",
                "jsonpath=" + template)
            .redirectOutput(out.toFile())
            .redirectError(folder.resolve("err").toFile())
            .start();
    assertThat(kubectl.waitFor(120, TimeUnit.SECONDS)).isTrue();
    assertThat(kubectl.exitValue()).as(Files.readString(folder.resolve("err"))).isZero();
    Object tree = Codec.standard().read("pod.yaml", POD).get(0).tree();
    assertThat(JsonPath.template(template).render(tree, UnaryOperator.identity()))
        .isEqualTo(Files.readString(out, StandardCharsets.UTF_8));
  }
}
