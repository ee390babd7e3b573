package dev.rollouts.controller.kube;

import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import dev.rollouts.api.analysis.ClusterAnalysisTemplate;
import dev.rollouts.api.wire.Wire;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.function.Supplier;

/** A ClusterAnalysisTemplate. */
@Group("argoproj.io")
@Version("v1alpha1")
@Kind("ClusterAnalysisTemplate")
@Plural("clusteranalysistemplates")
@JsonDeserialize(using = ClusterAnalysisTemplateResource.Json.class)
public final class ClusterAnalysisTemplateResource extends ModelObject<ClusterAnalysisTemplate> {
  private static final long serialVersionUID = 1L;

  private ClusterAnalysisTemplateResource(
      ObjectMeta metadata, Supplier<ClusterAnalysisTemplate> value) {
    super(metadata, value);
  }

  static final class Json extends Reader<ClusterAnalysisTemplate, ClusterAnalysisTemplateResource> {
    Json() {
      super(
          ClusterAnalysisTemplateResource.class,
          tree -> Wire.decode(ClusterAnalysisTemplate.class, tree.fields()).value());
    }

    @Override
    ClusterAnalysisTemplateResource create(
        ObjectMeta metadata, Supplier<ClusterAnalysisTemplate> value) {
      return new ClusterAnalysisTemplateResource(metadata, value);
    }
  }
}
