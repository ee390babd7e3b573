package dev.rollouts.controller.kube;

import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.wire.Wire;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.function.Supplier;

/** A Rollout. */
@Group("argoproj.io")
@Version("v1alpha1")
@Kind("Rollout")
@Plural("rollouts")
@JsonDeserialize(using = RolloutResource.Json.class)
public final class RolloutResource extends ModelObject<Rollout> implements Namespaced {
  private static final long serialVersionUID = 1L;

  private RolloutResource(ObjectMeta metadata, Supplier<Rollout> value) {
    super(metadata, value);
  }

  static final class Json extends Reader<Rollout, RolloutResource> {
    Json() {
      super(RolloutResource.class, tree -> Wire.decode(Rollout.class, tree.fields()).value());
    }

    @Override
    RolloutResource create(ObjectMeta metadata, Supplier<Rollout> value) {
      return new RolloutResource(metadata, value);
    }
  }
}
