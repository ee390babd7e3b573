package dev.rollouts.engine.explain;

import dev.rollouts.api.experiment.Experiment;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.engine.analysis.explain.Explanation;
import dev.rollouts.engine.analysis.explain.Wait;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Why a Rollout or an Experiment stands where it does. A value; says nothing that its inputs do not
 * show.
 *
 * @param kind {@code Rollout} or {@code Experiment}
 * @param name of the object; control characters escaped, as everywhere in here
 * @param namespace empty where it is not known
 * @param at the moment that times are told from
 * @param phase on the wire; empty before the first decision
 * @param situation what holds it, or what it is doing
 * @param summary one sentence without its full stop
 * @param message the status'; often empty
 * @param causes why, from the object down to pods and numbers
 * @param waits what it waits for, the earliest first
 * @param actions what a person can do, the likeliest first
 * @param facts where it stands beside that: versions, pods, traffic
 * @param unseen what could not be looked at, and what it would have told
 * @param runs the runs behind it, in full
 */
public record Account(
    String kind,
    String name,
    String namespace,
    Instant at,
    String phase,
    Situation situation,
    String summary,
    String message,
    List<Link> causes,
    List<Wait> waits,
    List<Action> actions,
    List<String> facts,
    List<String> unseen,
    List<Run> runs) {
  public Account {
    causes = List.copyOf(causes);
    waits = List.copyOf(waits);
    actions = List.copyOf(actions);
    facts = List.copyOf(facts);
    unseen = List.copyOf(unseen);
    runs = List.copyOf(runs);
  }

  /** A run that matters to the account, by name. */
  public record Run(String name, Explanation explanation) {}

  /**
   * Explains a rollout.
   *
   * @param rollout with the status as last saved, by this engine or by Argo Rollouts
   * @param around what else is there
   * @param now what waiting and overdue are told from
   */
  public static Account of(Rollout rollout, Neighbours around, Instant now) {
    return of(rollout, List.of(), around, now);
  }

  /**
   * Explains a rollout of which not everything could be read.
   *
   * @param unread what is wrong with its status, a line with its path for each field; these fields
   *     have no value in the rollout
   */
  public static Account of(Rollout rollout, List<String> unread, Neighbours around, Instant now) {
    return new RolloutExplainer(new RolloutScene(rollout, unread, around, now)).account();
  }

  /**
   * Explains an experiment.
   *
   * @param experiment with the status as last saved, by this engine or by Argo Rollouts
   * @param around what else is there
   * @param now what waiting and overdue are told from
   */
  public static Account of(Experiment experiment, Neighbours around, Instant now) {
    return of(experiment, List.of(), around, now);
  }

  /**
   * Explains an experiment of which not everything could be read.
   *
   * @param unread what is wrong with its status, as for a rollout
   */
  public static Account of(
      Experiment experiment, List<String> unread, Neighbours around, Instant now) {
    return new ExperimentExplainer(experiment, unread, around, now).account();
  }

  /** The account in plain words, lines of any length. */
  public String text() {
    return text(0);
  }

  /**
   * The account in plain words. Commands are never broken.
   *
   * @param width where lines are broken, if they can be; 0 for never
   */
  public String text(int width) {
    return new AccountText(this, width).render();
  }

  /** The account as plain values, for programs. Keys and situations keep their meaning. */
  public Map<String, @Nullable Object> tree() {
    Map<String, @Nullable Object> tree = new LinkedHashMap<>();
    tree.put("kind", kind);
    tree.put("name", name);
    tree.put("namespace", namespace);
    tree.put("phase", phase);
    tree.put("situation", situation.id());
    tree.put("summary", summary);
    tree.put("message", message);
    tree.put("why", links(causes));
    List<Object> waiting = new ArrayList<>();
    for (Wait each : waits) {
      Map<String, @Nullable Object> wait = new LinkedHashMap<>();
      wait.put(
          "what", each.subject().isEmpty() ? each.what() : each.subject() + ": " + each.what());
      wait.put("until", each.until() == null ? null : each.until().toString());
      wait.put("overdue", each.overdue());
      waiting.add(wait);
    }
    tree.put("waitsFor", waiting);
    List<Object> ways = new ArrayList<>();
    for (Action each : actions) {
      Map<String, Object> way = new LinkedHashMap<>();
      way.put("purpose", each.purpose());
      way.put("command", each.command());
      ways.add(way);
    }
    tree.put("actions", ways);
    tree.put("facts", facts);
    tree.put("notLookedAt", unseen);
    return tree;
  }

  private static List<Object> links(List<Link> links) {
    List<Object> trees = new ArrayList<>();
    for (Link each : links) {
      Map<String, Object> tree = new LinkedHashMap<>();
      tree.put("text", each.text());
      tree.put("rule", each.rule());
      if (!each.because().isEmpty()) {
        tree.put("because", links(each.because()));
      }
      trees.add(tree);
    }
    return trees;
  }
}
