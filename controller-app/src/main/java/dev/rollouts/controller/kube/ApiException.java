package dev.rollouts.controller.kube;

import dev.rollouts.engine.cluster.ClusterAnswer.Refusal;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import org.jspecify.annotations.Nullable;

/** The API server did not do, or not tell, what it was asked. */
public final class ApiException extends Exception {
  private static final long serialVersionUID = 1L;
  private static final int TOO_MANY_REQUESTS = 429;

  private final Refusal refusal;

  ApiException(Refusal refusal, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.refusal = refusal;
  }

  /** What a failure of the client library means. */
  static ApiException of(KubernetesClientException e) {
    return new ApiException(refusal(e), message(e), e);
  }

  /** What it means to a decision. */
  public Refusal refusal() {
    return refusal;
  }

  /** What the server said, in its own words. */
  public String text() {
    return String.valueOf(getMessage());
  }

  private static Refusal refusal(KubernetesClientException e) {
    Status status = e.getStatus();
    String reason = status == null || status.getReason() == null ? "" : status.getReason();
    return switch (e.getCode()) {
      case HttpURLConnection.HTTP_CONFLICT ->
          reason.equals("AlreadyExists") ? Refusal.ALREADY_EXISTS : Refusal.CONFLICT;
      case HttpURLConnection.HTTP_NOT_FOUND -> Refusal.NOT_FOUND;
      case TOO_MANY_REQUESTS -> Refusal.BLOCKED;
      default -> Refusal.OTHER;
    };
  }

  private static String message(KubernetesClientException e) {
    Status status = e.getStatus();
    if (status != null && status.getMessage() != null && !status.getMessage().isEmpty()) {
      return status.getMessage();
    }
    Throwable cause = e.getCause();
    String why = cause == null ? e.getMessage() : cause.toString();
    return why == null ? e.getClass().getSimpleName() : why;
  }
}
