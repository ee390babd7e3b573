package dev.rollouts.cli.plugin;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Lines of a log, as Argo Rollouts' client writes them (K-011). */
final class Logs {
  private Logs() {}

  static String line(Instant now, String level, String message) {
    return "time=\"%s\" level=%s msg=\"%s\""
        .formatted(
            now.truncatedTo(ChronoUnit.SECONDS),
            level,
            message.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n"));
  }
}
