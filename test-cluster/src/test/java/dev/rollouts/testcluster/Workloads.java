package dev.rollouts.testcluster;

import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import java.util.Map;

/** Objects that have pods, each with the annotations of its script. */
final class Workloads {
  private Workloads() {}

  static Deployment deployment(String name, int replicas, Map<String, String> script) {
    return new DeploymentBuilder()
        .withNewMetadata()
        .withName(name)
        .endMetadata()
        .withNewSpec()
        .withReplicas(replicas)
        .withNewSelector()
        .withMatchLabels(Map.of("app", name))
        .endSelector()
        .withTemplate(template(name, "Always", script))
        .endSpec()
        .build();
  }

  static Job job(String name, Map<String, String> script) {
    return new JobBuilder()
        .withNewMetadata()
        .withName(name)
        .endMetadata()
        .withNewSpec()
        .withBackoffLimit(0)
        .withTemplate(template(name, "Never", script))
        .endSpec()
        .build();
  }

  private static PodTemplateSpec template(
      String name, String restartPolicy, Map<String, String> script) {
    PodTemplateSpecBuilder template =
        new PodTemplateSpecBuilder()
            .withNewMetadata()
            .addToLabels("app", name)
            .endMetadata()
            .withNewSpec()
            .withRestartPolicy(restartPolicy)
            .addNewContainer()
            .withName("main")
            .withImage("registry.example/" + name + ":1")
            .endContainer()
            .endSpec();
    script.forEach(
        (key, value) ->
            template
                .editMetadata()
                .addToAnnotations("test.rollouts.dev/" + key, value)
                .endMetadata());
    return template.build();
  }
}
