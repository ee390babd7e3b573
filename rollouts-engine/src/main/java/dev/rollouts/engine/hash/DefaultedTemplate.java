package dev.rollouts.engine.hash;

import dev.rollouts.api.wire.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Pod templates with the values that an API server fills in for absent fields, so that a template
 * as a user wrote it can be compared with one read from a ReplicaSet. Stateless and thread-safe.
 *
 * <p>Source: what Kubernetes 1.34 answers to the creation of ReplicaSets; requests do not follow
 * limits there, that happens to pods only.
 */
public final class DefaultedTemplate {
  private static final int READABLE_BY_ALL = 0644;
  private static final int TOKEN_SECONDS = 3600;

  private DefaultedTemplate() {}

  /**
   * Whether two templates mean the same: equal after defaulting, with quantities compared by their
   * amount, empty lists and maps like absent ones, and the deprecated {@code serviceAccount}
   * ignored where {@code serviceAccountName} is set.
   */
  public static boolean same(JsonObject one, JsonObject other) {
    return one.equals(other) || comparable(one).equals(comparable(other));
  }

  private static String comparable(JsonObject template) {
    Map<String, @Nullable Object> tree = copy(template.fields());
    if (tree.get("spec") == null) {
      tree.put("spec", new LinkedHashMap<>());
    }
    in(tree, "spec", DefaultedTemplate::pod);
    return TypedJson.comparable(Struct.of("PodTemplateSpec"), tree);
  }

  private static void pod(Map<String, @Nullable Object> spec) {
    zero(spec, "restartPolicy", "Always");
    zero(spec, "dnsPolicy", "ClusterFirst");
    zero(spec, "schedulerName", "default-scheduler");
    absent(spec, "terminationGracePeriodSeconds", 30);
    absent(spec, "securityContext", Map.of());
    Object account = spec.remove("serviceAccount");
    if (account != null) {
      zero(spec, "serviceAccountName", account);
    }
    in(spec, "affinity", DefaultedTemplate::withoutEmpty);
    if (spec.get("affinity") instanceof Map<?, ?> affinity && affinity.isEmpty()) {
      spec.remove("affinity");
    }
    each(spec, "initContainers", DefaultedTemplate::container);
    each(spec, "containers", DefaultedTemplate::container);
    each(spec, "volumes", DefaultedTemplate::volume);
  }

  private static void withoutEmpty(Map<String, @Nullable Object> affinity) {
    affinity.values().removeIf(part -> part instanceof Map<?, ?> map && map.isEmpty());
  }

  private static void container(Map<String, @Nullable Object> container) {
    zero(container, "terminationMessagePath", "/dev/termination-log");
    zero(container, "terminationMessagePolicy", "File");
    zero(container, "imagePullPolicy", pullPolicy(container.get("image")));
    each(container, "ports", port -> zero(port, "protocol", "TCP"));
    each(container, "env", env -> in(env, "valueFrom", DefaultedTemplate::fieldRef));
    for (String probe : List.of("livenessProbe", "readinessProbe", "startupProbe")) {
      in(container, probe, DefaultedTemplate::probe);
    }
    in(
        container,
        "lifecycle",
        lifecycle -> {
          in(lifecycle, "postStart", DefaultedTemplate::httpGet);
          in(lifecycle, "preStop", DefaultedTemplate::httpGet);
        });
  }

  private static void probe(Map<String, @Nullable Object> probe) {
    zero(probe, "timeoutSeconds", 1);
    zero(probe, "periodSeconds", 10);
    zero(probe, "successThreshold", 1);
    zero(probe, "failureThreshold", 3);
    httpGet(probe);
    in(probe, "grpc", grpc -> absent(grpc, "service", ""));
  }

  private static void httpGet(Map<String, @Nullable Object> handler) {
    in(
        handler,
        "httpGet",
        get -> {
          zero(get, "path", "/");
          zero(get, "scheme", "HTTP");
        });
  }

  private static void fieldRef(Map<String, @Nullable Object> holder) {
    in(holder, "fieldRef", reference -> zero(reference, "apiVersion", "v1"));
  }

  private static void volume(Map<String, @Nullable Object> volume) {
    if (volume.keySet().equals(Set.of("name"))) {
      volume.put("emptyDir", Map.of());
    }
    for (String source : List.of("secret", "configMap", "downwardAPI", "projected")) {
      in(volume, source, files -> absent(files, "defaultMode", READABLE_BY_ALL));
    }
    in(volume, "downwardAPI", files -> each(files, "items", DefaultedTemplate::fieldRef));
    in(volume, "projected", files -> each(files, "sources", DefaultedTemplate::projection));
    in(volume, "hostPath", path -> absent(path, "type", ""));
    in(volume, "iscsi", disk -> zero(disk, "iscsiInterface", "default"));
    in(
        volume,
        "rbd",
        disk -> {
          zero(disk, "pool", "rbd");
          zero(disk, "user", "admin");
          zero(disk, "keyring", "/etc/ceph/keyring");
        });
    in(
        volume,
        "azureDisk",
        disk -> {
          absent(disk, "cachingMode", "ReadWrite");
          absent(disk, "fsType", "ext4");
          absent(disk, "kind", "Shared");
          absent(disk, "readOnly", false);
        });
    in(
        volume,
        "scaleIO",
        disk -> {
          zero(disk, "storageMode", "ThinProvisioned");
          zero(disk, "fsType", "xfs");
        });
    in(
        volume,
        "ephemeral",
        source ->
            in(
                source,
                "volumeClaimTemplate",
                claim -> in(claim, "spec", spec -> absent(spec, "volumeMode", "Filesystem"))));
  }

  private static void projection(Map<String, @Nullable Object> source) {
    in(source, "serviceAccountToken", token -> absent(token, "expirationSeconds", TOKEN_SECONDS));
    in(source, "downwardAPI", files -> each(files, "items", DefaultedTemplate::fieldRef));
  }

  /** Always for an image whose tag is {@code latest}, or that has neither tag nor digest. */
  private static String pullPolicy(@Nullable Object image) {
    String text = image instanceof String name ? name : "";
    int digest = text.indexOf('@');
    String tagged = digest < 0 ? text : text.substring(0, digest);
    int colon = tagged.indexOf(':', tagged.lastIndexOf('/') + 1);
    String repository = colon < 0 ? tagged : tagged.substring(0, colon);
    boolean latest = colon < 0 ? digest < 0 : tagged.substring(colon + 1).equals("latest");
    return latest && isRepository(repository) ? "Always" : "IfNotPresent";
  }

  /** Whether a name can be that of an image, going by its last part. */
  private static boolean isRepository(String name) {
    String last = name.substring(name.lastIndexOf('/') + 1);
    return !last.isEmpty()
        && !name.startsWith("/")
        && !name.contains("//")
        && last.chars()
            .allMatch(
                c -> (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || "._-".indexOf(c) >= 0);
  }

  /** Sets a field that is absent. */
  private static void absent(Map<String, @Nullable Object> object, String key, Object value) {
    if (object.get(key) == null) {
      object.put(key, value);
    }
  }

  /** Sets a field that is absent, empty or 0. */
  private static void zero(Map<String, @Nullable Object> object, String key, Object value) {
    Object is = object.get(key);
    if (is == null || is.equals("") || (is instanceof Number number && number.doubleValue() == 0)) {
      object.put(key, value);
    }
  }

  private static void in(
      Map<String, @Nullable Object> object,
      String key,
      Consumer<Map<String, @Nullable Object>> change) {
    if (object.get(key) instanceof Map<?, ?> map) {
      Map<String, @Nullable Object> inner = copy(map);
      change.accept(inner);
      object.put(key, inner);
    }
  }

  private static void each(
      Map<String, @Nullable Object> object,
      String key,
      Consumer<Map<String, @Nullable Object>> change) {
    if (object.get(key) instanceof List<?> list) {
      List<@Nullable Object> changed = new ArrayList<>(list.size());
      for (Object element : list) {
        Map<String, @Nullable Object> inner =
            copy(element instanceof Map<?, ?> map ? map : Map.of());
        change.accept(inner);
        changed.add(inner);
      }
      object.put(key, changed);
    }
  }

  /** The entries that are there. */
  private static Map<String, @Nullable Object> copy(Map<?, ?> map) {
    Map<String, @Nullable Object> copy = new LinkedHashMap<>();
    map.forEach(
        (key, value) -> {
          if (value != null) {
            copy.put(String.valueOf(key), value);
          }
        });
    return copy;
  }
}
