package dev.rollouts.testing;

import dev.rollouts.api.rollout.RolloutPhase;
import dev.rollouts.simulation.Script;
import dev.rollouts.simulation.cluster.TrafficScript;
import dev.rollouts.simulation.cluster.VersionModel;
import dev.rollouts.simulation.rollout.Act;
import dev.rollouts.simulation.rollout.Outcome;
import dev.rollouts.simulation.rollout.RolloutSimulation;
import dev.rollouts.simulation.rollout.RolloutTrace;
import dev.rollouts.simulation.rollout.RolloutTrace.Row;
import dev.rollouts.simulation.rollout.RolloutTrace.Version;
import dev.rollouts.simulation.rollout.Update;
import dev.rollouts.simulation.rollout.When;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.assertj.core.api.AbstractAssert;
import org.jspecify.annotations.Nullable;

/**
 * Assertions about what a rollout does under some circumstances. Methods that begin with {@code
 * when} say the circumstances, all others what must come of them; the simulation runs when the
 * first of those is asked. Each failure shows the timeline and how to see it again.
 *
 * <pre>{@code
 * assertThat(rollout)
 *     .whenMetric("error-rate", risesTo(0.08))
 *     .abortsBefore(weight(40))
 *     .neverBelowReady(8);
 * }</pre>
 */
public final class RolloutAssert extends AbstractAssert<RolloutAssert, RolloutSimulation> {
  private static final Duration AT_MOST_DEFAULT = Duration.ofHours(24);

  private final List<String> circumstances = new ArrayList<>();
  private RolloutSimulation simulation;
  private Duration atMost = AT_MOST_DEFAULT;
  private @Nullable RolloutTrace trace;

  RolloutAssert(RolloutSimulation actual) {
    super(actual, RolloutAssert.class);
    isNotNull();
    this.simulation = actual;
  }

  // -- circumstances

  /** A metric goes like this, in all runs. */
  public RolloutAssert whenMetric(String name, MetricCourse course) {
    return when("metric \"" + name + "\" " + course, metric(name, course.script()));
  }

  /** A metric answers this, in all runs. */
  public RolloutAssert whenMetric(String name, Script script) {
    return when("metric \"" + name + "\" follows a script", metric(name, script));
  }

  private RolloutSimulation metric(String name, Script script) {
    return simulation.cluster(it -> it.metric(name, TrafficScript.of(script)));
  }

  /**
   * The pods of a version are like this.
   *
   * @param image of the first container
   */
  public RolloutAssert whenVersion(String image, VersionModel model) {
    return when("version " + image, simulation.cluster(it -> it.version(image, model)));
  }

  /** Somebody does something. */
  public RolloutAssert when(When when, Act act) {
    return when(when + " " + act, simulation.act(when, act));
  }

  /** Not more than so much virtual time passes; 24 hours by default. */
  public RolloutAssert within(Duration time) {
    atMost = time;
    trace = null;
    return this;
  }

  private RolloutAssert when(String words, RolloutSimulation changed) {
    circumstances.add(words);
    simulation = changed;
    trace = null;
    return this;
  }

  // -- what comes of them

  /** What happened, for assertions of one's own. */
  public RolloutTrace trace() {
    RolloutTrace known = trace;
    if (known == null) {
      known = simulation.run(atMost);
      trace = known;
    }
    return known;
  }

  private @Nullable Update last() {
    List<Update> updates = trace().updates();
    return updates.isEmpty() ? null : updates.get(updates.size() - 1);
  }

  private RolloutAssert ends(Outcome outcome) {
    if (trace().outcome() != outcome) {
      fail("the last update to be " + outcome, "it is " + ending());
    }
    return this;
  }

  /** The last update is promoted. */
  public RolloutAssert promotes() {
    return ends(Outcome.PROMOTED);
  }

  /** The last update is promoted after such a time. */
  public RolloutAssert promotesAfter(TimeBound bound) {
    return promotes().decides(bound);
  }

  /** The last update is aborted. */
  public RolloutAssert aborts() {
    return ends(Outcome.ABORTED);
  }

  /** The last update is aborted after such a time. */
  public RolloutAssert abortsAfter(TimeBound bound) {
    return aborts().decides(bound);
  }

  /** The last update is aborted while it has always had less than this. */
  public RolloutAssert abortsBefore(Weight weight) {
    aborts();
    Update update = last();
    double peak = update == null ? 0 : update.peakShare() * 100;
    if (peak >= weight.percent() - 1e-6) {
      fail(
          "the update to be aborted before " + weight,
          String.format(Locale.ROOT, "it got %.0f %% of the requests first", peak));
    }
    return this;
  }

  private RolloutAssert decides(TimeBound bound) {
    Update update = last();
    Duration time = update == null ? null : update.timeToVerdict();
    if (time != null && !bound.holds(time)) {
      fail("the verdict after " + bound, "it came after " + time.toSeconds() + "s");
    }
    return this;
  }

  /** The rollout is in this phase at the end. */
  public RolloutAssert endsAs(RolloutPhase phase) {
    RolloutPhase found = trace().phase();
    if (found != phase) {
      fail("the rollout to be " + phase.wireName() + " at the end", "it is " + ending());
    }
    return this;
  }

  /**
   * Of all versions together there are never fewer ready pods than this, from the moment at which
   * there are so many first.
   */
  public RolloutAssert neverBelowReady(int pods) {
    boolean reached = false;
    for (Row row : trace().rows()) {
      int ready = row.versions().stream().mapToInt(Version::ready).sum();
      reached |= ready >= pods;
      if (reached && ready < pods) {
        fail(
            "never fewer than %d ready pods".formatted(pods),
            "there were %d after %ss".formatted(ready, row.elapsed().toSeconds()));
      }
    }
    if (!reached) {
      fail("never fewer than %d ready pods".formatted(pods), "there were never so many");
    }
    return this;
  }

  /** New versions get no more requests than this before they are decided about. */
  public RolloutAssert exposesAtMost(long requests) {
    double exposed = trace().updates().stream().mapToDouble(Update::requests).sum();
    if (exposed > requests) {
      fail(
          "new versions to get %d requests at most before the verdict".formatted(requests),
          String.format(Locale.ROOT, "they got %.0f", exposed));
    }
    return this;
  }

  /** No more requests than this fail, of all versions and of none, from the first update on. */
  public RolloutAssert failsAtMost(long requests) {
    List<Update> updates = trace().updates();
    Duration from = updates.isEmpty() ? Duration.ZERO : updates.get(0).startedAt();
    double before = 0;
    double all = 0;
    for (Row row : trace().rows()) {
      double failed = row.served().stream().mapToDouble(each -> each.failed()).sum();
      before = row.elapsed().compareTo(from) <= 0 ? failed : before;
      all = failed;
    }
    if (all - before > requests) {
      fail(
          "%d requests at most to fail".formatted(requests),
          String.format(Locale.ROOT, "%.0f did", all - before));
    }
    return this;
  }

  private String ending() {
    String message = trace().status().message();
    RolloutPhase phase = trace().phase();
    return "%s, and %s%s"
        .formatted(
            trace().outcome(),
            phase == null ? "nobody has looked at the rollout" : phase.wireName(),
            message.isEmpty() ? "" : ": " + message);
  }

  private void fail(String expected, String found) {
    throw failure(
        "%nExpected %s%s,%nbut %s.%n%n%s%nSeed %s; %s",
        expected,
        circumstances.isEmpty() ? "" : " when " + String.join(" and ", circumstances),
        found,
        trace().summary(),
        trace().seed(),
        simulation.replay());
  }
}
