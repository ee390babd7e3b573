package dev.rollouts.engine.analysis.templates;

import dev.rollouts.api.analysis.Argument;
import dev.rollouts.api.analysis.DryRun;
import dev.rollouts.api.analysis.MeasurementRetention;
import java.util.List;

/**
 * What whoever creates a run adds to its templates.
 *
 * @param args values for declared arguments; others are ignored
 * @param dryRun rules that come before those of the templates
 * @param measurementRetention rules that come before those of the templates
 */
public record Supplied(
    List<Argument> args, List<DryRun> dryRun, List<MeasurementRetention> measurementRetention) {
  public Supplied {
    args = List.copyOf(args);
    dryRun = List.copyOf(dryRun);
    measurementRetention = List.copyOf(measurementRetention);
  }

  /** Nothing. */
  public static Supplied nothing() {
    return new Supplied(List.of(), List.of(), List.of());
  }

  /** Arguments only. */
  public static Supplied args(Argument... args) {
    return new Supplied(List.of(args), List.of(), List.of());
  }

  /** Arguments only. */
  public static Supplied args(List<Argument> args) {
    return new Supplied(args, List.of(), List.of());
  }
}
