package dev.rollouts.engine.analysis.explain;

import dev.rollouts.api.analysis.AnalysisPhase;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How one metric did.
 *
 * @param phase null when it was never measured
 * @param dryRun whether its outcome does not matter
 * @param tallies what was measured, such as {@code 5 measured: 4 successful, 1 failed}
 * @param outlook what would settle it, one way and the other; empty once it is settled
 */
public record MetricAccount(
    String name,
    @Nullable AnalysisPhase phase,
    boolean dryRun,
    String tallies,
    List<String> outlook) {
  public MetricAccount {
    outlook = List.copyOf(outlook);
  }
}
