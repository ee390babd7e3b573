package dev.rollouts.simulation.rollout;

import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.wire.Path;
import dev.rollouts.codec.Codec;
import dev.rollouts.codec.CodecException;
import dev.rollouts.codec.Document;
import dev.rollouts.codec.DocumentProblem;
import dev.rollouts.codec.Json;
import dev.rollouts.simulation.RecordingFiles;
import dev.rollouts.simulation.ScenarioNode;
import dev.rollouts.simulation.Script;
import dev.rollouts.simulation.ScriptReader;
import dev.rollouts.simulation.cluster.Autoscaler;
import dev.rollouts.simulation.cluster.ClusterSettings;
import dev.rollouts.simulation.cluster.Load;
import dev.rollouts.simulation.cluster.VersionModel;
import dev.rollouts.simulation.rollout.RolloutScenario.PlannedAct;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads a {@link RolloutScenario}; every problem at once, each with its place. */
final class RolloutScenarioReader {
  private static final String OTHERS = "*";
  private static final Set<String> TOP =
      Set.of("duration", "seed", "load", "metrics", "versions", "cluster", "acts", "faults");
  private static final Set<String> VERSION =
      Set.of("ready", "neverReady", "crash", "gate", "termination", "capacity", "errorRate");
  private static final Set<String> CLUSTER =
      Set.of(
          "nodes", "podQuota", "disruptionBudget", "routers", "targetRegistration", "autoscaler");
  private static final Set<String> TIMES = Set.of("at", "every", "when", "each", "later");

  /** What can be done, and how it is read. */
  private final Map<String, Function<ScenarioNode, Function<RolloutManifests, List<Act>>>> verbs =
      new LinkedHashMap<>();

  private final Document document;
  private final RecordingFiles files;
  private final ScriptReader scripts;
  private final List<String> problems = new ArrayList<>();

  RolloutScenarioReader(Document document, RecordingFiles files) {
    this.document = document;
    this.files = files;
    this.scripts = new ScriptReader(files);
    for (DocumentProblem problem : document.problems()) {
      // A scenario is no object of the cluster: it has no kind.
      if (problem.kind() != DocumentProblem.Kind.OBJECT) {
        problems.add(problem.toString());
      }
    }
    verbs.put("setImage", RolloutScenarioReader::setImage);
    verbs.put("promote", RolloutScenarioReader::promote);
    verbs.put("abort", node -> simple(node, Act::abort));
    verbs.put("retry", node -> simple(node, Act::retry));
    verbs.put("undo", RolloutScenarioReader::undo);
    verbs.put("pause", node -> simple(node, Act::pause));
    verbs.put("resume", node -> simple(node, Act::resume));
    verbs.put("restart", node -> simple(node, Act::restart));
    verbs.put("scale", node -> one(Act.scale((int) node.integer())));
    verbs.put("apply", this::apply);
    verbs.put("reapply", RolloutScenarioReader::reapply);
    verbs.put("deletePod", RolloutScenarioReader::deletePod);
    verbs.put("editService", RolloutScenarioReader::editService);
    verbs.put("scaleDeployment", RolloutScenarioReader::scaleDeployment);
    verbs.put("loseNode", RolloutScenarioReader::loseNode);
    verbs.put("terminateAnalyses", node -> simple(node, Act::terminateAnalyses));
  }

  RolloutScenario read() {
    if (problems.isEmpty() && document.tree().isEmpty()) {
      problems.add(
          document.file()
              + ":"
              + document.positionOf(Path.root())
              + ": expected an object with metrics, versions or acts");
    }
    stopOnProblems();
    ScenarioNode root = ScenarioNode.root(document, problems);
    root.keys(TOP);
    Map<String, Script> metrics = new LinkedHashMap<>();
    for (String name : keys(root.get("metrics"))) {
      root.get("metrics")
          .flatMap(node -> node.get(name))
          .ifPresent(node -> metrics.put(name, scripts.read(node)));
    }
    Script otherMetrics = metrics.remove(OTHERS);
    Map<String, VersionModel> versions = new LinkedHashMap<>();
    for (String image : keys(root.get("versions"))) {
      root.get("versions")
          .flatMap(node -> node.get(image))
          .ifPresent(node -> versions.put(image, version(node)));
    }
    VersionModel otherVersions = versions.remove(OTHERS);
    Optional<ScenarioNode> around = root.get("cluster");
    around.ifPresent(node -> node.keys(CLUSTER));
    RolloutScenario scenario =
        new RolloutScenario(
            root.get("duration").map(ScenarioNode::span).orElse(RolloutScenario.DURATION_DEFAULT),
            root.get("seed").map(ScenarioNode::integer).orElse(1L),
            metrics,
            otherMetrics,
            versions,
            otherVersions,
            root.get("load").map(this::load).orElse(null),
            around
                .flatMap(node -> node.get("autoscaler"))
                .map(RolloutScenarioReader::autoscaler)
                .orElse(null),
            around.map(RolloutScenarioReader::cluster).orElse(settings -> settings),
            root.get("acts").map(this::acts).orElse(null),
            root.get("faults").map(RolloutScenarioReader::faults).orElse(List.of()));
    stopOnProblems();
    return scenario;
  }

  private void stopOnProblems() {
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("\n", problems));
    }
  }

  private static List<String> keys(Optional<ScenarioNode> node) {
    return node.map(ScenarioNode::keys).orElse(List.of());
  }

  // -- the world

  /** A number of requests per second, or a script of it. */
  private Load load(ScenarioNode node) {
    if (!node.isObject() && !node.isList()) {
      double number = node.number();
      if (!(number >= 0) || Double.isInfinite(number)) {
        node.problem("expected requests per second, 0 or more");
      }
      return Load.constant(number);
    }
    Script script = scripts.read(node);
    return millis -> Math.max(0, script.numberAt(Duration.ofMillis(millis)));
  }

  private static VersionModel version(ScenarioNode node) {
    node.keys(VERSION);
    VersionModel model = VersionModel.healthy();
    Optional<ScenarioNode> ready = node.get("ready");
    if (ready.isPresent()) {
      List<Duration> bounds = span(ready.get());
      model = model.readyIn(bounds.get(0), bounds.get(1));
    }
    Optional<ScenarioNode> crash = node.get("crash");
    if (crash.isPresent()) {
      crash.get().keys(Set.of("share", "within", "recovers"));
      model =
          model.crashing(
              crash.get().get("share").map(ScenarioNode::share).orElse(1.0),
              crash.get().get("within").map(ScenarioNode::span).orElse(Duration.ofMinutes(2)),
              crash.get().get("recovers").map(ScenarioNode::span).orElse(null));
    }
    Optional<ScenarioNode> never = node.get("neverReady");
    model = never.isPresent() ? model.neverReady(never.get().share()) : model;
    Optional<ScenarioNode> gate = node.get("gate");
    model = gate.isPresent() ? model.gatedFor(gate.get().duration()) : model;
    Optional<ScenarioNode> termination = node.get("termination");
    model = termination.isPresent() ? model.terminatingIn(termination.get().duration()) : model;
    Optional<ScenarioNode> capacity = node.get("capacity");
    if (capacity.isPresent()) {
      double number = capacity.get().number();
      if (!(number > 0)) {
        capacity.get().problem("expected requests per second and pod, more than 0");
      }
      model = model.serving(number);
    }
    Optional<ScenarioNode> errors = node.get("errorRate");
    return errors.isPresent() ? model.failing(errorRates(errors.get())) : model;
  }

  /** One share, or shares by the weight from which they hold. */
  private static Map<Double, Double> errorRates(ScenarioNode node) {
    if (!node.isObject()) {
      return Map.of(0.0, node.share());
    }
    Map<Double, Double> rates = new LinkedHashMap<>();
    for (String weight : node.keys()) {
      rates.put(
          ScriptReader.weight(node, weight), node.get(weight).map(ScenarioNode::share).orElse(0.0));
    }
    return rates;
  }

  /** One duration, or the shortest and the longest. */
  private static List<Duration> span(ScenarioNode node) {
    if (!node.isList()) {
      return List.of(node.duration(), node.duration());
    }
    List<Duration> bounds = node.items().stream().map(ScenarioNode::duration).toList();
    if (bounds.size() != 2 || bounds.get(1).compareTo(bounds.get(0)) < 0) {
      node.problem("expected a duration, or two of them: [shortest, longest]");
      return List.of(Duration.ZERO, Duration.ZERO);
    }
    return bounds;
  }

  private static Autoscaler autoscaler(ScenarioNode node) {
    node.keys(Set.of("min", "max", "utilisation", "stabilisation"));
    double utilisation = node.get("utilisation").map(ScenarioNode::share).orElse(0.8);
    if (utilisation == 0) {
      node.problem("utilisation must be more than 0");
      utilisation = 1;
    }
    return new Autoscaler(
        node.get("min").map(ScenarioNode::integer).orElse(1L).intValue(),
        need(node, "max").map(ScenarioNode::integer).orElse(1L).intValue(),
        utilisation,
        node.get("stabilisation").map(ScenarioNode::duration).orElse(Duration.ofMinutes(5)));
  }

  private static UnaryOperator<ClusterSettings> cluster(ScenarioNode node) {
    Optional<Integer> nodes = node.get("nodes").map(each -> (int) each.integer());
    Optional<Integer> quota = node.get("podQuota").map(each -> (int) each.integer());
    Optional<Integer> budget = node.get("disruptionBudget").map(each -> (int) each.integer());
    Optional<Duration> registration = node.get("targetRegistration").map(ScenarioNode::duration);
    Optional<ScenarioNode> routers = node.get("routers");
    routers.ifPresent(each -> each.keys(Set.of("delay", "partly")));
    Duration delay =
        routers
            .flatMap(each -> each.get("delay"))
            .map(ScenarioNode::duration)
            .orElse(Duration.ZERO);
    boolean partly =
        routers.flatMap(each -> each.get("partly")).map(ScenarioNode::isTrue).orElse(false);
    return settings -> {
      ClusterSettings here = settings;
      here = nodes.isPresent() ? here.nodes(nodes.get()) : here;
      here = quota.isPresent() ? here.podQuota(quota.get()) : here;
      here = budget.isPresent() ? here.disruptionBudget(budget.get()) : here;
      here = registration.isPresent() ? here.targetRegistration(registration.get()) : here;
      return routers.isPresent() ? here.routerDelay(delay, partly) : here;
    };
  }

  private static List<PlannedFault> faults(ScenarioNode node) {
    List<PlannedFault> faults = new ArrayList<>();
    for (ScenarioNode item : node.items()) {
      item.keys(Set.of("at", "fault", "for", "by", "node"));
      String name = need(item, "fault").map(ScenarioNode::text).orElse("");
      ClusterFault fault =
          Stream.of(ClusterFault.values())
              .filter(each -> each.name().equals(name))
              .findFirst()
              .orElse(null);
      long at = need(item, "at").map(ScenarioNode::duration).orElse(Duration.ZERO).toMillis();
      if (fault == null) {
        item.problem(
            "unknown fault \"%s\"; known: %s"
                .formatted(name, new TreeSet<>(List.of(ClusterFault.values()))));
        continue;
      }
      faults.add(new PlannedFault(fault, at, extent(item, fault)));
    }
    return faults;
  }

  private static long extent(ScenarioNode item, ClusterFault fault) {
    return switch (fault) {
      case NODE_LOST -> item.get("node").map(ScenarioNode::integer).orElse(0L);
      case CLOCK_STEP ->
          need(item, "by").map(ScenarioNode::duration).orElse(Duration.ZERO).toMillis();
      case LOST_WATCH_EVENT,
          REPEATED_WATCH_EVENT,
          STALE_READ,
          STALE_ROLLOUT,
          CONFLICT,
          REFUSED,
          LOST_ANSWER,
          RESTART,
          LEADER_CHANGE,
          POD_LOST,
          STABLE_POD_LOST ->
          item.get("for").map(ScenarioNode::duration).orElse(Duration.ofSeconds(5)).toMillis();
    };
  }

  // -- acts

  private List<PlannedAct> acts(ScenarioNode node) {
    List<PlannedAct> acts = new ArrayList<>();
    for (ScenarioNode item : node.items()) {
      act(item).ifPresent(acts::add);
    }
    return acts;
  }

  private Optional<PlannedAct> act(ScenarioNode item) {
    Set<String> known =
        Stream.concat(TIMES.stream(), verbs.keySet().stream()).collect(Collectors.toSet());
    item.keys(known);
    if (!item.isObject()) {
      return Optional.empty();
    }
    When when = when(item);
    List<String> said = verbs.keySet().stream().filter(verb -> item.get(verb).isPresent()).toList();
    Function<ScenarioNode, Function<RolloutManifests, List<Act>>> verb =
        said.size() == 1 ? verbs.get(said.get(0)) : null;
    if (verb == null) {
      item.problem(
          said.isEmpty()
              ? "says nothing to do; write one of " + String.join(", ", verbs.keySet())
              : "says " + String.join(" and ", said) + "; make two acts of it");
      return Optional.empty();
    }
    ScenarioNode value = item.get(said.get(0)).orElseThrow();
    return Optional.of(
        new PlannedAct(
            item.get("later").isPresent() ? when.later(item.get("later").get().duration()) : when,
            verb.apply(value)));
  }

  private static When when(ScenarioNode item) {
    List<String> said =
        Stream.of("at", "every", "when").filter(key -> item.get(key).isPresent()).toList();
    if (said.size() != 1) {
      item.problem(
          said.isEmpty()
              ? "says no time; write at: 5m, every: 10m, or when: paused"
              : "says " + String.join(" and ", said) + "; keep one of them");
      return When.at(Duration.ZERO);
    }
    boolean each = item.get("each").map(ScenarioNode::isTrue).orElse(false);
    ScenarioNode value = item.get(said.get(0)).orElseThrow();
    When when =
        switch (said.get(0)) {
          case "at" -> When.at(value.duration());
          case "every" -> When.every(value.span());
          default -> condition(value);
        };
    if (each && when.isMoment()) {
      item.problem("each goes with when; for a period write every: 10m");
    }
    return each && !when.isMoment() ? when.eachTime() : when;
  }

  private static When condition(ScenarioNode node) {
    if (node.isObject()) {
      node.keys(Set.of("step", "weight"));
      Optional<ScenarioNode> step = node.get("step");
      Optional<ScenarioNode> weight = node.get("weight");
      if (step.isPresent() == weight.isPresent()) {
        node.problem("expected {step: 2}, counted from 0, or {weight: 40}");
      }
      return step.isPresent()
          ? When.step((int) step.get().integer())
          : When.weight(weight.map(ScenarioNode::integer).orElse(0L).intValue());
    }
    return switch (node.text()) {
      case "paused" -> When.paused();
      case "waiting" -> When.waiting();
      case "healthy" -> When.healthy();
      case "degraded" -> When.degraded();
      default -> {
        node.problem(
            "expected healthy, degraded, paused, waiting (for somebody), {step: 2} or {weight: 40},"
                + " found \"%s\"".formatted(node.text()));
        yield When.healthy();
      }
    };
  }

  private static Function<RolloutManifests, List<Act>> one(Act act) {
    return manifests -> List.of(act);
  }

  private static Function<RolloutManifests, List<Act>> simple(
      ScenarioNode node, Supplier<Act> act) {
    node.isTrue();
    return one(act.get());
  }

  /** {@code setImage: shop:2} for the first container, {@code setImage: {web: shop:2}} by name. */
  private static Function<RolloutManifests, List<Act>> setImage(ScenarioNode node) {
    if (!node.isObject()) {
      String image = node.text();
      return manifests -> List.of(Act.setImage(manifests.container(), image));
    }
    List<Act> acts = new ArrayList<>();
    for (String container : node.keys()) {
      node.get(container).ifPresent(image -> acts.add(Act.setImage(container, image.text())));
    }
    return manifests -> acts;
  }

  private static Function<RolloutManifests, List<Act>> promote(ScenarioNode node) {
    return switch (node.text()) {
      case "true" -> one(Act.promote());
      case "full" -> one(Act.promoteFull());
      case "skipCurrentStep" -> one(Act.skipCurrentStep());
      case "skipAllSteps" -> one(Act.skipAllSteps());
      default -> {
        node.problem(
            "expected true, full, skipCurrentStep or skipAllSteps, found \"%s\""
                .formatted(node.text()));
        yield one(Act.promote());
      }
    };
  }

  private static Function<RolloutManifests, List<Act>> undo(ScenarioNode node) {
    return one(Act.undo(node.text().equals("true") ? 0 : node.integer()));
  }

  private static Function<RolloutManifests, List<Act>> deletePod(ScenarioNode node) {
    return switch (node.text()) {
      case "newest" -> one(Act.deletePod());
      case "stable" -> one(Act.deleteStablePod());
      default -> {
        node.problem("expected newest or stable, found \"%s\"".formatted(node.text()));
        yield one(Act.deletePod());
      }
    };
  }

  private static Function<RolloutManifests, List<Act>> editService(ScenarioNode node) {
    node.keys(Set.of("name", "hash"));
    return one(
        Act.editService(
            need(node, "name").map(ScenarioNode::text).orElse(""),
            node.get("hash").map(ScenarioNode::text).orElse("")));
  }

  private static Function<RolloutManifests, List<Act>> scaleDeployment(ScenarioNode node) {
    node.keys(Set.of("name", "replicas"));
    return one(
        Act.scaleDeployment(
            need(node, "name").map(ScenarioNode::text).orElse(""),
            need(node, "replicas").map(ScenarioNode::integer).orElse(0L).intValue()));
  }

  private static Function<RolloutManifests, List<Act>> loseNode(ScenarioNode node) {
    node.keys(Set.of("node", "for"));
    return one(
        Act.loseNode(
            node.get("node").map(ScenarioNode::integer).orElse(0L).intValue(),
            node.get("for").map(ScenarioNode::duration).orElse(Duration.ofMinutes(5))));
  }

  private static Function<RolloutManifests, List<Act>> reapply(ScenarioNode node) {
    node.isTrue();
    return RolloutScenario::reapply;
  }

  /** A manifest in a file beside the scenario, or written out. */
  private Function<RolloutManifests, List<Act>> apply(ScenarioNode node) {
    List<Document> documents = new ArrayList<>();
    if (node.isObject()) {
      documents.addAll(Codec.standard().read(document.file(), Json.write(node.tree())));
    } else {
      String file = node.text();
      try {
        documents.addAll(Codec.standard().read(file, files.text(file)));
      } catch (IOException | CodecException unusable) {
        node.problem(String.valueOf(unusable.getMessage()));
      }
    }
    for (Document each : documents) {
      each.problems().stream()
          .filter(problem -> problem.kind().isFatal())
          .forEach(problem -> node.problem(problem.toString()));
    }
    return manifests ->
        documents.stream()
            .map(each -> applied(each, manifests.rollout().metadata().namespace()))
            .toList();
  }

  private static Act applied(Document document, String namespace) {
    if (document.object().orElse(null) instanceof Rollout rollout) {
      return Act.apply(rollout);
    }
    return Act.applyObject(RolloutManifests.inNamespace(document, namespace));
  }

  private static Optional<ScenarioNode> need(ScenarioNode node, String key) {
    Optional<ScenarioNode> value = node.get(key);
    if (value.isEmpty()) {
      node.problem(key + " is absent; add it");
    }
    return value;
  }
}
