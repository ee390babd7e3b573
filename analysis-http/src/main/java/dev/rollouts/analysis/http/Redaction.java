package dev.rollouts.analysis.http;

import dev.rollouts.api.provider.Observation;
import dev.rollouts.api.provider.ObservedData.Series;
import dev.rollouts.api.provider.ObservedData.SeriesData;
import dev.rollouts.api.provider.config.Header;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Keeps credentials out of what a measurement records. The shell takes out the secrets that it
 * resolved; a provider also knows what it made of them, such as a Basic header, and what it was
 * given in exchange, such as a token. Not thread-safe: one for each measurement.
 */
public final class Redaction {
  private static final String MASK = "*****";

  /** Shorter ones would take innocent text with them. */
  private static final int LENGTH_MIN = 4;

  private static final Pattern CREDENTIAL =
      Pattern.compile(
          "authorization|cookie|token|key|secret|password|credential", Pattern.CASE_INSENSITIVE);

  private final List<String> credentials = new ArrayList<>();

  /** Keeps this out as well, unless it is shorter than four characters. */
  public void add(String credential) {
    if (credential.length() >= LENGTH_MIN && !credentials.contains(credential)) {
      credentials.add(credential);
      credentials.sort(Comparator.comparingInt(String::length).reversed());
    }
  }

  /** Keeps out what these headers carry, if their names say that it is a credential. */
  public void addHeaders(List<Header> headers) {
    for (Header header : headers) {
      if (CREDENTIAL.matcher(header.key()).find()) {
        add(header.value());
        add(header.value().substring(header.value().lastIndexOf(' ') + 1));
      }
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

  /** The observation without credentials: message, value, metadata and labels. */
  public Observation clean(Observation observation) {
    return credentials.isEmpty() ? observation : observation.accept(new Cleaned());
  }

  private Map<String, String> clean(Map<String, String> texts) {
    Map<String, String> cleaned = new LinkedHashMap<>();
    texts.forEach((key, value) -> cleaned.put(clean(key), clean(value)));
    return cleaned;
  }

  private @Nullable Object cleanValue(@Nullable Object value) {
    if (value instanceof String text) {
      return clean(text);
    }
    if (value instanceof List<?> list) {
      List<@Nullable Object> cleaned = new ArrayList<>(list.size());
      list.forEach(element -> cleaned.add(cleanValue(element)));
      return Collections.unmodifiableList(cleaned);
    }
    if (value instanceof Map<?, ?> map) {
      Map<String, @Nullable Object> cleaned = new LinkedHashMap<>();
      map.forEach((key, field) -> cleaned.put(clean(String.valueOf(key)), cleanValue(field)));
      return Collections.unmodifiableMap(cleaned);
    }
    return value;
  }

  private final class Cleaned implements Observation.Handler<Observation> {
    @Override
    public Observation value(Observation.Value value) {
      String rendered = clean(value.rendered());
      // Copying a large document is only worth it when there is something to take out.
      boolean isClean = rendered.equals(value.rendered());
      return new Observation.Value(
          value.kind(),
          isClean ? value.value() : cleanValue(value.value()),
          rendered,
          clean(value.metadata()),
          value.keptOnError(),
          value.data() instanceof SeriesData data ? clean(data) : value.data());
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

  private SeriesData clean(SeriesData data) {
    return new SeriesData(
        data.series().stream()
            .map(series -> new Series(clean(series.labels()), series.samples()))
            .toList());
  }
}
