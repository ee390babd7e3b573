package dev.rollouts.cli.plugin.view;

import dev.rollouts.cli.kube.KubeObject;
import dev.rollouts.codec.Codec;
import dev.rollouts.codec.Document;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Objects as YAML. */
final class Objects {
  private Objects() {}

  static KubeObject of(String yaml) {
    return object(Codec.standard().read("test.yaml", yaml).get(0));
  }

  static List<KubeObject> in(Path file) {
    return Codec.standard().read(file).stream().map(Objects::object).toList();
  }

  private static KubeObject object(Document document) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("apiVersion", document.apiVersion());
    fields.put("kind", document.kind());
    fields.putAll(document.tree());
    return new KubeObject(fields);
  }
}
