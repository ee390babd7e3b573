package dev.rollouts.testcluster;

import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What becomes of a pod. Said by a rule of {@link Kubelet#when}, or by annotations of the pod (that
 * is: of its template) below {@code test.rollouts.dev/}; both may change while it runs.
 *
 * <table>
 *   <caption>Annotations</caption>
 *   <tr><th>name</th><th>value</th><th>meaning</th></tr>
 *   <tr><td>ready-after</td><td>2s</td><td>how long it runs before it is ready; default 0</td></tr>
 *   <tr><td>never-ready</td><td>true</td><td>runs and is not ready</td></tr>
 *   <tr><td>crash-after</td><td>5s</td><td>as run-for with exit-code 1</td></tr>
 *   <tr><td>run-for</td><td>2s</td><td>how long the containers run; default for ever, and 0 for a pod
 *       that is not restarted, as those of Jobs</td></tr>
 *   <tr><td>exit-code</td><td>3</td><td>how they end then; default 0</td></tr>
 *   <tr><td>image-pull-error</td><td>true</td><td>stays Pending with ImagePullBackOff</td></tr>
 *   <tr><td>unschedulable</td><td>true</td><td>stays Pending without a node</td></tr>
 *   <tr><td>slow-deletion</td><td>3s</td><td>how long it terminates; default 0</td></tr>
 * </table>
 *
 * <p>Durations are a number with {@code ms}, {@code s}, {@code m} or {@code h}.
 *
 * @param readyAfter how long it runs before it is ready
 * @param neverReady it runs and is not ready
 * @param runFor how long its containers run; empty: as the annotation's default
 * @param exitCode how they end then
 * @param waiting why its containers do not even start
 * @param unschedulable it stays Pending without a node
 * @param deletionTakes how long it terminates
 */
public record PodScript(
    Duration readyAfter,
    boolean neverReady,
    Optional<Duration> runFor,
    int exitCode,
    Optional<Waiting> waiting,
    boolean unschedulable,
    Duration deletionTakes) {
  private static final PodScript READY =
      new PodScript(
          Duration.ZERO, false, Optional.empty(), 0, Optional.empty(), false, Duration.ZERO);

  /**
   * Why containers wait, as their status says it.
   *
   * @param reason such as {@code ImagePullBackOff}
   */
  public record Waiting(String reason, String message) {
    static Waiting forImage() {
      return new Waiting("ImagePullBackOff", "Back-off pulling the image, as the script says");
    }
  }

  /** Ready at once, until it is deleted, which takes no time; a Job's pod succeeds at once. */
  public static PodScript ready() {
    return READY;
  }

  /** What the pod's annotations say; what they cannot mean becomes the pod's status. */
  static PodScript of(Pod pod) {
    try {
      return new ScriptAnnotations(
              Optional.ofNullable(pod.getMetadata().getAnnotations()).orElse(Map.of()))
          .script();
    } catch (IllegalArgumentException e) {
      return READY.butWaiting(
          new Waiting("CreateContainerConfigError", String.valueOf(e.getMessage())));
    }
  }

  /** The same pod, ready after it has run for that long. */
  public PodScript readyAfter(Duration running) {
    return new PodScript(running, false, runFor, exitCode, waiting, unschedulable, deletionTakes);
  }

  /** The same pod, which is never ready. */
  public PodScript butNeverReady() {
    return new PodScript(readyAfter, true, runFor, exitCode, waiting, unschedulable, deletionTakes);
  }

  /**
   * The same pod, whose containers end after that long: one that is restarted is then in
   * CrashLoopBackOff.
   */
  public PodScript exitsAfter(Duration running, int code) {
    return new PodScript(
        readyAfter, neverReady, Optional.of(running), code, waiting, unschedulable, deletionTakes);
  }

  /** The same pod, whose image cannot be pulled. */
  public PodScript butWithoutImage() {
    return butWaiting(Waiting.forImage());
  }

  /** The same pod, whose containers do not start. */
  public PodScript butWaiting(Waiting why) {
    return new PodScript(
        readyAfter, neverReady, runFor, exitCode, Optional.of(why), unschedulable, deletionTakes);
  }

  /** The same pod, for which there is no node. */
  public PodScript butUnschedulable() {
    return new PodScript(readyAfter, neverReady, runFor, exitCode, waiting, true, deletionTakes);
  }

  /** The same pod, which terminates for that long. */
  public PodScript deletedIn(Duration terminating) {
    return new PodScript(
        readyAfter, neverReady, runFor, exitCode, waiting, unschedulable, terminating);
  }
}
