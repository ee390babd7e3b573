package dev.rollouts.testcluster;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The Go modules that pin what is built: {@code programs/} of this module, on the class path. */
final class GoModules {
  static final String ETCD = "etcd";
  static final String KUBERNETES = "kubernetes";
  static final String HELM = "helm";
  private static final GoModules BUNDLED = new GoModules();

  private GoModules() {}

  static GoModules bundled() {
    return BUNDLED;
  }

  /** The version of Kubernetes, which is written in its module's pins and nowhere else. */
  String version() {
    return version(KUBERNETES, "k8s.io/kubernetes");
  }

  /** The version of Helm. */
  String helmVersion() {
    return version(HELM, "helm.sh/helm/v3");
  }

  private static String version(String module, String dependency) {
    Matcher pin =
        Pattern.compile("(?m)^\\s*(?:require )?" + Pattern.quote(dependency) + " (v[\\d.]+)")
            .matcher(text(module, "go.mod"));
    if (!pin.find()) {
      throw new IllegalStateException(
          "programs/%s/go.mod has no line '%s v…', which says what to build"
              .formatted(module, dependency));
    }
    return pin.group(1);
  }

  /** Writes a module's files into a folder, in which Go then works. */
  void write(String module, Path folder) throws IOException {
    for (String file : new String[] {"go.mod", "go.sum"}) {
      Files.writeString(folder.resolve(file), text(module, file));
    }
  }

  private static String text(String module, String file) {
    String name = "programs/" + module + "/" + file;
    try (InputStream in = GoModules.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is missing from the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("could not read " + name, e);
    }
  }
}
