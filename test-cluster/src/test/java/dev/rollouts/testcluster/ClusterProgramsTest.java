package dev.rollouts.testcluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where programs come from, and what is said when they cannot be had. */
class ClusterProgramsTest {
  @TempDir Path folder;
  private final List<Path> built = new ArrayList<>();

  @Test
  void theCacheIsAskedBeforeAnythingIsBuilt() throws IOException {
    Path cached = folder.resolve(ClusterPrograms.version());
    for (String name : List.of("etcd", "kube-apiserver", "kube-controller-manager")) {
      program(cached, name);
    }

    assertThat(find(Map.of("ROLLOUTS_TEST_CLUSTER", folder.toString())))
        .isEqualTo(
            new ClusterPrograms(
                cached.resolve("etcd"),
                cached.resolve("kube-apiserver"),
                cached.resolve("kube-controller-manager")));
    assertThat(built).isEmpty();
  }

  @Test
  void anEmptyCacheIsFilled() {
    find(Map.of("ROLLOUTS_TEST_CLUSTER", folder.toString()));

    assertThat(built).containsOnly(folder.resolve(ClusterPrograms.version()));
  }

  @Test
  void assetsGoFirstAndTheirMissingControllerManagerComesFromTheCache() throws IOException {
    Path assets = folder.resolve("assets");
    program(assets, "etcd");
    program(assets, "kube-apiserver");

    ClusterPrograms found =
        find(
            Map.of(
                "KUBEBUILDER_ASSETS", assets.toString(),
                "ROLLOUTS_TEST_CLUSTER", folder.toString()));

    Path cached = folder.resolve(ClusterPrograms.version());
    assertThat(found)
        .isEqualTo(
            new ClusterPrograms(
                assets.resolve("etcd"),
                assets.resolve("kube-apiserver"),
                cached.resolve("kube-controller-manager")));
    assertThat(built).containsExactly(cached);
  }

  @Test
  void assetsWithoutAnApiServerAreAnErrorAndNotABuild() throws IOException {
    Path assets = folder.resolve("assets");
    program(assets, "etcd");

    assertThatThrownBy(() -> find(Map.of("KUBEBUILDER_ASSETS", assets.toString())))
        .isInstanceOf(ClusterException.class)
        .hasMessageContaining("KUBEBUILDER_ASSETS is " + assets)
        .hasMessageContaining("no program kube-apiserver")
        .hasMessageContaining("unset KUBEBUILDER_ASSETS");
    assertThat(built).isEmpty();
  }

  @Test
  void helmHasAFolderOfItsOwnInTheCache() {
    Path helm =
        HelmProgram.find(
            Map.of("ROLLOUTS_TEST_CLUSTER", folder.toString()),
            (programs, to) -> {
              assertThat(programs).containsExactly("helm");
              built.add(to);
            });

    assertThat(built).containsExactly(helm.getParent());
    assertThat(helm.getParent().getParent()).isEqualTo(folder);
    assertThat(helm.getParent().getFileName().toString()).startsWith("helm-v3.");
  }

  @Test
  void withoutGoTheErrorSaysWhatToInstall() {
    GoBuild build = new GoBuild(GoModules.bundled(), List.of(folder));

    assertThatThrownBy(() -> build.build(List.of("etcd"), folder))
        .isInstanceOf(ClusterException.class)
        .hasMessageContaining("needs etcd")
        .hasMessageContaining("https://go.dev/dl")
        .hasMessageContaining("KUBEBUILDER_ASSETS");
  }

  @Test
  void aGoThatFailsIsQuoted() throws IOException {
    Path go = program(folder, "go");
    Files.writeString(go, "#!/bin/sh\necho invalid go version\nexit 1\n");
    GoBuild build = new GoBuild(GoModules.bundled(), List.of(folder));

    assertThatThrownBy(() -> build.build(List.of("kube-apiserver"), folder.resolve("cache")))
        .isInstanceOf(ClusterException.class)
        .hasMessageContaining("go build of kube-apiserver failed")
        .hasMessageContaining("Go 1.24 or later")
        .hasMessageContaining("invalid go version");
  }

  @Test
  void whatIsBuiltHasItsVersionInIt() throws IOException {
    Path go = program(folder, "go");
    Files.writeString(go, "#!/bin/sh\necho \"$@\" >\"$6\"\nchmod +x \"$6\"\n");
    Path cache = folder.resolve("cache");

    new GoBuild(GoModules.bundled(), List.of(folder)).build(List.of("kube-apiserver"), cache);

    assertThat(cache.resolve("kube-apiserver"))
        .isExecutable()
        .content()
        .contains("gitVersion=" + ClusterPrograms.version())
        .contains("k8s.io/kubernetes/cmd/kube-apiserver");
  }

  private ClusterPrograms find(Map<String, String> environment) {
    return ClusterPrograms.find(environment, (programs, cache) -> built.add(cache));
  }

  private static Path program(Path folder, String name) throws IOException {
    Files.createDirectories(folder);
    return Files.setPosixFilePermissions(
        Files.createFile(folder.resolve(name)), PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
