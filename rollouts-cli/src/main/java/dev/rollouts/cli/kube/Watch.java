package dev.rollouts.cli.kube;

import dev.rollouts.codec.CodecException;
import dev.rollouts.codec.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** What happens to objects, as it happens. One thread reads; any may close. */
public final class Watch implements AutoCloseable {
  private final Resource resource;
  private final InputStream stream;
  private final BufferedReader lines;

  Watch(Resource resource, InputStream stream) {
    this.resource = resource;
    this.stream = stream;
    this.lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
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
      if (line == null) {
        return Optional.empty();
      }
      KubeObject event = KubeObject.of(Json.read("event", line));
      if (event.text("type").equals("ERROR")) {
        throw ApiException.of(event.child("object"));
      }
      return Optional.of(
          new Event(event.text("type"), ApiServer.named(event.child("object"), resource)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (CodecException cut) {
      throw new UncheckedIOException(new IOException("the watch was cut off"));
    }
  }

  /** Ends the watch; a thread in {@link #next} returns or throws. */
  @Override
  public void close() {
    try {
      stream.close();
    } catch (IOException ended) {
      // It has ended, then.
    }
  }
}
