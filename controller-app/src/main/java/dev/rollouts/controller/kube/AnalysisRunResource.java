package dev.rollouts.controller.kube;

import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.wire.Wire;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.function.Supplier;

/** An AnalysisRun. */
@Group("argoproj.io")
@Version("v1alpha1")
@Kind("AnalysisRun")
@Plural("analysisruns")
@JsonDeserialize(using = AnalysisRunResource.Json.class)
public final class AnalysisRunResource extends ModelObject<AnalysisRun> implements Namespaced {
  private static final long serialVersionUID = 1L;

  private AnalysisRunResource(ObjectMeta metadata, Supplier<AnalysisRun> value) {
    super(metadata, value);
  }

  static final class Json extends Reader<AnalysisRun, AnalysisRunResource> {
    Json() {
      super(
          AnalysisRunResource.class, tree -> Wire.decode(AnalysisRun.class, tree.fields()).value());
    }

    @Override
    AnalysisRunResource create(ObjectMeta metadata, Supplier<AnalysisRun> value) {
      return new AnalysisRunResource(metadata, value);
    }
  }
}
