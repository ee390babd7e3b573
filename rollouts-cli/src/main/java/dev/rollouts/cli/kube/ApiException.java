package dev.rollouts.cli.kube;

import dev.rollouts.codec.CodecException;
import dev.rollouts.codec.Json;

/**
 * The API server has refused a request. The message is its own, where it says anything; otherwise
 * what kubectl makes of the code.
 */
public final class ApiException extends KubeException {
  private static final long serialVersionUID = 1L;
  private static final int EXCERPT = 200;

  private final int code;
  private final String reason;

  private ApiException(int code, String reason, String message) {
    super(message);
    this.code = code;
    this.reason = reason;
  }

  /**
   * What an answer says.
   *
   * @param verb of Kubernetes, such as {@code get}
   * @param name empty for a request about many objects
   */
  static ApiException of(int code, String body, String verb, Resource resource, String name) {
    KubeObject status = status(body);
    if (!status.text("message").isEmpty()) {
      return new ApiException(code, status.text("reason"), status.text("message"));
    }
    String request =
        " (%s %s%s)".formatted(verb, resource.pluralName(), name.isEmpty() ? "" : " " + name);
    String message =
        switch (code) {
          case 401 -> "the server has asked for the client to provide credentials" + request;
          case 403 -> "the server does not allow this method on the requested resource" + request;
          case 404 -> "the server could not find the requested resource" + request;
          case 405 -> "the server does not allow this method on the requested resource" + request;
          case 409 -> "the server reported a conflict" + request;
          case 429 ->
              "the server has received too many requests and has asked us to try again later"
                  + request;
          case 503 -> "the server is currently unable to handle the request" + request;
          case 504 ->
              "the server was unable to return a response in the time allotted, but may still be processing the request"
                  + request;
          default ->
              "an error on the server (\"%s\") has prevented the request from succeeding%s"
                  .formatted(excerpt(body), request);
        };
    return new ApiException(code, "", message);
  }

  /** What a watch sends instead of an object when it has to end. */
  static ApiException of(KubeObject status) {
    return new ApiException(
        (int) status.number("code"), status.text("reason"), status.text("message"));
  }

  private static KubeObject status(String body) {
    if (!body.startsWith("{")) {
      return KubeObject.empty();
    }
    try {
      KubeObject read = KubeObject.of(Json.read("answer", body));
      return read.kind().equals("Status") ? read : KubeObject.empty();
    } catch (CodecException notJson) {
      return KubeObject.empty();
    }
  }

  private static String excerpt(String body) {
    String line = body.strip().replaceAll("\\s+", " ");
    return line.length() > EXCERPT ? line.substring(0, EXCERPT) + "…" : line;
  }

  /** The code of HTTP. */
  public int code() {
    return code;
  }

  /** One word, such as {@code NotFound}; empty when the answer was no Status. */
  public String reason() {
    return reason;
  }

  /** Whether the object, or the whole kind, does not exist. */
  public boolean isNotFound() {
    return code == 404;
  }

  /** Whether the object, rather than its kind, does not exist. */
  public boolean isObjectNotFound() {
    return code == 404 && reason.equals("NotFound");
  }

  /** Whether somebody else has changed the object meanwhile. */
  public boolean isConflict() {
    return code == 409;
  }

  /** Whether a version is too old to go on from. */
  public boolean isExpired() {
    return code == 410;
  }
}
