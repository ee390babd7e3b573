package dev.rollouts.cli.kube;

import dev.rollouts.codec.Codec;
import dev.rollouts.codec.CodecException;
import dev.rollouts.codec.Document;
import dev.rollouts.codec.DocumentProblem;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What kubectl's configuration files say, merged as kubectl does it: the first file that names
 * something wins.
 */
public final class Kubeconfig {
  /** An entry and the folder that its relative paths start from. */
  record Entry(KubeObject content, Path folder) {
    /** A path of the entry, relative to its file; null when absent. */
    @Nullable Path path(String key) {
      String text = content.text(key);
      return text.isEmpty() ? null : folder.resolve(text);
    }
  }

  private final Map<String, Entry> clusters = new LinkedHashMap<>();
  private final Map<String, Entry> users = new LinkedHashMap<>();
  private final Map<String, Entry> contexts = new LinkedHashMap<>();
  private final List<String> files = new ArrayList<>();
  private String currentContext = "";

  private Kubeconfig() {}

  /**
   * Reads the files that the choice or the environment names.
   *
   * @throws KubeException when a file is broken, or the chosen one is missing
   */
  public static Kubeconfig load(Choice choice, Map<String, String> environment) {
    Kubeconfig config = new Kubeconfig();
    if (choice.kubeconfig() != null) {
      Path file = Path.of(choice.kubeconfig());
      if (!Files.exists(file)) {
        throw new KubeException("stat %s: no such file or directory".formatted(file));
      }
      config.add(file);
      return config;
    }
    String named = environment.getOrDefault("KUBECONFIG", "");
    if (!named.isEmpty()) {
      for (String each : named.split(File.pathSeparator)) {
        if (!each.isEmpty() && Files.exists(Path.of(each))) {
          config.add(Path.of(each));
        }
      }
      return config;
    }
    String home = environment.getOrDefault("HOME", System.getProperty("user.home", "."));
    Path usual = Path.of(home, ".kube", "config");
    if (Files.exists(usual)) {
      config.add(usual);
    }
    return config;
  }

  private void add(Path file) {
    Document document = read(file);
    if (document == null) {
      return;
    }
    files.add(file.toString());
    KubeObject root = KubeObject.of(document.tree());
    Path absolute = file.toAbsolutePath().getParent();
    Path folder = absolute == null ? Path.of("/") : absolute;
    named(root, "clusters", "cluster", clusters, folder);
    named(root, "users", "user", users, folder);
    named(root, "contexts", "context", contexts, folder);
    if (currentContext.isEmpty()) {
      currentContext = root.text("current-context");
    }
  }

  private static @Nullable Document read(Path file) {
    List<Document> documents;
    try {
      documents = Codec.standard().read(file);
    } catch (CodecException e) {
      throw new KubeException("error loading config file: " + e.getMessage());
    }
    for (Document each : documents) {
      for (DocumentProblem problem : each.problems()) {
        if (problem.kind().isFatal()) {
          // The reader's message may quote the line, and with it a token.
          throw new KubeException(
              "error loading config file \"%s\": line %d is not YAML; compare with kubectl config view"
                  .formatted(file, problem.position().line()));
        }
      }
    }
    return documents.isEmpty() ? null : documents.get(0);
  }

  private static void named(
      KubeObject root, String list, String content, Map<String, Entry> into, Path folder) {
    for (KubeObject each : root.children(list)) {
      into.putIfAbsent(each.text("name"), new Entry(each.child(content), folder));
    }
  }

  /** The files that were read. */
  List<String> files() {
    return List.copyOf(files);
  }

  /** Whether no file says anything about a cluster. */
  boolean isEmpty() {
    return clusters.isEmpty() && contexts.isEmpty();
  }

  /**
   * The context that the choice or the files name.
   *
   * @throws KubeException when there is none of this name
   */
  Optional<Entry> context(Choice choice) {
    String name = choice.context() != null ? choice.context() : currentContext;
    if (name.isEmpty()) {
      return Optional.empty();
    }
    Entry found = contexts.get(name);
    if (found == null && (choice.context() != null || !isEmpty())) {
      throw new KubeException(
          "context \"%s\" does not exist%s".formatted(name, choices(contexts, "--context")));
    }
    return Optional.ofNullable(found);
  }

  /** The cluster that choice or context name. */
  Optional<Entry> cluster(Choice choice) {
    return entry(choice.cluster(), "cluster", choice, clusters, "cluster", "--cluster");
  }

  /** The user that choice or context name. */
  Optional<Entry> user(Choice choice) {
    return entry(choice.user(), "user", choice, users, "auth info", "--user");
  }

  private Optional<Entry> entry(
      @Nullable String chosen,
      String key,
      Choice choice,
      Map<String, Entry> entries,
      String what,
      String flag) {
    String name =
        chosen != null ? chosen : context(choice).map(each -> each.content().text(key)).orElse("");
    if (name.isEmpty()) {
      return Optional.empty();
    }
    Entry found = entries.get(name);
    if (found == null) {
      throw new KubeException(
          "%s \"%s\" does not exist%s".formatted(what, name, choices(entries, flag)));
    }
    return Optional.of(found);
  }

  private static String choices(Map<String, Entry> entries, String flag) {
    return entries.isEmpty()
        ? ""
        : "; %s takes: %s".formatted(flag, String.join(", ", entries.keySet()));
  }
}
