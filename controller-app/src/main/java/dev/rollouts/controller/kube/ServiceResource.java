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

/** A Service. */
@Group("")
@Version("v1")
@Kind("Service")
@Plural("services")
@JsonDeserialize(using = ServiceResource.Json.class)
public final class ServiceResource extends ModelObject<JsonObject> implements Namespaced {
  private static final long serialVersionUID = 1L;

  private ServiceResource(ObjectMeta metadata, Supplier<JsonObject> value) {
    super(metadata, value);
  }

  static final class Json extends Reader<JsonObject, ServiceResource> {
    Json() {
      super(ServiceResource.class, tree -> tree);
    }

    @Override
    ServiceResource create(ObjectMeta metadata, Supplier<JsonObject> value) {
      return new ServiceResource(metadata, value);
    }
  }
}
