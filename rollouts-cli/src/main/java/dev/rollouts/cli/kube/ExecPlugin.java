package dev.rollouts.cli.kube;

import dev.rollouts.cli.kube.Connection.ClientIdentity;
import dev.rollouts.cli.kube.Connection.Credentials;
import dev.rollouts.codec.CodecException;
import dev.rollouts.codec.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Credentials from a program that the kubeconfig names. It runs when they are first needed, and
 * again when they have expired or were refused. Source: client.authentication.k8s.io/v1.
 */
final class ExecPlugin implements Credentials {
  private final KubeObject config;
  private final Path folder;
  private final KubeObject cluster;
  private final Map<String, String> environment;
  private KubeObject status = KubeObject.empty();

  ExecPlugin(KubeObject config, Path folder, KubeObject cluster, Map<String, String> environment) {
    this.config = config;
    this.folder = folder;
    this.cluster = cluster;
    this.environment = environment;
  }

  @Override
  public Optional<String> authorization() {
    String token = status().text("token");
    return token.isEmpty() ? Optional.empty() : Optional.of("Bearer " + token);
  }

  @Override
  public Optional<ClientIdentity> identity() {
    KubeObject now = status();
    String certificate = now.text("clientCertificateData");
    String key = now.text("clientKeyData");
    return certificate.isEmpty() || key.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new ClientIdentity(
                "the client certificate of " + config.text("command"), certificate, key));
  }

  @Override
  public boolean renew() {
    synchronized (this) {
      status = KubeObject.empty();
    }
    return true;
  }

  private synchronized KubeObject status() {
    Instant expires = status.time("expirationTimestamp");
    boolean usable =
        !status.fields().isEmpty() && (expires == null || expires.isAfter(Instant.now()));
    if (!usable) {
      status = run();
    }
    return status;
  }

  private KubeObject run() {
    String program = config.text("command");
    String output;
    try {
      Process process = start(program);
      output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int code = process.waitFor();
      if (code != 0) {
        throw failure("executable %s failed with exit code %d".formatted(program, code));
      }
    } catch (IOException e) {
      throw failure("executable %s not found".formatted(program));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failure("interrupted while waiting for " + program);
    }
    KubeObject credential;
    try {
      credential = KubeObject.of(Json.read("credential", output));
    } catch (CodecException e) {
      // Without its text, which may hold the credential.
      throw failure("decoding stdout of %s: it is not JSON".formatted(program));
    }
    if (!credential.apiVersion().equals(config.text("apiVersion"))) {
      throw failure(
          "plugin %s is configured to use API version %s, plugin returned version %s"
              .formatted(program, config.text("apiVersion"), credential.apiVersion()));
    }
    KubeObject found = credential.child("status");
    if (found.text("token").isEmpty() && found.text("clientCertificateData").isEmpty()) {
      throw failure("plugin %s didn't return a token or cert/key pair".formatted(program));
    }
    return found;
  }

  private KubeException failure(String problem) {
    String hint = config.text("installHint").strip();
    return new KubeException(
        "getting credentials: exec: " + problem + (hint.isEmpty() ? "" : "; " + hint));
  }

  private Process start(String program) throws IOException {
    List<String> command = new ArrayList<>();
    // A path is one of the kubeconfig's folder; a bare name is looked for on PATH.
    command.add(program.contains("/") ? folder.resolve(program).toString() : program);
    if (config.at("args") instanceof List<?> args) {
      args.forEach(each -> command.add(String.valueOf(each)));
    }
    boolean interactive = isTerminal();
    String mode = config.text("interactiveMode");
    if (mode.equals("Always") && !interactive) {
      throw failure("standard input is not a terminal, which %s needs".formatted(program));
    }
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .redirectInput(
                interactive && !mode.equals("Never")
                    ? ProcessBuilder.Redirect.INHERIT
                    : ProcessBuilder.Redirect.PIPE);
    builder.environment().clear();
    builder.environment().putAll(environment);
    for (KubeObject each : config.children("env")) {
      builder.environment().put(each.text("name"), each.text("value"));
    }
    builder
        .environment()
        .put("KUBERNETES_EXEC_INFO", Json.write(info(interactive && !mode.equals("Never"))));
    Process process = builder.start();
    process.getOutputStream().close();
    return process;
  }

  /** Whether somebody can answer questions: {@code test} inherits our standard input. */
  private static boolean isTerminal() {
    try {
      Process test =
          new ProcessBuilder("test", "-t", "0")
              .redirectInput(ProcessBuilder.Redirect.INHERIT)
              .start();
      return test.waitFor(1, TimeUnit.SECONDS) && test.exitValue() == 0;
    } catch (IOException noSuchProgram) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private Map<String, @Nullable Object> info(boolean interactive) {
    Map<String, @Nullable Object> spec = new LinkedHashMap<>();
    spec.put("interactive", interactive);
    if (config.flag("provideClusterInfo")) {
      Map<String, @Nullable Object> about = new LinkedHashMap<>();
      about.put("server", cluster.text("server"));
      for (String key :
          List.of("tls-server-name", "insecure-skip-tls-verify", "certificate-authority-data")) {
        if (cluster.has(key)) {
          about.put(key, cluster.at(key));
        }
      }
      spec.put("cluster", about);
    }
    Map<String, @Nullable Object> info = new LinkedHashMap<>();
    info.put("apiVersion", config.text("apiVersion"));
    info.put("kind", "ExecCredential");
    info.put("spec", spec);
    return info;
  }
}
