package dev.rollouts.cli.plugin;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.rollouts.codec.Json;
import dev.rollouts.codec.Yaml;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;

/**
 * Runs the commands that people run most against a server within this process, so that an archive
 * of classes for a fast start can be made without any cluster. For {@code ./dev install}.
 */
public final class Training {
  private static final String NAME = "training";
  private static final String HASH = "6cbccd9f99";
  private static final String UID = "0b7e6f1c-4d0e-4b0a-9a43-5f0a2b1c3d4e";

  private Training() {}

  /**
   * Runs the commands, and ends with the exit code of the first that fails.
   *
   * @param args a PKCS#12 file with a key for this host and its certificate, which another has
   *     signed, its password, and a folder to write to; words behind them are a program to run
   *     instead, which finds the server by {@code KUBECONFIG}
   */
  public static void main(String[] args)
      throws IOException, GeneralSecurityException, InterruptedException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(Path.of(args[0]))) {
      store.load(in, args[1].toCharArray());
    }
    ExecutorService threads = Executors.newFixedThreadPool(8);
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(
        new HttpsConfigurator(context(store, args[1])) {
          @Override
          public void configure(HttpsParameters parameters) {
            SSLParameters wanted = getSSLContext().getDefaultSSLParameters();
            wanted.setWantClientAuth(true);
            parameters.setSSLParameters(wanted);
          }
        });
    server.createContext("/", Training::answer);
    server.setExecutor(threads);
    server.start();
    int exitCode = 0;
    try {
      Path kubeconfig = Path.of(args[2], "training.kubeconfig").toAbsolutePath();
      Files.writeString(kubeconfig, kubeconfig(store, args[1], server.getAddress().getPort()));
      if (args.length > 3) {
        ProcessBuilder program =
            new ProcessBuilder(List.of(args).subList(3, args.length)).inheritIO();
        program.environment().put("KUBECONFIG", kubeconfig.toString());
        System.exit(program.start().waitFor());
      }
      Path manifest = Files.writeString(Path.of(args[2], "training.yaml"), Yaml.write(rollout()));
      for (String line :
          List.of(
              "get rollout " + NAME,
              "list rollouts",
              "list rollouts --user token",
              "set image training web=training:2",
              "promote training",
              "abort training",
              "status training --watch=false",
              "__complete get rollout t",
              "lint -f " + manifest,
              "help",
              "version")) {
        String[] words = line.split(" ");
        String[] command = new String[words.length + 2];
        System.arraycopy(words, 0, command, 0, words.length);
        boolean completes = words[0].equals(Completion.REQUEST);
        // What is completed is the last word, so that flags come before.
        int at = completes ? 1 : words.length;
        System.arraycopy(words, at, command, at + 2, words.length - at);
        command[at] = "--kubeconfig";
        command[at + 1] = kubeconfig.toString();
        int code = Main.runAsProcess(command);
        exitCode = exitCode == 0 ? code : exitCode;
      }
    } finally {
      server.stop(0);
      threads.shutdown();
    }
    System.exit(exitCode);
  }

  private static SSLContext context(KeyStore store, String password)
      throws GeneralSecurityException {
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, password.toCharArray());
    KeyStore authorities = KeyStore.getInstance("PKCS12");
    try {
      authorities.load(null, null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    authorities.setCertificateEntry(NAME, authority(store));
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(authorities);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }

  private static Certificate authority(KeyStore store) throws GeneralSecurityException {
    Certificate[] chain = store.getCertificateChain(store.aliases().nextElement());
    return chain[chain.length - 1];
  }

  /** For two users: one with a certificate, and one with a token. */
  private static String kubeconfig(KeyStore store, String password, int port)
      throws GeneralSecurityException {
    String alias = store.aliases().nextElement();
    String authority = pem("CERTIFICATE", authority(store).getEncoded());
    String certificate = pem("CERTIFICATE", store.getCertificate(alias).getEncoded());
    String key = pem("PRIVATE KEY", store.getKey(alias, password.toCharArray()).getEncoded());
    return Yaml.write(
        Map.of(
            "apiVersion",
            "v1",
            "kind",
            "Config",
            "current-context",
            NAME,
            "clusters",
            List.of(
                Map.of(
                    "name",
                    NAME,
                    "cluster",
                    Map.of(
                        "server",
                        "https://127.0.0.1:" + port,
                        "certificate-authority-data",
                        authority))),
            "users",
            List.of(
                Map.of(
                    "name",
                    NAME,
                    "user",
                    Map.of("client-certificate-data", certificate, "client-key-data", key)),
                Map.of("name", "token", "user", Map.of("token", NAME))),
            "contexts",
            List.of(Map.of("name", NAME, "context", Map.of("cluster", NAME, "user", NAME)))));
  }

  private static String pem(String what, byte[] der) {
    String text =
        "-----BEGIN %s-----\n%s\n-----END %s-----\n"
            .formatted(what, Base64.getMimeEncoder().encodeToString(der), what);
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
  }

  // --- the server

  private static void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    exchange.getRequestBody().readAllBytes();
    String plural = path.substring(path.lastIndexOf('/') + 1);
    Object body =
        path.contains("/rollouts/")
            ? rollout()
            : Map.of(
                "kind",
                "List",
                "metadata",
                Map.of("resourceVersion", "1"),
                "items",
                switch (plural) {
                  case "rollouts" -> List.of(rollout());
                  case "replicasets" -> List.of(replicaSet());
                  case "pods" -> List.of(pod("a"), pod("b"));
                  default -> List.of();
                });
    byte[] json = Json.write(body).getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, json.length);
    exchange.getResponseBody().write(json);
    exchange.close();
  }

  private static Map<String, Object> metadata(String name, String uid, String owner) {
    return Map.of(
        "name",
        name,
        "namespace",
        "default",
        "uid",
        uid,
        "generation",
        1,
        "resourceVersion",
        "1",
        "creationTimestamp",
        Instant.EPOCH.toString(),
        "labels",
        Map.of("rollouts-pod-template-hash", HASH),
        "annotations",
        Map.of("rollout.argoproj.io/revision", "1"),
        "ownerReferences",
        owner.isEmpty() ? List.of() : List.of(Map.of("uid", owner, "controller", true)));
  }

  private static Map<String, Object> template() {
    return Map.of(
        "metadata",
        Map.of("labels", Map.of("app", NAME)),
        "spec",
        Map.of("containers", List.of(Map.of("name", "web", "image", "training:1"))));
  }

  private static Map<String, Object> rollout() {
    return Map.of(
        "apiVersion",
        "argoproj.io/v1alpha1",
        "kind",
        "Rollout",
        "metadata",
        metadata(NAME, UID, ""),
        "spec",
        Map.of(
            "replicas",
            2,
            "selector",
            Map.of("matchLabels", Map.of("app", NAME)),
            "strategy",
            Map.of("canary", Map.of("steps", List.of(Map.of("setWeight", 20)))),
            "template",
            template()),
        "status",
        Map.of(
            "observedGeneration",
            "1",
            "phase",
            "Paused",
            "message",
            "CanaryPauseStep",
            "currentStepIndex",
            0,
            "stableRS",
            HASH,
            "pauseConditions",
            List.of(Map.of("reason", "CanaryPauseStep", "startTime", Instant.EPOCH.toString()))));
  }

  private static Map<String, Object> replicaSet() {
    return Map.of(
        "metadata",
        metadata(NAME + "-" + HASH, HASH, UID),
        "spec",
        Map.of("replicas", 2, "template", template()),
        "status",
        Map.of("replicas", 2, "availableReplicas", 2, "observedGeneration", 1));
  }

  private static Map<String, Object> pod(String suffix) {
    return Map.of(
        "metadata",
        metadata(NAME + "-" + HASH + "-" + suffix, suffix, HASH),
        "spec",
        Map.of("containers", List.of(Map.of("name", "web"))),
        "status",
        Map.of("phase", "Running"));
  }
}
