package dev.rollouts.controller.kube;

import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import dev.rollouts.api.wire.JsonObject;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.function.Supplier;

/** An Ingress. */
@Group("networking.k8s.io")
@Version("v1")
@Kind("Ingress")
@Plural("ingresses")
@JsonDeserialize(using = IngressResource.Json.class)
public final class IngressResource extends ModelObject<JsonObject> implements Namespaced {
  private static final long serialVersionUID = 1L;

  private IngressResource(ObjectMeta metadata, Supplier<JsonObject> value) {
    super(metadata, value);
  }

  static final class Json extends Reader<JsonObject, IngressResource> {
    Json() {
      super(IngressResource.class, tree -> tree);
    }

    @Override
    IngressResource create(ObjectMeta metadata, Supplier<JsonObject> value) {
      return new IngressResource(metadata, value);
    }
  }
}
