package dev.rollouts.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.rollout.RolloutPhase;
import dev.rollouts.testcluster.TestCluster;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The manifests that operators apply, on a real API server. */
@Tag("it")
class InstallTest {
  private static final String NAMESPACE = "argo-rollouts";

  private static Set<String> apply(String file) throws IOException {
    String yaml = Files.readString(Manifests.DEPLOY.resolve(file));
    Manifests.apply(NAMESPACE, yaml).good();
    return Manifests.objects(yaml).values().stream()
        .map(each -> each.path("kind").asText())
        .collect(Collectors.toSet());
  }

  @Test
  @DisplayName(
      "O-050, O-060, O-061 With exactly the rights of its role the controller delivers a canary")
  void worksWithTheRightsOfItsRole() throws IOException {
    assertThat(apply("install.yaml"))
        .contains("CustomResourceDefinition", "ClusterRole", "Deployment", "ServiceAccount");
    TestCluster.shared()
        .client()
        .rbac()
        .clusterRoleBindings()
        .resource(
            new ClusterRoleBindingBuilder()
                .withNewMetadata()
                .withName("limited")
                .endMetadata()
                .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", "argo-rollouts")
                .addNewSubject("rbac.authorization.k8s.io", "User", "limited", null)
                .build())
        .serverSideApply();
    try (Live live = new Live("limited")) {
      live.apply(
          """
          apiVersion: argoproj.io/v1alpha1
          kind: Rollout
          metadata: {name: web}
          spec:
            replicas: 2
            selector: {matchLabels: {app: web}}
            strategy:
              canary:
                steps: [{setWeight: 50}, {analysis: {templates: [{templateName: smoke}]}}]
            template:
              metadata: {labels: {app: web}}
              spec: {containers: [{name: web, image: "web:1"}]}
          ---
          apiVersion: argoproj.io/v1alpha1
          kind: AnalysisTemplate
          metadata: {name: smoke}
          spec:
            metrics:
            - name: smoke
              provider:
                job:
                  spec:
                    template:
                      spec:
                        restartPolicy: Never
                        containers: [{name: smoke, image: "smoke:1"}]
          """);
      live.await("web", RolloutPhase.HEALTHY, "");
      live.image("web", "web:2");
      live.await(
          "web",
          it ->
              it.statusOrEmpty().phase() == RolloutPhase.HEALTHY && live.sizes().equals("1=0 2=2"));
      Live.await(
          () -> live.events("web").contains("RolloutCompleted"),
          () -> live.events("web").toString());
    }
  }

  @Test
  @DisplayName("O-042, O-050 The manifests for one namespace are accepted")
  void namespaceInstall() throws IOException {
    assertThat(apply("namespace-install.yaml")).contains("Role", "RoleBinding", "Deployment");
  }
}
