package dev.rollouts.controller.kube;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.WatchEvent;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads what watches tell straight from its text. The client library would first make a tree, then
 * a model of the kind, and then, of what nobody watches with that model, another. Thread-safe.
 */
public final class WatchedObjects extends JsonDeserializer<WatchEvent> {
  private static final Map<String, ModelObject.Reader<?, ?>> READERS =
      List.<ModelObject.Reader<?, ?>>of(
              new RolloutResource.Json(),
              new ExperimentResource.Json(),
              new AnalysisRunResource.Json(),
              new AnalysisTemplateResource.Json(),
              new ClusterAnalysisTemplateResource.Json(),
              new ReplicaSetResource.Json(),
              new ServiceResource.Json(),
              new IngressResource.Json())
          .stream()
          .collect(
              Collectors.toUnmodifiableMap(
                  each ->
                      key(HasMetadata.getApiVersion(each.kind()), HasMetadata.getKind(each.kind())),
                  Function.identity()));

  private WatchedObjects() {}

  /** What a client reads with. */
  public static KubernetesSerialization serialization() {
    ObjectMapper mapper = new ObjectMapper();
    mapper.registerModule(
        new SimpleModule("rollouts-watches")
            .addDeserializer(WatchEvent.class, new WatchedObjects()));
    return new KubernetesSerialization(mapper, true);
  }

  private static String key(@Nullable Object apiVersion, @Nullable Object kind) {
    return apiVersion + " " + kind;
  }

  @Override
  public WatchEvent deserialize(JsonParser parser, DeserializationContext context)
      throws IOException {
    WatchEvent event = new WatchEvent();
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      parser.nextToken();
      switch (name) {
        case "type" -> event.setType(parser.getText());
        case "object" ->
            event.setObject(object(Trees.read(parser), (ObjectMapper) parser.getCodec()));
        default -> parser.skipChildren();
      }
    }
    return event;
  }

  private static Object object(Map<String, @Nullable Object> tree, ObjectMapper mapper) {
    ModelObject.Reader<?, ?> reader = READERS.get(key(tree.get("apiVersion"), tree.get("kind")));
    if (reader != null) {
      return reader.read(tree);
    }
    if ("Status".equals(tree.get("kind"))) {
      return mapper.convertValue(tree, Status.class);
    }
    return generic(tree, mapper);
  }

  private static GenericKubernetesResource generic(
      Map<String, @Nullable Object> tree, ObjectMapper mapper) {
    GenericKubernetesResource generic = new GenericKubernetesResource();
    generic.setApiVersion(String.valueOf(tree.remove("apiVersion")));
    generic.setKind(String.valueOf(tree.remove("kind")));
    generic.setMetadata(mapper.convertValue(tree.remove("metadata"), ObjectMeta.class));
    tree.forEach(generic::setAdditionalProperty);
    return generic;
  }
}
