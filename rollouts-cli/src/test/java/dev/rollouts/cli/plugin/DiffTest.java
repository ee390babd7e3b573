package dev.rollouts.cli.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.cli.Golden;
import dev.rollouts.cli.plugin.Plugin.Result;
import dev.rollouts.codec.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code diff} on an update from {@code web:1} to {@code web:2}. */
class DiffTest {
  private final ScriptedServer server = Moment.server();

  @TempDir Path folder;

  @AfterEach
  void stop() {
    assertThat(server.writes()).isEmpty();
    server.close();
  }

  private Result run(String... words) {
    return server.plugin().at(Moment.clock()).run(words);
  }

  private String file(String text) throws IOException {
    return Files.writeString(folder.resolve("rollout.yaml"), text).toString();
  }

  @Test
  @Tag("golden")
  @DisplayName("K-210, K-212 what is on its way, against what serves")
  void onItsWay() {
    Result result = run("diff", "web");
    assertThat(result.err()).isEmpty();
    assertThat(result.exitCode()).isZero();
    Golden.check("screens/diff.txt", result.out());
  }

  @Test
  @Tag("golden")
  @DisplayName(
      "K-210 to K-213 what a file changes; values that are called like secrets do not appear")
  void ofFile() throws IOException {
    String next =
        Moment.MANIFESTS
            .replace("web:1", "web:3")
            .replace("value: blue", "value: green")
            .replace("hunter2", "hunter3")
            .replace("key: token", "key: token2")
            .replace(
                "metadata: {labels: {app: web}}",
                "metadata: {labels: {app: web}, annotations: {note: \"a\\e[2Jb\"}}")
            .replace(
                "        env:\n",
                """
                        resources: {limits: {memory: 128Mi}}
                        ports: [{containerPort: 8080}]
                        env:
                        - {name: API_TOKEN, value: abc}
                """)
            .replace("- {name: MODE", "- {name: LEVEL, value: debug}\n        - {name: MODE")
            .replace(
                "steps: [{setWeight: 20}",
                "steps: [{setCanaryScale: {replicas: 2}}, {setHeaderRoute: {name: h}}, {setMirrorRoute: {name: m, match: [{}], percentage: 30}}, {plugin: {name: acme/gate}}, {experiment: {templates: [{name: base, specRef: stable}], duration: 5m, analyses: [{name: a, templateName: errors}]}}, {analysis: {templates: [{templateName: errors}]}}, {pause: {duration: 10}}, {setWeight: 20}");
    Result result = run("diff", "web", "-f", file(next));
    assertThat(result.err()).isEmpty();
    assertThat(result.out())
        .doesNotContain("hunter")
        .doesNotContain("abc")
        .doesNotContain("\u001b")
        .contains("secretKeyRef.key: token2");
    Golden.check("screens/diff-of-file.txt", result.out());
    Map<?, ?> tree =
        (Map<?, ?>) Json.read("diff", run("diff", "web", "-f", file(next), "-o", "json").out());
    assertThat((List<?>) tree.get("changes")).hasSizeGreaterThan(6);
    assertThat(String.valueOf(tree)).doesNotContain("hunter");
    assertThat((List<?>) tree.get("steps")).hasSize(12);
  }

  @Test
  @DisplayName("K-211 an image; going back to what serves; what is in the spec now; nothing at all")
  void images() {
    assertThat(run("diff", "web", "--image", "web=web:4").out())
        .contains("to    a new revision\n", "- spec.containers[web].image: web:1\n")
        .contains("+ spec.containers[web].image: web:4\n", "Steps:\n  1  setWeight 20\n");
    assertThat(run("diff", "web", "--image", "*=web:1").out())
        .contains("to    the stable version itself: no new revision, and no steps\n")
        .contains("Pods: nothing changes\n")
        .doesNotContain("Steps:");
    assertThat(run("diff", "web", "--image", "web=web:4", "--from", "current").out())
        .contains("from  the current spec\n", "- spec.containers[web].image: web:2\n");
    assertThat(run("diff", "web").out()).contains("to    revision 2 (web-", "), which exists\n");
  }

  @Test
  @DisplayName(
      "K-211 what the API server and controllers add to pods is no change; a default that is taken out neither")
  void defaults() throws IOException {
    String stable = run("get", "ro", "web", "-o", "jsonpath={.status.stableRS}").out();
    String uid = run("get", "ro", "web", "-o", "jsonpath={.metadata.uid}").out();
    server.put(
        """
        apiVersion: apps/v1
        kind: ReplicaSet
        metadata:
          name: web-%s
          labels: {rollouts-pod-template-hash: %s}
          annotations: {rollout.argoproj.io/revision: "1"}
          ownerReferences: [{uid: %s}]
        spec:
          template:
            metadata: {creationTimestamp: null, labels: {app: web, role: stable, rollouts-pod-template-hash: %s}}
            spec:
              restartPolicy: Always
              dnsPolicy: ClusterFirst
              schedulerName: default-scheduler
              terminationGracePeriodSeconds: 30
              securityContext: {}
              affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: kubernetes.io/hostname, labelSelector: {matchExpressions: [{key: rollouts-pod-template-hash, operator: NotIn, values: [x]}]}}]}}
              containers:
              - name: web
                image: "web:1"
                imagePullPolicy: IfNotPresent
                resources: {}
                terminationMessagePath: /dev/termination-log
                terminationMessagePolicy: File
                env:
                - {name: MODE, value: blue}
                - {name: DB_PASSWORD, value: hunter2}
                - {name: API, valueFrom: {secretKeyRef: {name: api, key: token}}}
        """
            .formatted(stable, stable, uid, stable));
    String rollout =
        Moment.MANIFESTS.replace(
            "canaryService: web-canary",
            "stableMetadata: {labels: {role: stable}}\n      canaryService: web-canary");
    server.put(
        rollout.split("\n---")[0].replace(
                "namespace: shop}", "namespace: shop, uid: \"" + uid + "\"}")
            + "\nstatus: {stableRS: \""
            + stable
            + "\", currentPodHash: x}\n");
    Result result = run("diff", "web", "--image", "web=web:9");
    assertThat(result.out().lines().filter(each -> each.startsWith("- ") || each.startsWith("+ ")))
        .containsExactly(
            "- spec.containers[web].image: web:1", "+ spec.containers[web].image: web:9");
  }

  @Test
  @DisplayName("K-212 blue-green, and a first version")
  void blueGreen() {
    server.put(
        """
        apiVersion: argoproj.io/v1alpha1
        kind: Rollout
        metadata: {name: green, uid: g}
        spec:
          strategy: {blueGreen: {activeService: live, previewService: next, autoPromotionEnabled: false, prePromotionAnalysis: {templates: [{templateName: errors}]}}}
          selector: {matchLabels: {app: green}}
          template: {metadata: {labels: {app: green}}, spec: {containers: [{name: a, image: "a:1"}]}}
        status: {stableRS: gone}
        """);
    assertThat(run("diff", "green").out())
        .isEqualTo(
            """
            Rollout green
            from  nothing: the stable version has gone
            to    a new revision

            Pods:
            + metadata.labels.app: green
            + spec.containers[a].name: a
            + spec.containers[a].image: a:1

            Steps:
              1  all pods behind Service next
              2  analysis errors
              3  pause until somebody promotes
              4  Service live gets the new pods
              5  the old pods go after 30s
            """);
  }

  @ParameterizedTest(name = "diff {0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "gone|rollout.argoproj.io \"gone\" not found",
        "web --image db=db:2|unable to find container named \"db\"",
        "web --image db|\"db\" names no container or no image",
        "web -f /nowhere/f|open /nowhere/f: no such file or directory",
        "web --from old|--from old: choose stable",
        "web -o wide|diff prints text or -o json",
      })
  @DisplayName("K-213 what is wrong is one line with the remedy")
  void errors(String line, String message) throws IOException {
    Result result = run(("diff " + line).split(" "));
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err()).startsWith("Error: " + message).hasLineCount(1);
    assertThat(
            run("diff", "web", "-f", file(Moment.MANIFESTS.replace("name: web,", "name: other,")))
                .err())
        .endsWith("expected one Rollout called web, found 0; name another file\n");
    server.forbid("replicasets");
    assertThat(run("diff", "web").err()).startsWith("Error: replicasets is forbidden");
  }
}
