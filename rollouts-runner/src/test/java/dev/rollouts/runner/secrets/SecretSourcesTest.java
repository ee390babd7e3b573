package dev.rollouts.runner.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollouts.api.provider.Secret;
import dev.rollouts.api.provider.SecretSource;
import dev.rollouts.api.provider.SecretSource.Scope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretSourcesTest {
  @TempDir private Path directory;

  @Test
  void aFolderIsASecretAndItsFilesAreItsKeys() throws Exception {
    Path version = Files.createDirectories(directory.resolve("db/..2026_05_01"));
    Files.writeString(version.resolve("password"), "hunter22");
    Files.createSymbolicLink(directory.resolve("db/..data"), Path.of("..2026_05_01"));
    Files.createSymbolicLink(directory.resolve("db/password"), Path.of("..data/password"));
    Files.writeString(directory.resolve("db/user"), "shop\n");

    assertThat(FileSecrets.in(directory).read(Scope.RUN, "db"))
        .isEqualTo(Map.of("password", Secret.of("hunter22"), "user", Secret.of("shop")));
  }

  @Test
  void aFileIsASecretWithOneKey() throws Exception {
    Files.writeString(directory.resolve("token"), "two\nlines\r\n");

    assertThat(FileSecrets.in(directory).read(Scope.CONTROLLER, "token"))
        .isEqualTo(Map.of(FileSecrets.ONLY_KEY, Secret.of("two\nlines")));
  }

  @Test
  void aRotatedFileIsReadAnew() throws Exception {
    FileSecrets secrets = FileSecrets.in(directory);
    Files.writeString(directory.resolve("token"), "old");
    secrets.read(Scope.RUN, "token");
    Files.writeString(directory.resolve("token"), "new");

    assertThat(secrets.read(Scope.RUN, "token")).containsValue(Secret.of("new"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"gone", "../outside", "/etc/hostname", "..", "", "a\\b"})
  void nothingOutsideTheFolderCanBeRead(String name) throws IOException {
    Path inside = Files.createDirectories(directory.resolve("inside"));
    Files.writeString(directory.resolve("outside"), "hunter22");

    assertThatThrownBy(() -> FileSecrets.in(inside).read(Scope.RUN, name))
        .isInstanceOf(SecretSource.UnavailableException.class)
        .hasMessageStartingWith("secrets \"" + name + "\" not found");
  }

  @Test
  void aHugeFileIsNoSecret() throws IOException {
    Files.writeString(directory.resolve("big"), "x".repeat((1 << 20) + 1));

    assertThatThrownBy(() -> FileSecrets.in(directory).read(Scope.RUN, "big"))
        .hasMessageStartingWith("secrets \"big\" cannot be read");
  }

  @Test
  void variablesAreKeysInEverySpelling() throws Exception {
    SecretSource secrets =
        EnvironmentSecrets.of(
            Map.of("SHOP_TOKENS_API_KEY", "k", "SHOP_TOKENS_", "x", "SHOP_OTHER", "o"));

    assertThat(secrets.read(Scope.RUN, "shop.tokens"))
        .isEqualTo(
            Map.of(
                "API_KEY", Secret.of("k"), "api_key", Secret.of("k"), "api-key", Secret.of("k")));
    assertThatThrownBy(() -> secrets.read(Scope.RUN, "db"))
        .hasMessage("secrets \"db\" not found: no environment variable starts with DB_");
  }

  @Test
  void theProgramsOwnSecrets() throws Exception {
    SecretSource secrets = MapSecrets.of("db", "password", "hunter22");

    assertThat(secrets.read(Scope.RUN, "db")).isEqualTo(Map.of("password", Secret.of("hunter22")));
    assertThatThrownBy(() -> secrets.read(Scope.RUN, "s")).hasMessage("secrets \"s\" not found");
    assertThat(secrets).hasToString("MapSecrets[db]");
  }
}
