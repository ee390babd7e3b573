package dev.rollouts.testcluster;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** Every request that the API server has answered so far: who asked for what. */
public final class AuditLog {
  static final String POLICY =
      """
      apiVersion: audit.k8s.io/v1
      kind: Policy
      omitStages: [RequestReceived, ResponseStarted]
      rules:
      - level: Metadata
      """;
  private static final Set<String> WRITES =
      Set.of("create", "update", "patch", "delete", "deletecollection");

  private final Path file;

  AuditLog(ClusterFolder folder) {
    this.file = in(folder);
  }

  static Path in(ClusterFolder folder) {
    return folder.resolve("log").resolve("audit");
  }

  /** All requests, in the order of their answers. */
  public List<Request> requests() {
    try {
      return Files.readAllLines(file).stream().map(AuditLog::request).toList();
    } catch (IOException e) {
      throw new UncheckedIOException("could not read the audit log " + file, e);
    }
  }

  /** The requests of a user that may have changed something. */
  public List<Request> writes(String user) {
    return requests().stream()
        .filter(request -> request.user().equals(user) && WRITES.contains(request.verb()))
        .toList();
  }

  private static Request request(String line) {
    JsonNode event = Serialization.unmarshal(line, JsonNode.class);
    JsonNode object = event.path("objectRef");
    return new Request(
        event.at("/user/username").asText(),
        event.path("verb").asText(),
        object.path("resource").asText(),
        object.path("subresource").asText(),
        object.path("namespace").asText(),
        object.path("name").asText(),
        event.at("/responseStatus/code").asInt());
  }

  /**
   * One request and its answer.
   *
   * @param verb such as {@code create}, {@code patch}, {@code watch}
   * @param resource in plural, such as {@code pods}; empty for a path that is none
   * @param subresource such as {@code status}; empty without
   * @param namespace empty for what has none
   * @param name empty for lists, and where the server made it
   * @param code of HTTP
   */
  public record Request(
      String user,
      String verb,
      String resource,
      String subresource,
      String namespace,
      String name,
      int code) {}
}
