package dev.rollouts.cli.report;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.AnalysisRunStatus;
import dev.rollouts.api.rollout.EffectiveRollout;
import dev.rollouts.api.rollout.RolloutPhase;
import dev.rollouts.cli.report.Delivery.Line;
import dev.rollouts.cli.report.Delivery.Note;
import dev.rollouts.cli.report.Delivery.Version;
import dev.rollouts.cli.report.Report.Event;
import dev.rollouts.simulation.rollout.RolloutTrace;
import dev.rollouts.simulation.rollout.RolloutTrace.Happening;
import dev.rollouts.simulation.rollout.RolloutTrace.Row;
import dev.rollouts.simulation.rollout.Update;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Tells a trace in the words of people who look on. */
public final class DeliveryStory {
  private static final int VERSIONS_SHOWN = 4;
  private static final int TAG_MAX = 12;

  private final RolloutTrace trace;
  private final EffectiveRollout effective;
  private final List<Row> rows;
  private final List<Version> versions;
  private final List<Update> updates;
  private final Map<String, String> runNames = new LinkedHashMap<>();

  private DeliveryStory(RolloutTrace trace) {
    this.trace = trace;
    this.effective = EffectiveRollout.of(trace.rollout().spec());
    this.rows = trace.rows();
    this.versions = versions(rows);
    this.updates = trace.updates();
  }

  /**
   * The report of a trace.
   *
   * @param failures whether anything says how many requests fail
   */
  public static Delivery of(
      RolloutTrace trace, List<Report.Fact> facts, boolean failures, @Nullable Odds odds) {
    DeliveryStory story = new DeliveryStory(trace);
    List<Line> lines = story.lines();
    return new Delivery(
        trace.rollout().metadata().name(),
        facts,
        trace.outcome(),
        message(trace, story.updates),
        story.length(lines),
        story.versions,
        lines,
        story.updates,
        trace.rows(),
        story.effective.maxWeight(),
        failures,
        story.measured(),
        odds);
  }

  /** What the rollout said at the verdict, or at the end; nothing when all is well. */
  private static String message(RolloutTrace trace, List<Update> updates) {
    if (trace.outcome().isGood()) {
      return "";
    }
    Update last = updates.isEmpty() ? null : updates.get(updates.size() - 1);
    return last != null && last.outcome() == trace.outcome()
        ? last.message()
        : trace.status().message();
  }

  // -- versions

  private static List<Version> versions(List<Row> rows) {
    Map<String, RolloutTrace.Version> byHash = new LinkedHashMap<>();
    for (Row row : rows) {
      List<RolloutTrace.Version> oldestFirst = new ArrayList<>(row.versions());
      oldestFirst.sort(Comparator.comparingLong(RolloutTrace.Version::revision));
      oldestFirst.forEach(each -> byHash.putIfAbsent(each.hash(), each));
    }
    Map<String, Long> tags =
        byHash.values().stream()
            .collect(Collectors.groupingBy(each -> tag(each.image()), Collectors.counting()));
    List<Version> versions = new ArrayList<>();
    for (RolloutTrace.Version each : byHash.values()) {
      String tag = tag(each.image());
      boolean telling =
          !tag.isEmpty() && tag.length() <= TAG_MAX && tags.getOrDefault(tag, 0L) == 1;
      versions.add(
          new Version(each.hash(), telling ? tag : "revision " + each.revision(), each.image()));
    }
    return versions;
  }

  /** What tells an image from others of the same software. */
  private static String tag(String image) {
    int at = image.indexOf('@');
    String named = at < 0 ? image : image.substring(0, at);
    int colon = named.lastIndexOf(':');
    return colon > named.lastIndexOf('/') ? named.substring(colon + 1) : "";
  }

  // -- the timeline

  /** Something at a moment: how things stand, or a word of an analysis. */
  private record Moment(Duration at, @Nullable Row row, List<Note> notes) {}

  private List<Line> lines() {
    List<Moment> moments = new ArrayList<>();
    Row before = null;
    for (Row row : rows) {
      moments.add(new Moment(row.elapsed(), row, notes(before, row)));
      before = row;
    }
    for (RolloutTrace.Run run : trace.runs()) {
      words(run, moments);
    }
    moments.sort(Comparator.comparing(Moment::at));
    List<Line> lines = new ArrayList<>();
    List<Note> notes = new ArrayList<>();
    Row row = null;
    for (int i = 0; i < moments.size(); i++) {
      Moment moment = moments.get(i);
      row = moment.row() == null ? row : moment.row();
      notes.addAll(moment.notes());
      boolean last = i + 1 == moments.size() || second(moments.get(i + 1)) > second(moment);
      if (last && row != null) {
        Line line = line(moment.at(), row, notes);
        Duration until = moment.at();
        boolean first = row.versions().size() < 2 && row.newest().equals(row.stable());
        boolean starting =
            first && updates.stream().noneMatch(each -> each.startedAt().compareTo(until) <= 0);
        if (lines.isEmpty()
            || !notes.isEmpty()
            || (!starting && isNew(lines.get(lines.size() - 1), line))) {
          lines.add(line);
        }
        notes = new ArrayList<>();
      }
    }
    return lines;
  }

  private static long second(Moment moment) {
    return Math.round(moment.at().toMillis() / 1000.0);
  }

  private static boolean isNew(Line before, Line line) {
    return !before.step().equals(line.step())
        || !before.weight().equals(line.weight())
        || !before.pods().equals(line.pods())
        || !before.analysis().equals(line.analysis());
  }

  private Line line(Duration at, Row row, List<Note> notes) {
    boolean updating = !row.newest().equals(row.stable()) && !row.stable().isEmpty();
    List<String> pods = new ArrayList<>();
    for (int i = 0; i < Math.min(VERSIONS_SHOWN, versions.size()); i++) {
      pods.add(pods(row, versions.get(i).hash()));
    }
    return new Line(
        at,
        updating && row.steps() > 0 ? row.step() + "/" + row.steps() : "",
        updating ? weight(row) : "",
        pods,
        analysis(row),
        distinct(notes));
  }

  private static List<Note> distinct(List<Note> notes) {
    return List.copyOf(new LinkedHashSet<>(notes));
  }

  private String weight(Row row) {
    String actual = String.valueOf(Math.round(row.share() * 100));
    if (row.weightWanted() < 0) {
      return actual;
    }
    String wanted = String.valueOf(Math.round(row.weightWanted() * 100.0 / effective.maxWeight()));
    return wanted.equals(actual) ? actual : actual + "→" + wanted;
  }

  private static String pods(Row row, String hash) {
    for (RolloutTrace.Version each : row.versions()) {
      if (each.hash().equals(hash)) {
        return each.ready() + "/" + each.wanted();
      }
    }
    return "";
  }

  private String analysis(Row row) {
    return row.analyses().stream()
        .filter(each -> !isDone(each.phase()))
        .map(each -> kind(each.name()) + " " + (each.phase().isEmpty() ? "new" : each.phase()))
        .distinct()
        .collect(Collectors.joining(", "));
  }

  private static boolean isDone(String phase) {
    return AnalysisPhase.ofWireName(phase).filter(AnalysisPhase::isCompleted).isPresent();
  }

  /** What a run is for, by its name: rollout, hash, revision, and what comes after. */
  private String kind(String name) {
    return runNames.computeIfAbsent(name, this::kindOf);
  }

  private String kindOf(String name) {
    String rest = name;
    String rollout = trace.rollout().metadata().name() + "-";
    if (rest.startsWith(rollout)) {
      rest = rest.substring(rollout.length());
    }
    String[] parts = rest.replaceFirst("\\.\\d+$", "").split("-", -1);
    if (parts.length < 2 || !parts[1].matches("\\d+")) {
      return rest;
    }
    String what = parts.length == 2 ? "" : parts[2];
    return switch (what) {
      case "" -> "background";
      case "pre" -> "pre-promotion";
      case "post" -> "post-promotion";
      default -> what.matches("\\d+") ? "step " + (Integer.parseInt(what) + 1) : rest;
    };
  }

  private List<Note> notes(@Nullable Row before, Row row) {
    List<Note> notes = new ArrayList<>();
    for (Happening each : row.happenings()) {
      Note note = note(each);
      if (note != null) {
        notes.add(note);
      }
    }
    boolean phaseIsNew =
        before == null
            || before.phase() != row.phase()
            || (!before.message().equals(row.message()) && row.phase() != RolloutPhase.PROGRESSING);
    boolean goesOn = row.phase() == RolloutPhase.PROGRESSING && !notes.isEmpty();
    if (phaseIsNew && row.phase() != null && !goesOn) {
      String text = row.phase().wireName();
      notes.add(
          new Note(
              Note.Kind.EVENT,
              tone(row.phase()),
              row.message().isEmpty() || row.phase() == RolloutPhase.PROGRESSING
                  ? text
                  : text + ": " + row.message()));
    }
    return notes;
  }

  private static AnalysisPhase tone(RolloutPhase phase) {
    return switch (phase) {
      case HEALTHY -> AnalysisPhase.SUCCESSFUL;
      case DEGRADED -> AnalysisPhase.FAILED;
      case PAUSED -> AnalysisPhase.INCONCLUSIVE;
      case PROGRESSING -> AnalysisPhase.RUNNING;
    };
  }

  private @Nullable Note note(Happening happening) {
    if (!happening.isTelling()) {
      return null;
    }
    String text = happening.text();
    return switch (happening.source()) {
      case "user" -> new Note(Note.Kind.USER, AnalysisPhase.RUNNING, text);
      case "event" -> {
        String reason = happening.reason();
        boolean alone = reason.length() == text.length();
        yield new Note(
            Note.Kind.EVENT, null, named(alone ? text : text.substring(reason.length() + 2)));
      }
      default ->
          happening.source().equals("effect") && !happening.isRefused()
              ? new Note(Note.Kind.EVENT, null, text)
              : new Note(Note.Kind.FAULT, AnalysisPhase.INCONCLUSIVE, text);
    };
  }

  /** With the names of versions in the place of their hashes, but not within names of objects. */
  private String named(String text) {
    String shown = text;
    for (Version each : versions) {
      shown =
          shown.replaceAll(
              "(?<![-\\w])" + Pattern.quote(each.hash()) + "(?![-\\w])",
              Matcher.quoteReplacement(each.name()));
    }
    return shown;
  }

  // -- analyses

  /** Verdicts, and measurements that were not successful. */
  private void words(RolloutTrace.Run run, List<Moment> moments) {
    Chronicle chronicle = chronicle(run);
    String kind = kind(run.name());
    for (Event event : chronicle.events()) {
      AnalysisPhase phase = event.phase();
      boolean telling =
          switch (event.kind()) {
            case MEASURED -> phase != AnalysisPhase.SUCCESSFUL;
            case METRIC -> phase != AnalysisPhase.SUCCESSFUL;
            case RUN -> true;
            case STARTED, FAULT -> false;
          };
      if (telling) {
        String text =
            event.kind() == Event.Kind.RUN
                ? kind
                    + " analysis "
                    + (phase == null || !phase.isCompleted() ? "starts" : "is " + phase.wireName())
                : event.subject() + " " + event.text();
        moments.add(
            new Moment(event.at(), null, List.of(new Note(Note.Kind.ANALYSIS, phase, text))));
      }
    }
  }

  private static Chronicle chronicle(RolloutTrace.Run run) {
    Chronicle chronicle = new Chronicle(run.spec());
    // A run that is older than the simulation has measured something before.
    AnalysisRunStatus before =
        run.changes().isEmpty() ? AnalysisRunStatus.pending() : run.changes().get(0).status();
    for (RolloutTrace.RunChange change : run.changes()) {
      chronicle.step(change.elapsed(), before, change.status());
      before = change.status();
    }
    return chronicle;
  }

  /** One series per metric and its conditions, over all runs. */
  private List<Series> measured() {
    Map<String, Series> all = new LinkedHashMap<>();
    for (RolloutTrace.Run run : trace.runs()) {
      Chronicle chronicle = chronicle(run);
      AnalysisRunStatus last =
          run.changes().isEmpty()
              ? AnalysisRunStatus.pending()
              : run.changes().get(run.changes().size() - 1).status();
      for (Series series : chronicle.series(last)) {
        if (series.phase() != null) {
          all.merge(series.metric() + series.conditions(), series, Series::followedBy);
        }
      }
    }
    return List.copyOf(all.values());
  }

  // -- pictures

  /** To the last line and a little further, so that long quiet does not squeeze the rest. */
  private Duration length(List<Line> lines) {
    Duration last = lines.isEmpty() ? Duration.ZERO : lines.get(lines.size() - 1).at();
    Duration further = last.plus(last.dividedBy(20)).plusSeconds(5);
    return further.compareTo(trace.length()) < 0 || last.isZero() ? further : trace.length();
  }
}
