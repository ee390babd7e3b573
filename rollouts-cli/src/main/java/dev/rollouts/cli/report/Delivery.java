package dev.rollouts.cli.report;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.cli.report.Report.Fact;
import dev.rollouts.simulation.rollout.Outcome;
import dev.rollouts.simulation.rollout.RolloutTrace;
import dev.rollouts.simulation.rollout.Update;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a simulated rollout looked like. Plain data; texts may hold anything, the renderings escape
 * them.
 *
 * @param title the rollout's name
 * @param facts what else identifies the simulation, such as files, images and seed
 * @param message of the rollout at the verdict, or at the end
 * @param length time that the pictures cover
 * @param versions the heads of the columns with pods, by first appearance
 * @param lines what changed, in order
 * @param updates what became of each update
 * @param rows how things stood, for pictures
 * @param maxWeight what all traffic counts as in steps; 100 unless the rollout says otherwise
 * @param failures whether anything says how many requests fail
 * @param measured one series per metric
 * @param odds what many runs came to; null for a single one
 */
public record Delivery(
    String title,
    List<Fact> facts,
    Outcome outcome,
    String message,
    Duration length,
    List<Version> versions,
    List<Line> lines,
    List<Update> updates,
    List<RolloutTrace.Row> rows,
    int maxWeight,
    boolean failures,
    List<Series> measured,
    @Nullable Odds odds) {
  public Delivery {
    facts = List.copyOf(facts);
    versions = List.copyOf(versions);
    lines = List.copyOf(lines);
    updates = List.copyOf(updates);
    rows = List.copyOf(rows);
    measured = List.copyOf(measured);
  }

  /**
   * A version of the software.
   *
   * @param name short and unique: the tag of its image, or its revision
   */
  public record Version(String hash, String name, String image) {}

  /**
   * A row of the timeline.
   *
   * @param step steps done of all, {@code 2/5}; empty outside of an update
   * @param weight actual percentage, and the wanted one where it is another, {@code 38→40}; empty
   *     outside of an update
   * @param pods ready of wanted, {@code 2/4}, one per version; empty for none
   * @param analysis open runs and their phases; empty for none
   */
  public record Line(
      Duration at,
      String step,
      String weight,
      List<String> pods,
      String analysis,
      List<Note> notes) {
    public Line {
      pods = List.copyOf(pods);
      notes = List.copyOf(notes);
    }
  }

  /**
   * Something that happened.
   *
   * @param tone the phase whose colour it has; null for none
   */
  public record Note(Kind kind, @Nullable AnalysisPhase tone, String text) {
    /** Who it comes from. */
    public enum Kind {
      USER,
      EVENT,
      ANALYSIS,
      FAULT
    }
  }

  /** The phase whose colour an outcome has. */
  public static AnalysisPhase tone(Outcome outcome) {
    return switch (outcome) {
      case PROMOTED, DEPLOYED -> AnalysisPhase.SUCCESSFUL;
      case ABORTED, DEGRADED -> AnalysisPhase.FAILED;
      case ROLLED_BACK, SUPERSEDED -> AnalysisPhase.INCONCLUSIVE;
      case UNFINISHED -> AnalysisPhase.RUNNING;
    };
  }
}
