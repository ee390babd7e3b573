package dev.rollouts.api.plugin;

import dev.rollouts.api.wire.JsonObject;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A kind of canary step, named in a rollout as {@code plugin: {name: acme/approval, config: …}}.
 *
 * <p>Methods are called from several threads, may block, and are interrupted when they take longer
 * than the controller allows. Each may be called twice for the same thing: what a plugin has to
 * remember belongs into the status that it returns, which comes back with the next call. What it
 * throws is an error of the plugin; it is asked again later.
 *
 * <p>Source: docs/spec/canary.md.
 */
public interface StepPlugin {
  /** Name in rollouts: a namespace and a name, such as {@code acme/approval}. */
  String name();

  /** Starts the step, or looks whether it is done. */
  Result run(Call call) throws Exception;

  /** The update was promoted past the step while it ran. */
  default Result terminate(Call call) throws Exception {
    return Result.successful("", call.status());
  }

  /** The update was aborted. */
  default Result abort(Call call) throws Exception {
    return Result.successful("", call.status());
  }

  /**
   * What a plugin is called with.
   *
   * @param namespace of the rollout
   * @param rollout name of the rollout
   * @param config {@code config} of the step; the plugin's own business
   * @param status what the plugin returned last; empty at first
   */
  record Call(String namespace, String rollout, JsonObject config, JsonObject status) {}

  /** Where a step stands. */
  enum Phase {
    /** It goes on. */
    RUNNING,
    /** It is done. */
    SUCCESSFUL,
    /** It is over, and the update with it. */
    FAILED
  }

  /**
   * What a plugin says.
   *
   * @param message for people
   * @param requeueAfter when to ask again while it runs; null leaves that to the controller, and
   *     less than 10 s counts as that
   * @param status to be given back with the next call
   */
  record Result(Phase phase, String message, @Nullable Duration requeueAfter, JsonObject status) {
    /** It goes on. */
    public static Result running(
        String message, @Nullable Duration requeueAfter, JsonObject status) {
      return new Result(Phase.RUNNING, message, requeueAfter, status);
    }

    /** It is done. */
    public static Result successful(String message, JsonObject status) {
      return new Result(Phase.SUCCESSFUL, message, null, status);
    }

    /** It is over, and the update is aborted. */
    public static Result failed(String message, JsonObject status) {
      return new Result(Phase.FAILED, message, null, status);
    }
  }
}
