package dev.rollouts.cli.lint;

import dev.rollouts.api.analysis.Metric;
import dev.rollouts.api.provider.config.ProviderConfig;
import dev.rollouts.api.wire.GoDuration;
import dev.rollouts.api.wire.IntOrString;
import dev.rollouts.api.wire.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A metric of a subject: as it is written, and with the arguments filled in whose value is known.
 */
final class MetricView {
  private final Subject subject;
  private final int index;
  private final Metric known;

  MetricView(Subject subject, int index) {
    this.subject = subject;
    this.index = index;
    this.known = subject.known().apply(subject.spec().metrics().get(index));
  }

  Subject subject() {
    return subject;
  }

  /** As it is written. */
  Metric given() {
    return subject.spec().metrics().get(index);
  }

  /** With known arguments filled in; other placeholders are still there. */
  Metric known() {
    return known;
  }

  boolean isFirstOfItsName() {
    return subject.isFirstOfItsName(index);
  }

  Path at(Object... segments) {
    return Path.of(segments).under(Subject.at("metrics", index));
  }

  /** A place inside the configuration of the provider. */
  Path atProvider(ProviderConfig config, Object... segments) {
    return Path.of(segments).under(at("provider", config.key()));
  }

  /** The one provider; empty when there is none or more than one, which validation says. */
  Optional<ProviderConfig> provider() {
    List<ProviderConfig> all = known.provider().configured();
    return all.size() == 1 ? Optional.of(all.get(0)) : Optional.empty();
  }

  /** The number in a field; empty when it comes from an argument that is not known. */
  static OptionalInt number(@Nullable IntOrString value, int absent) {
    if (value == null) {
      return OptionalInt.of(absent);
    }
    return Substitution.isOpen(value.toString())
        ? OptionalInt.empty()
        : OptionalInt.of(value.intValue());
  }

  boolean hasInterval() {
    return known.interval() != null && !known.interval().isEmpty();
  }

  /** The interval, when it is there and known. */
  Optional<Duration> interval() {
    return hasInterval() ? GoDuration.tryParse(String.valueOf(known.interval())) : Optional.empty();
  }

  /** How many measurements are wanted: 0 without end, empty when that is not known. */
  OptionalInt wanted() {
    OptionalInt count = number(known.count(), 0);
    if (count.isEmpty()) {
      return count;
    }
    return count.getAsInt() == 0
        ? OptionalInt.of(hasInterval() ? 0 : 1)
        : OptionalInt.of(Math.max(1, count.getAsInt()));
  }

  /**
   * Reports something about this metric. What is an error only with the default of an argument is a
   * warning: another value may be supplied.
   */
  void report(Rule rule, Severity severity, Path path, String message, String suggestion) {
    boolean byDefault =
        !subject.isRun()
            && subject.document().valueAt(path) instanceof String text
            && Substitution.isOpen(text);
    if (severity == Severity.ERROR && byDefault) {
      subject.report(
          rule,
          Severity.WARNING,
          path,
          message + " (with the default of its argument)",
          suggestion);
    } else {
      subject.report(rule, severity, path, message, suggestion);
    }
  }
}
