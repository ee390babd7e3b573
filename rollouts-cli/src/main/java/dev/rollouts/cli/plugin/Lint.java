package dev.rollouts.cli.plugin;

import dev.rollouts.cli.lint.ArgoLint;
import dev.rollouts.codec.Codec;
import dev.rollouts.codec.CodecException;
import java.nio.file.Path;
import java.util.Optional;

/** {@code lint} (K-140 to K-147). */
final class Lint {
  private Lint() {}

  static void file(Session session) {
    String name = session.values().text("filename");
    if (name.isEmpty()) {
      throw PluginException.misused();
    }
    String trouble = Files.unreadable(name);
    if (!trouble.isEmpty()) {
      throw new PluginException(trouble);
    }
    try {
      ArgoLint outcome = ArgoLint.of(Codec.standard().read(Path.of(name)));
      outcome.lines().forEach(each -> session.out(session.shown(each)));
      Optional<String> error = outcome.error();
      if (error.isPresent()) {
        throw new PluginException(error.get());
      }
    } catch (CodecException e) {
      throw new PluginException(String.valueOf(e.getMessage()));
    }
  }
}
