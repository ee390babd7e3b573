package dev.rollouts.simulation.rollout;

import dev.rollouts.simulation.cluster.Traffic;
import dev.rollouts.simulation.rollout.RolloutTrace.Row;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A new version on its way: from the moment at which it became the newest to its verdict.
 *
 * @param image of the first container
 * @param startedAt since the start of the simulation
 * @param decidedAt likewise; null without a verdict
 * @param message of the rollout at the verdict, or at the end
 * @param requests that the version got before the verdict
 * @param failed of these
 * @param exposed time during which it got any
 * @param peakShare largest share of all requests that it had before the verdict, from 0 to 1
 */
public record Update(
    String hash,
    String image,
    Duration startedAt,
    @Nullable Duration decidedAt,
    Outcome outcome,
    String message,
    double requests,
    double failed,
    Duration exposed,
    double peakShare) {

  /** Time from the start of the update to its verdict; null without one. */
  public @Nullable Duration timeToVerdict() {
    return decidedAt == null ? null : decidedAt.minus(startedAt);
  }

  /** The updates of a trace. */
  static List<Update> in(List<Row> rows) {
    List<Update> updates = new ArrayList<>();
    Watch open = null;
    for (Row row : rows) {
      if (open != null && !row.newest().equals(open.hash)) {
        boolean back = row.newest().equals(row.stable());
        open.close(row, back ? Outcome.ROLLED_BACK : Outcome.SUPERSEDED);
        updates.add(open.update());
        open = null;
      }
      if (open == null
          && !row.stable().isEmpty()
          && !row.newest().isEmpty()
          && !row.newest().equals(row.stable())) {
        open = new Watch(row);
      }
      if (open == null) {
        continue;
      }
      open.look(row);
      if (row.stable().equals(open.hash)) {
        open.close(row, Outcome.PROMOTED);
        updates.add(open.update());
        open = null;
      } else if (row.aborted()) {
        open.close(row, Outcome.ABORTED);
      } else if (open.outcome == Outcome.ABORTED) {
        open.reopen();
      }
    }
    if (open != null) {
      updates.add(open.update());
    }
    return updates;
  }

  /** An update under way. */
  private static final class Watch {
    final String hash;
    private final Duration startedAt;
    private final double requestsBefore;
    private final double failedBefore;
    private String image = "";
    private String message = "";
    private double requests;
    private double failed;
    private Duration exposed = Duration.ZERO;
    private double peak;
    private @Nullable Row last;
    private @Nullable Duration decidedAt;
    Outcome outcome = Outcome.UNFINISHED;

    Watch(Row row) {
      hash = row.newest();
      startedAt = row.elapsed();
      requestsBefore = total(row, false);
      failedBefore = total(row, true);
    }

    private double total(Row row, boolean bad) {
      double sum = 0;
      for (Traffic.Total each : row.served()) {
        if (each.hash().equals(hash)) {
          sum += bad ? each.failed() : each.requests();
        }
      }
      return sum;
    }

    void look(Row row) {
      for (RolloutTrace.Version each : row.versions()) {
        image = each.hash().equals(hash) ? each.image() : image;
      }
      if (decidedAt != null) {
        last = row;
        return;
      }
      requests = total(row, false) - requestsBefore;
      failed = total(row, true) - failedBefore;
      Row before = last;
      if (before != null && before.share() > 0) {
        exposed = exposed.plus(row.elapsed().minus(before.elapsed()));
      }
      peak = before == null ? peak : Math.max(peak, before.share());
      message = row.message();
      last = row;
    }

    void close(Row row, Outcome how) {
      if (decidedAt == null) {
        decidedAt = row.elapsed();
        outcome = how;
        message = row.message();
      }
    }

    void reopen() {
      decidedAt = null;
      outcome = Outcome.UNFINISHED;
    }

    Update update() {
      return new Update(
          hash, image, startedAt, decidedAt, outcome, message, requests, failed, exposed, peak);
    }
  }
}
