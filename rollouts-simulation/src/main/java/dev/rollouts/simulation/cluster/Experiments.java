package dev.rollouts.simulation.cluster;

import dev.rollouts.api.experiment.Experiment;
import dev.rollouts.api.experiment.ExperimentStatus;
import dev.rollouts.engine.Decision;
import dev.rollouts.engine.cluster.ClusterAnswer;
import dev.rollouts.engine.cluster.ClusterEffect;
import dev.rollouts.engine.cluster.Service;
import dev.rollouts.engine.experiment.ExperimentEngine;
import dev.rollouts.engine.experiment.ExperimentObservations;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Experiments, each driven by the experiment engine. */
final class Experiments {
  static final ExperimentDecider ENGINE = new ExperimentEngine()::decide;

  private static final long NOTICED_AFTER = 20;

  private final SimulatedCluster cluster;
  private final VirtualTime time;
  private final ClusterSettings settings;
  private final Map<String, Live> byName = new LinkedHashMap<>();

  Experiments(SimulatedCluster cluster, VirtualTime time, ClusterSettings settings) {
    this.cluster = cluster;
    this.time = time;
    this.settings = settings;
  }

  /** Those of an owner, and those whose names begin like its own would. */
  List<Experiment> of(String owner, String prefix) {
    List<Experiment> found = new ArrayList<>(byName.size());
    for (Live live : byName.values()) {
      if (live.value.metadata().controllerUid().equals(owner)
          || live.value.metadata().name().startsWith(prefix)) {
        found.add(live.value);
      }
    }
    return found;
  }

  List<Experiment> all() {
    return byName.values().stream().map(live -> live.value).toList();
  }

  /** One that is older than the simulation. */
  void adopt(Experiment experiment) {
    Live live =
        new Live(
            new Experiment(
                cluster.kept(experiment.metadata()), experiment.spec(), experiment.status()));
    byName.put(experiment.metadata().name(), live);
    cluster.notify(Kind.EXPERIMENT, live.owner);
    live.timer.in(NOTICED_AFTER);
  }

  @Nullable Refusal create(Experiment wanted) {
    String name = wanted.metadata().name();
    if (byName.containsKey(name)) {
      return Refusal.alreadyExists("experiments.argoproj.io", name);
    }
    Live live =
        new Live(
            new Experiment(
                cluster.born(wanted.metadata(), "experiment"), wanted.spec(), wanted.status()));
    byName.put(name, live);
    cluster.notify(Kind.EXPERIMENT, live.owner);
    live.timer.in(NOTICED_AFTER);
    return null;
  }

  @Nullable Refusal terminate(String name) {
    Live live = byName.get(name);
    if (live != null && !live.value.spec().terminate()) {
      Experiment value = live.value;
      live.value =
          new Experiment(
              cluster.changed(value.metadata(), value.metadata(), true),
              value.spec().terminated(),
              value.status());
      cluster.notify(Kind.EXPERIMENT, live.owner);
      live.timer.in(NOTICED_AFTER);
    }
    return null;
  }

  @Nullable Refusal delete(String name) {
    Live live = byName.remove(name);
    if (live != null) {
      live.timer.cancel();
      live.gone = true;
      cluster.notify(Kind.EXPERIMENT, live.owner);
      cluster.collectGarbage(live.uid);
    }
    return null;
  }

  /** Something of an owner changed; experiments look at what they own. */
  void changed(String owner) {
    for (Live live : byName.values()) {
      if (live.uid.equals(owner)) {
        live.timer.in(NOTICED_AFTER);
      }
    }
  }

  private final class Live {
    Experiment value;
    final String uid;
    final String owner;
    final TurnTimer timer = new TurnTimer(time, this::turn);
    boolean gone;
    private List<ClusterAnswer> answers = List.of();

    Live(Experiment value) {
      this.value = value;
      this.uid = value.metadata().uid();
      this.owner = value.metadata().controllerUid();
    }

    void turn() {
      ExperimentDecider decider = settings.experimentDecider();
      if (gone) {
        return;
      }
      ExperimentStatus before = value.statusOrEmpty();
      Decision<ExperimentStatus, ClusterEffect> decision =
          decider.decide(value, observe(), cluster.controllerClock());
      answers = new ArrayList<>();
      boolean saved = save(before, decision.status());
      if (!perform(decision.effects())) {
        timer.afterFailure();
        return;
      }
      timer.succeeded();
      if (saved || !decision.effects().isEmpty()) {
        timer.in(NOTICED_AFTER);
      }
      decision.wakeUp().ifPresent(at -> timer.in(cluster.millisUntil(at)));
    }

    private ExperimentObservations observe() {
      String prefix = value.metadata().name() + "-";
      List<Service> services = new ArrayList<>();
      for (Service service : cluster.services()) {
        if (service.metadata().controllerUid().equals(uid) || service.name().startsWith(prefix)) {
          services.add(service);
        }
      }
      List<dev.rollouts.engine.cluster.ReplicaSet> sets = new ArrayList<>();
      for (LiveReplicaSet set : cluster.sets().all()) {
        if (set.owner.equals(uid) || set.value.name().startsWith(prefix)) {
          sets.add(set.value);
        }
      }
      return new ExperimentObservations(
          sets, services, cluster.analyses().of(uid, prefix), settings.templates(), answers);
    }

    private boolean save(ExperimentStatus before, ExperimentStatus after) {
      if (value.status() != null && after.equals(before)) {
        return false;
      }
      boolean phaseChanged = after.phase() != before.phase();
      value =
          new Experiment(
              cluster.changed(value.metadata(), value.metadata(), false), value.spec(), after);
      if (phaseChanged || !after.templateStatuses().equals(before.templateStatuses())) {
        cluster.notify(Kind.EXPERIMENT, owner);
      } else {
        cluster.touched(Kind.EXPERIMENT);
      }
      return true;
    }

    private boolean perform(List<ClusterEffect> effects) {
      EffectPerformer performer = new EffectPerformer(cluster);
      for (ClusterEffect effect : effects) {
        if (effect instanceof ClusterEffect.Retry) {
          return false;
        }
        ClusterAnswer answer = effect.accept(performer).orElse(null);
        if (answer != null) {
          answers.add(answer);
          if (answer instanceof ClusterAnswer.Refused) {
            return false;
          }
        }
      }
      return true;
    }
  }
}
