package dev.rollouts.testcluster;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Where the programs of a control plane are: in the folder {@code KUBEBUILDER_ASSETS} if that is
 * set, else in the cache, where they are built once with Go. By convention {@code
 * KUBEBUILDER_ASSETS} has no kube-controller-manager; then that one comes from the cache.
 *
 * <p>The cache is {@code ~/.cache/rollouts-test-cluster/<version>}; the environment variable {@code
 * ROLLOUTS_TEST_CLUSTER} names another folder above the versions.
 */
public record ClusterPrograms(Path etcd, Path apiServer, Path controllerManager) {
  static final String ETCD = "etcd";
  static final String API_SERVER = "kube-apiserver";
  static final String CONTROLLER_MANAGER = "kube-controller-manager";
  private static final String ASSETS = "KUBEBUILDER_ASSETS";
  private static final String CACHE = "ROLLOUTS_TEST_CLUSTER";

  /**
   * Finds the programs, or builds those that are missing: five minutes, once.
   *
   * @throws ClusterException when a program can neither be found nor built
   */
  public static ClusterPrograms find() {
    return find(System.getenv(), new GoBuild(GoModules.bundled()));
  }

  static ClusterPrograms find(Map<String, String> environment, Builder builder) {
    Search search =
        new Search(environment.getOrDefault(ASSETS, ""), cache(environment, version()), builder);
    return new ClusterPrograms(
        search.program(ETCD, true),
        search.program(API_SERVER, true),
        search.program(CONTROLLER_MANAGER, false));
  }

  /** Finds the programs, or builds them, and prints where they are. */
  public static void main(String[] args) {
    ClusterPrograms programs = find();
    System.out.println(programs.etcd());
    System.out.println(programs.apiServer());
    System.out.println(programs.controllerManager());
  }

  /** The version of Kubernetes that is built, such as {@code v1.34.3}. */
  public static String version() {
    return GoModules.bundled().version();
  }

  static Path cache(Map<String, String> environment, String version) {
    String named = environment.getOrDefault(CACHE, "");
    Path above =
        named.isEmpty()
            ? Path.of(System.getProperty("user.home"), ".cache", "rollouts-test-cluster")
            : Path.of(named);
    return above.resolve(version);
  }

  /** Puts programs into a folder. */
  interface Builder {
    /** Builds those that the folder lacks; two may ask for the same at once. */
    void build(List<String> programs, Path folder);
  }

  private record Search(String assets, Path cache, Builder builder) {
    Path program(String name, boolean partOfAssets) {
      Path given = Path.of(assets, name);
      if (!assets.isEmpty() && Files.isExecutable(given)) {
        return given;
      }
      if (!assets.isEmpty() && partOfAssets) {
        throw new ClusterException(
            "%s is %s, but there is no program %s in it: fill the folder (setup-envtest use -p path), or unset %s to have the programs built with Go"
                .formatted(ASSETS, assets, name, ASSETS));
      }
      Path cached = cache.resolve(name);
      if (!Files.isExecutable(cached)) {
        builder.build(List.of(ETCD, API_SERVER, CONTROLLER_MANAGER), cache);
      }
      return cached;
    }
  }
}
