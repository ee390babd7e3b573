package dev.rollouts.cli.lint;

import dev.rollouts.api.analysis.TemplateRef;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The templates among the documents, and how they hang together. */
final class TemplateSet {
  /** Templates times references; beyond that nobody follows references any more. */
  private static final long REFERENCES_MAX = 20_000;

  private final List<Subject> templates;
  private final Map<TemplateRef, List<Subject>> named = new HashMap<>();
  private final Set<String> declared = new HashSet<>();
  private final Map<Subject, Closure> closures = new HashMap<>();
  private final boolean followed;

  TemplateSet(List<Subject> subjects) {
    this.templates = subjects.stream().filter(each -> !each.isRun()).toList();
    long references = 0;
    for (Subject template : templates) {
      named.computeIfAbsent(template.ref(), ref -> new ArrayList<>()).add(template);
      template.spec().args().forEach(arg -> declared.add(arg.name()));
      references += template.spec().templates().size();
    }
    this.followed = references * templates.size() <= REFERENCES_MAX;
  }

  /** Whether any template declares an argument of this name. */
  boolean declares(String argument) {
    return declared.contains(argument);
  }

  List<Subject> all() {
    return templates;
  }

  /**
   * The template that a reference means, as far as files can tell: the one in the same namespace,
   * or the only one of that name.
   */
  Optional<Subject> find(TemplateRef ref, Subject from) {
    List<Subject> candidates = named.getOrDefault(ref, List.of());
    return candidates.stream()
        .filter(each -> each.document().namespace().equals(from.document().namespace()))
        .findFirst()
        .or(() -> candidates.size() == 1 ? Optional.of(candidates.get(0)) : Optional.empty());
  }

  /**
   * What a template comes to: itself and all that it refers to.
   *
   * @param complete whether every reference was found
   */
  record Closure(Set<Subject> members, boolean complete) {}

  Closure closure(Subject subject) {
    Closure known = closures.get(subject);
    if (known == null) {
      Set<Subject> members = new LinkedHashSet<>();
      boolean complete = collect(subject, members);
      known = new Closure(members, complete);
      closures.put(subject, known);
    }
    return known;
  }

  private boolean collect(Subject subject, Set<Subject> members) {
    boolean complete = true;
    if (members.add(subject)) {
      if (!followed && !subject.spec().templates().isEmpty()) {
        return false;
      }
      for (TemplateRef ref : subject.spec().templates()) {
        Optional<Subject> found = find(ref, subject);
        complete &= found.isPresent() && collect(found.get(), members);
      }
    }
    return complete;
  }

  /**
   * Everything that may end up in one run with the subject: its own closure, and those it is in.
   */
  Closure company(Subject subject) {
    Closure own = closure(subject);
    Set<Subject> members = new LinkedHashSet<>(own.members());
    boolean complete = own.complete();
    for (Subject other : followed ? templates : List.<Subject>of()) {
      Closure closure = closure(other);
      if (closure.members().contains(subject)) {
        members.addAll(closure.members());
        complete &= closure.complete();
      }
    }
    return new Closure(members, complete);
  }

  /** Names of all metrics that may end up in one run with the subject. */
  List<String> metricNames(Closure company) {
    List<String> names = new ArrayList<>();
    for (Subject member : company.members()) {
      member.metrics().forEach(metric -> names.add(metric.known().name()));
    }
    return names;
  }
}
