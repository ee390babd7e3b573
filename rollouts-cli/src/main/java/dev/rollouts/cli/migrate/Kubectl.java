package dev.rollouts.cli.migrate;

import dev.rollouts.codec.Codec;
import dev.rollouts.codec.Document;
import dev.rollouts.codec.Json;
import dev.rollouts.codec.Limits;
import dev.rollouts.codec.PluginConfigMap;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads a cluster by {@code kubectl get --raw}: with the caller's kubeconfig, credentials and
 * proxies, whatever they are, and with {@code GET} only.
 */
public final class Kubectl {
  private static final int PAGE = 100;
  private static final Limits LIMITS =
      Limits.defaults().withBytesMax(256 << 20).withNodesMax(4_000_000);

  /** What is read of which kind; only named config maps, and no Secret. */
  private static final List<Source> SOURCES =
      List.of(
          new Source("Rollout", "argoproj.io/v1alpha1", "rollouts", true, ""),
          new Source("Experiment", "argoproj.io/v1alpha1", "experiments", true, ""),
          new Source("AnalysisRun", "argoproj.io/v1alpha1", "analysisruns", true, ""),
          new Source("AnalysisTemplate", "argoproj.io/v1alpha1", "analysistemplates", true, ""),
          new Source(
              "ClusterAnalysisTemplate",
              "argoproj.io/v1alpha1",
              "clusteranalysistemplates",
              false,
              ""),
          new Source("Deployment", "apps/v1", "deployments", true, ""),
          new Source(
              "ConfigMap", "v1", "configmaps", true, "metadata.name=" + PluginConfigMap.NAME),
          new Source(
              "ConfigMap",
              "v1",
              "configmaps",
              true,
              "metadata.name=argo-rollouts-notification-configmap"));

  private record Source(
      String kind, String apiVersion, String resource, boolean namespaced, String fields) {
    String path(String namespace, String next) {
      String root = apiVersion.contains("/") ? "/apis/" : "/api/";
      String scope = namespaced && !namespace.isEmpty() ? "/namespaces/" + namespace : "";
      return root
          + apiVersion
          + scope
          + "/"
          + resource
          + "?limit="
          + PAGE
          + (fields.isEmpty() ? "" : "&fieldSelector=" + encoded(fields))
          + (next.isEmpty() ? "" : "&continue=" + encoded(next));
    }

    private static String encoded(String text) {
      return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
  }

  /** The cluster cannot be asked at all. */
  public static final class Unreachable extends Exception {
    private static final long serialVersionUID = 1L;

    Unreachable(String message) {
      super(message);
    }
  }

  private final List<String> command;
  private final Map<String, String> environment;

  /**
   * @param program usually {@code kubectl}
   * @param options for it, such as {@code --context=x}
   * @param environment of the caller, with KUBECONFIG
   */
  public Kubectl(String program, List<String> options, Map<String, String> environment) {
    this.command = new ArrayList<>(List.of(program));
    this.command.addAll(options);
    this.environment = Map.copyOf(environment);
  }

  /**
   * Reads what matters.
   *
   * @param namespace only there, but for controllers and their settings; empty for everywhere
   */
  public Snapshot snapshot(String namespace) throws Unreachable {
    List<Document> documents = new ArrayList<>();
    Map<String, String> unread = new TreeMap<>();
    for (Source source : SOURCES) {
      boolean users = source.apiVersion().startsWith("argoproj.io/");
      read(source, users ? namespace : "", documents, unread);
    }
    return new Snapshot(documents, unread);
  }

  private void read(
      Source source, String namespace, List<Document> documents, Map<String, String> unread)
      throws Unreachable {
    String next = "";
    do {
      Answer answer = get(source.path(namespace, next));
      if (answer.code() != 0) {
        String error = answer.error();
        if (error.contains("(NotFound)")) {
          unread.put(source.kind(), "this cluster does not have the kind");
        } else if (error.contains("(Forbidden)")) {
          unread.put(source.kind(), "you may not list it");
        } else {
          throw new Unreachable(error);
        }
        return;
      }
      if (!(Json.read(source.resource(), answer.out()) instanceof Map<?, ?> list)) {
        throw new Unreachable("the answer about %s is not a list".formatted(source.resource()));
      }
      documents.addAll(documents(source, list));
      next = next(list);
    } while (!next.isEmpty());
  }

  private static String next(Map<?, ?> list) {
    return list.get("metadata") instanceof Map<?, ?> meta
        ? Snapshot.text(meta.get("continue"))
        : "";
  }

  /** The items of a list know their kind only when they are custom. */
  private static List<Document> documents(Source source, Map<?, ?> list) {
    List<Object> items = new ArrayList<>();
    if (list.get("items") instanceof List<?> all) {
      for (Object each : all) {
        if (each instanceof Map<?, ?> item) {
          Map<String, @Nullable Object> named = new LinkedHashMap<>();
          named.put("apiVersion", source.apiVersion());
          named.put("kind", source.kind());
          item.forEach((key, value) -> named.put(String.valueOf(key), value));
          items.add(named);
        }
      }
    }
    if (items.isEmpty()) {
      return List.of();
    }
    Map<String, @Nullable Object> wrapped = new LinkedHashMap<>();
    wrapped.put("apiVersion", "v1");
    wrapped.put("kind", "List");
    wrapped.put("items", items);
    return Codec.within(LIMITS).read(source.resource(), Json.write(wrapped));
  }

  private record Answer(int code, String out, String error) {}

  private Answer get(String path) throws Unreachable {
    List<String> line = new ArrayList<>(command);
    line.set(0, program(command.get(0)));
    line.addAll(List.of("get", "--raw", path));
    ProcessBuilder builder = new ProcessBuilder(line);
    builder.environment().clear();
    builder.environment().putAll(environment);
    try {
      Process process = builder.start();
      process.getOutputStream().close();
      CompletableFuture<String> error =
          CompletableFuture.supplyAsync(() -> text(process.getErrorStream()));
      String out = text(process.getInputStream());
      int code = process.waitFor();
      return new Answer(code, out, error.join().strip());
    } catch (IOException e) {
      throw new Unreachable("%s cannot be run: %s".formatted(line.get(0), e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Unreachable("interrupted");
    }
  }

  /** Where it is on the caller's PATH, which need not be that of this process. */
  private String program(String name) throws Unreachable {
    for (String folder :
        environment.getOrDefault("PATH", "").split(Pattern.quote(File.pathSeparator), -1)) {
      for (String suffix : List.of("", ".exe")) {
        Path program = Path.of(folder, name + suffix);
        if (!folder.isEmpty() && Files.isExecutable(program)) {
          return program.toString();
        }
      }
    }
    throw new Unreachable(
        "there is no %s on PATH; install it, or give files with -f".formatted(name));
  }

  private static String text(InputStream in) {
    try (in) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }
}
