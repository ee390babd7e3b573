package dev.rollouts.controller.kube;

import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import dev.rollouts.engine.cluster.ReplicaSet;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.function.Supplier;

/** A ReplicaSet. */
@Group("apps")
@Version("v1")
@Kind("ReplicaSet")
@Plural("replicasets")
@JsonDeserialize(using = ReplicaSetResource.Json.class)
public final class ReplicaSetResource extends ModelObject<ReplicaSet> implements Namespaced {
  private static final long serialVersionUID = 1L;

  private ReplicaSetResource(ObjectMeta metadata, Supplier<ReplicaSet> value) {
    super(metadata, value);
  }

  static final class Json extends Reader<ReplicaSet, ReplicaSetResource> {
    Json() {
      super(ReplicaSetResource.class, ReplicaSetTree::read);
    }

    @Override
    ReplicaSetResource create(ObjectMeta metadata, Supplier<ReplicaSet> value) {
      return new ReplicaSetResource(metadata, value);
    }
  }
}
