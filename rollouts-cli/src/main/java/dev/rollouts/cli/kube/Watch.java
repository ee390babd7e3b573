package dev.rollouts.cli.kube;

import dev.rollouts.codec.CodecException;
import dev.rollouts.codec.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** What happens to objects, as it happens. One thread reads; any may close. */
public final class Watch implements AutoCloseable {
  /** What is added to the time that was asked for, so that the server's own end comes first. */
  private static final int PART = 8;

  private final Resource resource;
  private final InputStream stream;
  private final BufferedReader lines;
  private final Duration patience;
  private final Runnable lost;
  private volatile long heardAt = System.nanoTime();
  private volatile boolean closed;
  private volatile boolean silent;

  /**
   * Reads a watch.
   *
   * @param span for how long the server was asked to keep it open
   * @param lost is called when it neither ended by then, nor said anything for that long
   */
  Watch(Resource resource, InputStream stream, Duration span, Runnable lost) {
    this.resource = resource;
    this.stream = stream;
    this.lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
    this.patience = span.plus(span.dividedBy(PART));
    this.lost = lost;
    listen(patience.toNanos());
  }

  /** Looks after a while whether anything was heard meanwhile, a bookmark if nothing else. */
  private void listen(long nanos) {
    CompletableFuture.delayedExecutor(nanos, TimeUnit.NANOSECONDS)
        .execute(
            () -> {
              long left = heardAt + patience.toNanos() - System.nanoTime();
              if (closed) {
                return;
              }
              if (left > 0) {
                listen(left);
                return;
              }
              silent = true;
              lost.run();
              close();
            });
  }

  /**
   * One thing that happened.
   *
   * @param type ADDED, MODIFIED, DELETED or BOOKMARK
   * @param object a bookmark's has a version only
   */
  public record Event(String type, KubeObject object) {
    /** Whether the object exists no more. */
    public boolean isDeletion() {
      return type.equals("DELETED");
    }

    /** Whether nothing happened, and only the version is newer. */
    public boolean isBookmark() {
      return type.equals("BOOKMARK");
    }
  }

  /**
   * Waits for the next event.
   *
   * @return empty when the server has ended the watch, as it does now and then
   * @throws ApiException when the server cannot go on, as from an expired version
   * @throws UncheckedIOException when the connection is lost
   */
  public Optional<Event> next() {
    try {
      String line = lines.readLine();
      heardAt = System.nanoTime();
      if (line == null) {
        if (silent) {
          throw silence();
        }
        return Optional.empty();
      }
      KubeObject event = KubeObject.of(Json.read("event", line));
      if (event.text("type").equals("ERROR")) {
        throw ApiException.of(event.child("object"));
      }
      return Optional.of(
          new Event(event.text("type"), ApiServer.named(event.child("object"), resource)));
    } catch (IOException e) {
      IOException cause = silent ? silence() : e;
      throw new UncheckedIOException(String.valueOf(cause.getMessage()), cause);
    } catch (CodecException cut) {
      String message = "the watch was cut off";
      throw new UncheckedIOException(message, new IOException(message));
    }
  }

  private IOException silence() {
    return new IOException("nothing was heard for %d s".formatted(patience.toSeconds()));
  }

  /** Ends the watch; a thread in {@link #next} returns or throws. */
  @Override
  public void close() {
    closed = true;
    try {
      stream.close();
    } catch (IOException ended) {
      // It has ended, then.
    }
  }
}
