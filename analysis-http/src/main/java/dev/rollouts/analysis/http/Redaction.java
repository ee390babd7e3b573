package dev.rollouts.analysis.http;

import dev.rollouts.api.provider.Observation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Keeps credentials out of what a measurement records. The shell takes out the secrets that it
 * resolved; a provider also knows what it made of them, such as a Basic header, and what it was
 * given in exchange, such as a token. Not thread-safe: one for each measurement.
 */
public final class Redaction {
  private static final String MASK = "*****";

  /** Shorter ones would take innocent text with them. */
  private static final int LENGTH_MIN = 4;

  private final List<String> credentials = new ArrayList<>();

  /** Keeps this out as well, unless it is shorter than four characters. */
  public void add(String credential) {
    if (credential.length() >= LENGTH_MIN && !credentials.contains(credential)) {
      credentials.add(credential);
      credentials.sort(Comparator.comparingInt(String::length).reversed());
    }
  }

  /** The text with each credential as {@code *****}. */
  public String clean(String text) {
    String cleaned = text;
    for (String credential : credentials) {
      cleaned = cleaned.replace(credential, MASK);
    }
    return cleaned;
  }

  /**
   * The observation with message, recorded value and metadata cleaned; what conditions look at
   * stays.
   */
  public Observation clean(Observation observation) {
    return credentials.isEmpty() ? observation : observation.accept(new Cleaned());
  }

  private Map<String, String> clean(Map<String, String> metadata) {
    Map<String, String> cleaned = new LinkedHashMap<>();
    metadata.forEach((key, value) -> cleaned.put(clean(key), clean(value)));
    return cleaned;
  }

  private final class Cleaned implements Observation.Handler<Observation> {
    @Override
    public Observation value(Observation.Value value) {
      return value.rendered(clean(value.rendered())).withMetadata(clean(value.metadata()));
    }

    @Override
    public Observation verdict(Observation.Verdict verdict) {
      return new Observation.Verdict(
          verdict.phase(),
          clean(verdict.value()),
          clean(verdict.message()),
          clean(verdict.metadata()));
    }

    @Override
    public Observation inProgress(Observation.InProgress inProgress) {
      return inProgress;
    }

    @Override
    public Observation failure(Observation.Failure failure) {
      return new Observation.Failure(clean(failure.message()), clean(failure.metadata()));
    }
  }
}
