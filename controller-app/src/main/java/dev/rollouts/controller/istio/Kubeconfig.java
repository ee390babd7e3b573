package dev.rollouts.controller.istio;

import dev.rollouts.codec.Codec;
import dev.rollouts.codec.Document;
import dev.rollouts.controller.kube.StartException;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A kubeconfig that came from a Secret. Whoever wrote it is believed about an address and the
 * credentials for it, and about nothing else: programs, files of this machine, plain HTTP and
 * unverified servers are refused, as is anything that is not known. No message has a value of it.
 */
final class Kubeconfig {
  private static final int BYTES_MAX = 256 * 1024;

  private static final Set<String> CLUSTER_FIELDS =
      Set.of("server", "certificate-authority-data", "extensions");
  private static final Set<String> USER_FIELDS =
      Set.of("token", "client-certificate-data", "client-key-data", "extensions");
  private static final Map<String, String> REMEDIES =
      Map.of(
          "exec", "programs are not run; use a token or client-certificate-data",
          "auth-provider", "programs are not run; use a token or client-certificate-data",
          "certificate-authority", "files are not read; use certificate-authority-data",
          "client-certificate", "files are not read; use client-certificate-data",
          "client-key", "files are not read; use client-key-data",
          "tokenFile", "files are not read; use token",
          "insecure-skip-tls-verify", "servers are verified; use certificate-authority-data");

  private final String source;
  private final Map<?, ?> root;

  private Kubeconfig(String source, Map<?, ?> root) {
    this.source = source;
    this.root = root;
  }

  /**
   * What the current context says.
   *
   * @param source in messages
   * @throws StartException when it cannot be used, or must not
   */
  static Config read(String source, byte[] text) {
    if (text.length > BYTES_MAX) {
      throw new StartException(
          source + ": larger than " + BYTES_MAX + " bytes, which no kubeconfig is");
    }
    List<Document> documents =
        Codec.standard().read(source, new String(text, StandardCharsets.UTF_8));
    if (documents.stream()
        .flatMap(each -> each.problems().stream())
        .anyMatch(each -> each.kind().isFatal())) {
      throw new StartException(source + ": no kubeconfig: it is not YAML");
    }
    if (documents.size() != 1) {
      throw new StartException(
          "%s: expected one kubeconfig, was %d documents".formatted(source, documents.size()));
    }
    return new Kubeconfig(source, documents.get(0).tree()).config();
  }

  private Config config() {
    String current = text(root, "current-context", "");
    if (current.isEmpty()) {
      throw wrong("current-context", "must be set");
    }
    Map<?, ?> context = named("contexts", "context", current);
    Map<?, ?> cluster = named("clusters", "cluster", text(context, "cluster", "context.cluster"));
    Map<?, ?> user = named("users", "user", text(context, "user", "context.user"));
    refuseOthers("cluster", cluster, CLUSTER_FIELDS);
    refuseOthers("user", user, USER_FIELDS);
    ConfigBuilder config =
        new ConfigBuilder(Config.empty()).withAutoConfigure(false).withMasterUrl(server(cluster));
    optional(cluster, "certificate-authority-data", config::withCaCertData);
    optional(user, "token", config::withOauthToken);
    optional(user, "client-certificate-data", config::withClientCertData);
    optional(user, "client-key-data", config::withClientKeyData);
    return config.build();
  }

  private String server(Map<?, ?> cluster) {
    String server = text(cluster, "server", "cluster.server");
    try {
      URI uri = URI.create(server);
      if ("https".equals(uri.getScheme()) && uri.getHost() != null && uri.getUserInfo() == null) {
        return server;
      }
    } catch (IllegalArgumentException malformed) {
      throw wrong("cluster.server", "must be an address such as https://istio.example:6443");
    }
    throw wrong("cluster.server", "must be an address such as https://istio.example:6443");
  }

  private void refuseOthers(String place, Map<?, ?> fields, Set<String> known) {
    for (Object field : fields.keySet()) {
      String name = String.valueOf(field);
      if (!known.contains(name)) {
        throw wrong(
            place + "." + name,
            REMEDIES.getOrDefault(name, "is not known here; expected one of " + sorted(known)));
      }
    }
  }

  private static List<String> sorted(Set<String> names) {
    return names.stream().sorted().toList();
  }

  private Map<?, ?> named(String list, String field, String name) {
    if (root.get(list) instanceof List<?> entries) {
      for (Object entry : entries) {
        if (entry instanceof Map<?, ?> map
            && name.equals(map.get("name"))
            && map.get(field) instanceof Map<?, ?> found) {
          return new LinkedHashMap<>(found);
        }
      }
    }
    throw wrong(list, "must have the entry that the current context names");
  }

  private String text(Map<?, ?> fields, String field, String required) {
    Object value = fields.get(field);
    if (value instanceof String text && !text.isEmpty()) {
      return text;
    }
    if (required.isEmpty() && value == null) {
      return "";
    }
    throw wrong(required.isEmpty() ? field : required, "must be a text");
  }

  private interface Setter {
    void set(String value);
  }

  private void optional(Map<?, ?> fields, String field, Setter setter) {
    @Nullable Object value = fields.get(field);
    if (value != null) {
      setter.set(text(fields, field, field));
    }
  }

  private StartException wrong(String field, String why) {
    return new StartException("%s: %s: %s".formatted(source, field, why));
  }
}
