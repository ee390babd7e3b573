package dev.rollouts.cli.lint;

import dev.rollouts.api.analysis.TemplateRef;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The templates among the documents, and how they hang together. */
final class TemplateSet {
  /** Templates times references; beyond that nobody follows references any more. */
  private static final long REFERENCES_MAX = 5_000_000;

  private final List<Subject> templates;
  private final Map<Subject, Integer> places = new HashMap<>();
  private final Map<TemplateRef, List<Subject>> named = new HashMap<>();
  private final Set<String> declared = new HashSet<>();
  private final boolean followed;

  /** By place: the templates that one refers to, and those that refer to it. */
  private final List<List<Integer>> references = new ArrayList<>();

  private final List<List<Integer>> referrers = new ArrayList<>();

  /** By place: whether one has a reference that was not found, or not followed. */
  private final BitSet open = new BitSet();

  /** By place: itself and all that it refers to, when somebody has asked. */
  private final @Nullable BitSet[] reached;

  TemplateSet(List<Subject> subjects) {
    this.templates = subjects.stream().filter(each -> !each.isRun()).toList();
    this.reached = new BitSet[templates.size()];
    long count = 0;
    for (Subject template : templates) {
      places.put(template, places.size());
      named.computeIfAbsent(template.ref(), ref -> new ArrayList<>()).add(template);
      template.spec().args().forEach(arg -> declared.add(arg.name()));
      references.add(new ArrayList<>());
      referrers.add(new ArrayList<>());
      count += template.spec().templates().size();
    }
    this.followed = count * templates.size() <= REFERENCES_MAX;
    for (int i = 0; i < templates.size(); i++) {
      for (TemplateRef ref : templates.get(i).spec().templates()) {
        Optional<Integer> found =
            followed ? find(ref, templates.get(i)).map(places::get) : Optional.empty();
        if (found.isPresent()) {
          references.get(i).add(found.get());
          referrers.get(found.get()).add(i);
        } else {
          open.set(i);
        }
      }
    }
  }

  /** Whether any template declares an argument of this name. */
  boolean declares(String argument) {
    return declared.contains(argument);
  }

  /**
   * The template that a reference means, as far as files can tell: the one in the same namespace,
   * or the only one of that name.
   */
  Optional<Subject> find(TemplateRef ref, Subject from) {
    return find(ref, from.document().namespace());
  }

  /** The same for a reference from an object in a namespace. */
  Optional<Subject> find(TemplateRef ref, String namespace) {
    List<Subject> candidates = named.getOrDefault(ref, List.of());
    return candidates.stream()
        .filter(each -> each.document().namespace().equals(namespace))
        .findFirst()
        .or(() -> candidates.size() == 1 ? Optional.of(candidates.get(0)) : Optional.empty());
  }

  /** The templates that one refers to itself, as far as they were found. */
  List<Subject> references(Subject template) {
    return references.get(place(template)).stream().map(templates::get).toList();
  }

  /** Whether a template is another, or refers to it directly or through others. */
  boolean reaches(Subject template, Subject other) {
    return reached(place(template)).get(place(other));
  }

  /** A template and all that it refers to. */
  List<Subject> closure(Subject template) {
    return subjects(reached(place(template)));
  }

  /** Whether everything that a template refers to, directly or through others, was found. */
  boolean isComplete(Subject template) {
    return !reached(place(template)).intersects(open);
  }

  /** Of the templates that refer to each other in a circle with this one, the first; or itself. */
  Subject firstOfCircle(Subject template) {
    int place = place(template);
    return reached(place).stream()
        .filter(other -> reached(other).get(place))
        .mapToObj(templates::get)
        .findFirst()
        .orElse(template);
  }

  /** Whether a template refers to itself, directly or through others. */
  boolean isInCircle(Subject template) {
    int place = place(template);
    return references.get(place).stream().anyMatch(next -> reached(next).get(place));
  }

  /**
   * What may end up in one run.
   *
   * @param complete whether every reference was found
   */
  record Company(List<Subject> members, boolean complete) {}

  /**
   * Everything that may end up in one run with the subject: what it refers to, those that refer to
   * it, and what they refer to.
   */
  Company company(Subject subject) {
    if (subject.isRun()) {
      return new Company(List.of(subject), true);
    }
    BitSet above = new BitSet();
    above.set(place(subject));
    BitSet members = spread(spread(above, referrers), references);
    return new Company(subjects(members), !members.intersects(open));
  }

  /** Names of all metrics that may end up in one run with the subject. */
  List<String> metricNames(Company company) {
    List<String> names = new ArrayList<>();
    for (Subject member : company.members()) {
      member.metrics().forEach(metric -> names.add(metric.known().name()));
    }
    return names;
  }

  private int place(Subject template) {
    return Objects.requireNonNull(places.get(template), "not one of the templates");
  }

  private BitSet reached(int place) {
    BitSet known = reached[place];
    if (known == null) {
      BitSet start = new BitSet();
      start.set(place);
      known = spread(start, references);
      reached[place] = known;
    }
    return known;
  }

  /** What can be reached from some places; a stack of its own, as chains may be long. */
  private static BitSet spread(BitSet from, List<List<Integer>> next) {
    BitSet all = (BitSet) from.clone();
    Deque<Integer> ahead = new ArrayDeque<>();
    from.stream().forEach(ahead::add);
    while (!ahead.isEmpty()) {
      for (int each : next.get(ahead.remove())) {
        if (!all.get(each)) {
          all.set(each);
          ahead.add(each);
        }
      }
    }
    return all;
  }

  private List<Subject> subjects(BitSet places) {
    return places.stream().mapToObj(templates::get).toList();
  }
}
