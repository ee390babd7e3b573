package dev.rollouts.controller.kube;

import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import dev.rollouts.api.experiment.Experiment;
import dev.rollouts.api.wire.Wire;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.function.Supplier;

/** An Experiment. */
@Group("argoproj.io")
@Version("v1alpha1")
@Kind("Experiment")
@Plural("experiments")
@JsonDeserialize(using = ExperimentResource.Json.class)
public final class ExperimentResource extends ModelObject<Experiment> implements Namespaced {
  private static final long serialVersionUID = 1L;

  private ExperimentResource(ObjectMeta metadata, Supplier<Experiment> value) {
    super(metadata, value);
  }

  static final class Json extends Reader<Experiment, ExperimentResource> {
    Json() {
      super(ExperimentResource.class, tree -> Wire.decode(Experiment.class, tree.fields()).value());
    }

    @Override
    ExperimentResource create(ObjectMeta metadata, Supplier<Experiment> value) {
      return new ExperimentResource(metadata, value);
    }
  }
}
