package dev.rollouts.controller.kube;

import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import dev.rollouts.api.analysis.AnalysisTemplate;
import dev.rollouts.api.wire.Wire;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.function.Supplier;

/** An AnalysisTemplate. */
@Group("argoproj.io")
@Version("v1alpha1")
@Kind("AnalysisTemplate")
@Plural("analysistemplates")
@JsonDeserialize(using = AnalysisTemplateResource.Json.class)
public final class AnalysisTemplateResource extends ModelObject<AnalysisTemplate>
    implements Namespaced {
  private static final long serialVersionUID = 1L;

  private AnalysisTemplateResource(ObjectMeta metadata, Supplier<AnalysisTemplate> value) {
    super(metadata, value);
  }

  static final class Json extends Reader<AnalysisTemplate, AnalysisTemplateResource> {
    Json() {
      super(
          AnalysisTemplateResource.class,
          tree -> Wire.decode(AnalysisTemplate.class, tree.fields()).value());
    }

    @Override
    AnalysisTemplateResource create(ObjectMeta metadata, Supplier<AnalysisTemplate> value) {
      return new AnalysisTemplateResource(metadata, value);
    }
  }
}
