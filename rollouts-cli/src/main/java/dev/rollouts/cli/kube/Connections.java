package dev.rollouts.cli.kube;

import dev.rollouts.api.wire.GoDuration;
import dev.rollouts.cli.kube.Connection.ClientIdentity;
import dev.rollouts.cli.kube.Connection.Credentials;
import dev.rollouts.cli.kube.Connection.Trust;
import dev.rollouts.cli.kube.Kubeconfig.Entry;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes a connection of what flags, files and environment say. */
final class Connections {
  private static final Path SERVICE_ACCOUNT =
      Path.of("/var/run/secrets/kubernetes.io/serviceaccount");

  private final Choice choice;
  private final Map<String, String> environment;
  private final Kubeconfig config;
  private final Entry cluster;
  private final Entry user;

  private Connections(Choice choice, Map<String, String> environment, Kubeconfig config) {
    this.choice = choice;
    this.environment = environment;
    this.config = config;
    Entry nothing = new Entry(KubeObject.empty(), Path.of("."));
    cluster = config.cluster(choice).orElse(nothing);
    user = config.user(choice).orElse(nothing);
  }

  /**
   * The connection.
   *
   * @throws KubeException when something that is needed is missing or malformed
   */
  static Connection of(Choice choice, Map<String, String> environment) {
    Kubeconfig config = Kubeconfig.load(choice, environment);
    Connections made = new Connections(choice, environment, config);
    return made.isInCluster() ? made.inCluster() : made.outside();
  }

  /** Within a pod, and nothing else is said. */
  private boolean isInCluster() {
    return config.isEmpty()
        && choice.server() == null
        && choice.kubeconfig() == null
        && environment.containsKey("KUBERNETES_SERVICE_HOST")
        && Files.isReadable(serviceAccount("token"));
  }

  private Path serviceAccount(String file) {
    return SERVICE_ACCOUNT.resolve(file);
  }

  private Connection inCluster() {
    String host = environment.getOrDefault("KUBERNETES_SERVICE_HOST", "");
    String port = environment.getOrDefault("KUBERNETES_SERVICE_PORT", "443");
    String authority = host.contains(":") ? "[" + host + "]" : host;
    String namespace = choice.namespace();
    if (namespace == null && Files.isReadable(serviceAccount("namespace"))) {
      namespace = text(serviceAccount("namespace")).strip();
    }
    return new Connection(
        uri("https://" + authority + ":" + port, "KUBERNETES_SERVICE_HOST"),
        namespace == null || namespace.isEmpty() ? "default" : namespace,
        new Trust(text(serviceAccount("ca.crt")), null, false),
        Optional.empty(),
        new Bearer(null, serviceAccount("token")),
        impersonation(KubeObject.empty()),
        Optional.empty(),
        timeout(),
        !choice.disableCompression());
  }

  private Connection outside() {
    String server = choice.server() != null ? choice.server() : cluster.content().text("server");
    if (server.isEmpty()) {
      throw new KubeException(
          config.files().isEmpty()
              ? "invalid configuration: no configuration has been provided; set KUBECONFIG, write ~/.kube/config,"
                  + " or name a file with --kubeconfig"
              : "invalid configuration: %s names no cluster for the current context; choose one with --context"
                  .formatted(String.join(", ", config.files())));
    }
    Optional<ClientIdentity> identity = identity();
    return new Connection(
        uri(server.contains("://") ? server : "http://" + server, "server"),
        namespace(),
        trust(),
        identity,
        credentials(identity.isPresent()),
        impersonation(user.content()),
        proxy(server),
        timeout(),
        !choice.disableCompression() && !cluster.content().flag("disable-compression"));
  }

  private String namespace() {
    if (choice.namespace() != null && !choice.namespace().isEmpty()) {
      return choice.namespace();
    }
    String ofContext =
        config.context(choice).map(each -> each.content().text("namespace")).orElse("");
    return ofContext.isEmpty() ? "default" : ofContext;
  }

  private Trust trust() {
    boolean insecure =
        choice.insecure() != null
            ? choice.insecure()
            : cluster.content().flag("insecure-skip-tls-verify");
    String name =
        choice.tlsServerName() != null
            ? choice.tlsServerName()
            : cluster.content().text("tls-server-name");
    String authority =
        choice.certificateAuthority() != null
            ? text(Path.of(choice.certificateAuthority()))
            : data(cluster, "certificate-authority");
    return new Trust(authority, name.isEmpty() ? null : name, insecure);
  }

  private Optional<ClientIdentity> identity() {
    String certificate =
        choice.clientCertificate() != null
            ? text(Path.of(choice.clientCertificate()))
            : data(user, "client-certificate");
    String key =
        choice.clientKey() != null ? text(Path.of(choice.clientKey())) : data(user, "client-key");
    if (certificate == null && key == null) {
      return Optional.empty();
    }
    if (certificate == null || key == null) {
      throw new KubeException(
          "invalid configuration: a client certificate needs its key and the other way round; %s is missing"
              .formatted(certificate == null ? "client-certificate" : "client-key"));
    }
    return Optional.of(new ClientIdentity("the client certificate", certificate, key));
  }

  private Credentials credentials(boolean hasIdentity) {
    if (choice.token() != null && !choice.token().isEmpty()) {
      return new Bearer(choice.token(), null);
    }
    KubeObject content = user.content();
    Path tokenFile = user.path("tokenFile");
    if (tokenFile != null) {
      return new Bearer(null, tokenFile);
    }
    if (!content.text("token").isEmpty()) {
      return new Bearer(content.text("token"), null);
    }
    if (!content.text("username").isEmpty()) {
      return new Basic(content.text("username"), content.text("password"));
    }
    if (content.has("exec") && !hasIdentity) {
      return new ExecPlugin(content.child("exec"), user.folder(), cluster.content(), environment);
    }
    if (content.has("auth-provider")) {
      throw new KubeException(
          "no Auth Provider found for name \"%s\"; kubectl no longer has those either, use an exec plugin"
              .formatted(content.text("auth-provider", "name")));
    }
    return Credentials.NONE;
  }

  private Map<String, List<String>> impersonation(KubeObject user) {
    Map<String, List<String>> headers = new LinkedHashMap<>();
    String as = choice.as() != null ? choice.as() : user.text("as");
    String uid = choice.asUid() != null ? choice.asUid() : user.text("as-uid");
    List<String> groups = new ArrayList<>(choice.asGroups());
    if (groups.isEmpty() && user.at("as-groups") instanceof List<?> list) {
      list.forEach(each -> groups.add(String.valueOf(each)));
    }
    if (as.isEmpty()) {
      if (!uid.isEmpty() || !groups.isEmpty()) {
        throw new KubeException(
            "requesting uid, groups or user-extra for  without impersonating a user; add --as");
      }
      return headers;
    }
    headers.put("Impersonate-User", List.of(as));
    if (!uid.isEmpty()) {
      headers.put("Impersonate-Uid", List.of(uid));
    }
    if (!groups.isEmpty()) {
      headers.put("Impersonate-Group", List.copyOf(groups));
    }
    user.child("as-user-extra")
        .fields()
        .forEach(
            (key, values) -> {
              if (values instanceof List<?> list && !list.isEmpty()) {
                headers.put(
                    "Impersonate-Extra-" + Urls.segment(key),
                    list.stream().map(String::valueOf).toList());
              }
            });
    return headers;
  }

  private Optional<URI> proxy(String server) {
    String text = cluster.content().text("proxy-url");
    if (!text.isEmpty()) {
      return Optional.of(uri(text, "proxy-url"));
    }
    if (!server.startsWith("https:")
        || Proxies.isDirect(uri(server, "server").getHost(), environment)) {
      return Optional.empty();
    }
    for (String variable : new String[] {"HTTPS_PROXY", "https_proxy"}) {
      String value = environment.getOrDefault(variable, "");
      if (!value.isEmpty()) {
        return Optional.of(uri(value.contains("://") ? value : "http://" + value, variable));
      }
    }
    return Optional.empty();
  }

  private Duration timeout() {
    String text = choice.requestTimeout();
    if (text == null || text.isEmpty() || text.equals("0")) {
      return Duration.ZERO;
    }
    if (text.matches("[0-9]{1,9}")) {
      return Duration.ofSeconds(Long.parseLong(text));
    }
    return GoDuration.tryParse(text)
        .filter(each -> !each.isNegative())
        .orElseThrow(
            () ->
                new KubeException(
                    "Invalid timeout value. Timeout must be a single integer in seconds, or an integer followed by a"
                        + " corresponding time unit (e.g. 1s | 2m | 3h)"));
  }

  /** What an entry has inline, in base64, or in a file; inline wins. */
  private static @Nullable String data(Entry entry, String key) {
    String inline = entry.content().text(key + "-data");
    if (!inline.isEmpty()) {
      try {
        return new String(
            Base64.getDecoder().decode(inline.replaceAll("\\s", "")), StandardCharsets.UTF_8);
      } catch (IllegalArgumentException e) {
        throw new KubeException("invalid configuration: %s-data is not base64".formatted(key));
      }
    }
    Path file = entry.path(key);
    return file == null ? null : text(file);
  }

  private static String text(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new KubeException(
          "open %s: %s"
              .formatted(
                  file, Files.exists(file) ? "permission denied" : "no such file or directory"));
    }
  }

  private static URI uri(String text, String what) {
    try {
      URI uri = new URI(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
      if (uri.getHost() != null) {
        return uri;
      }
    } catch (URISyntaxException malformed) {
      // Said below.
    }
    // It is not repeated: a proxy's address may hold a password.
    throw new KubeException(
        "invalid configuration: %s is not an address such as https://host:6443".formatted(what));
  }

  /** A token, or a file that somebody renews. */
  private record Bearer(@Nullable String token, @Nullable Path file) implements Credentials {
    @Override
    public Optional<String> authorization() {
      String value = file == null ? token : text(file).strip();
      return value == null || value.isEmpty() ? Optional.empty() : Optional.of("Bearer " + value);
    }

    @Override
    public Optional<ClientIdentity> identity() {
      return Optional.empty();
    }

    @Override
    public String toString() {
      return "Bearer";
    }
  }

  private record Basic(String name, String password) implements Credentials {
    @Override
    public Optional<String> authorization() {
      String both = name + ":" + password;
      return Optional.of(
          "Basic " + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    public Optional<ClientIdentity> identity() {
      return Optional.empty();
    }

    @Override
    public String toString() {
      return "Basic";
    }
  }
}
