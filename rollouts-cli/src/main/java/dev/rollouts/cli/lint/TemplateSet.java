package dev.rollouts.cli.lint;

import dev.rollouts.api.analysis.TemplateRef;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The templates among the documents, and how they hang together. */
final class TemplateSet {
  private final List<Subject> templates;

  TemplateSet(List<Subject> subjects) {
    this.templates = subjects.stream().filter(each -> !each.isRun()).toList();
  }

  List<Subject> all() {
    return templates;
  }

  /**
   * The template that a reference means, as far as files can tell: the one in the same namespace,
   * or the only one of that name.
   */
  Optional<Subject> find(TemplateRef ref, Subject from) {
    List<Subject> named = templates.stream().filter(each -> each.ref().equals(ref)).toList();
    return named.stream()
        .filter(each -> each.document().namespace().equals(from.document().namespace()))
        .findFirst()
        .or(() -> named.size() == 1 ? Optional.of(named.get(0)) : Optional.empty());
  }

  /**
   * What a template comes to: itself and all that it refers to.
   *
   * @param complete whether every reference was found
   */
  record Closure(Set<Subject> members, boolean complete) {}

  Closure closure(Subject subject) {
    Set<Subject> members = new LinkedHashSet<>();
    boolean complete = collect(subject, members);
    return new Closure(members, complete);
  }

  private boolean collect(Subject subject, Set<Subject> members) {
    boolean complete = true;
    if (members.add(subject)) {
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
    for (Subject other : templates) {
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
