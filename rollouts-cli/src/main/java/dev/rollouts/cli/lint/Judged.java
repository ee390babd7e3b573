package dev.rollouts.cli.lint;

import dev.rollouts.api.wire.Path;
import dev.rollouts.codec.Document;
import java.util.function.Consumer;

/** An object that is being judged, of whatever kind, and where to report what is found about it. */
record Judged(Document document, Consumer<Finding> findings) {
  void report(Rule rule, Severity severity, Path path, String message, String suggestion) {
    findings.accept(
        new Finding(
            document.file(), document.positionOf(path), severity, rule, path, message, suggestion));
  }

  /** {@code Deployment "web"}. */
  String named() {
    return "%s \"%s\"".formatted(document.kind(), document.name());
  }
}
