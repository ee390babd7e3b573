package dev.rollouts.simulation.rollout;

import dev.rollouts.api.KubernetesObject;
import dev.rollouts.api.analysis.AnalysisTemplate;
import dev.rollouts.api.analysis.AnalysisTemplateSpec;
import dev.rollouts.api.analysis.ClusterAnalysisTemplate;
import dev.rollouts.api.analysis.TemplateRef;
import dev.rollouts.api.rollout.EffectiveRollout;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.WorkloadRef;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.codec.Codec;
import dev.rollouts.codec.Document;
import dev.rollouts.codec.DocumentProblem;
import dev.rollouts.engine.cluster.ClusterObjects;
import dev.rollouts.engine.cluster.ObjectKey;
import dev.rollouts.engine.rollout.RolloutEngine;
import dev.rollouts.engine.rollout.RolloutObservations;
import dev.rollouts.simulation.Checks;
import dev.rollouts.simulation.HealthyWorld;
import dev.rollouts.simulation.cluster.Autoscaler;
import dev.rollouts.simulation.cluster.ClusterSettings;
import dev.rollouts.simulation.cluster.Load;
import dev.rollouts.simulation.cluster.TrafficScript;
import dev.rollouts.simulation.cluster.VersionModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A Rollout and what is around it, as files have them, ready to be simulated: Services, templates,
 * routers' objects, Deployments, a HorizontalPodAutoscaler. What the rollout names and the files do
 * not have is made up. Immutable.
 */
public final class RolloutManifests {
  private static final String NAMESPACE_DEFAULT = "default";
  private static final double REQUESTS_PER_SECOND = 100;

  private final Rollout rollout;
  private final Map<ObjectKey, JsonObject> objects;
  private final Map<TemplateRef, AnalysisTemplateSpec> templates;
  private final @Nullable Autoscaler autoscaler;
  private final List<String> madeUp;

  private RolloutManifests(
      Rollout rollout,
      Map<ObjectKey, JsonObject> objects,
      Map<TemplateRef, AnalysisTemplateSpec> templates,
      @Nullable Autoscaler autoscaler,
      List<String> madeUp) {
    this.rollout = rollout;
    this.objects = objects;
    this.templates = templates;
    this.autoscaler = autoscaler;
    this.madeUp = List.copyOf(madeUp);
  }

  /**
   * Reads a text strictly: a misspelt field of a Rollout or a template is an error.
   *
   * @param name what to call the text in messages
   * @throws IllegalArgumentException with line and column of every problem
   */
  public static RolloutManifests parse(String name, String text) {
    return parse(Map.of(name, text), "");
  }

  /**
   * Reads texts strictly.
   *
   * @param texts by what to call them in messages
   * @param rolloutName which Rollout; empty for the only one
   * @throws IllegalArgumentException with line and column of every problem, or if there is no such
   *     Rollout, or several
   */
  public static RolloutManifests parse(Map<String, String> texts, String rolloutName) {
    List<Document> documents = new ArrayList<>();
    texts.forEach((name, text) -> documents.addAll(Codec.standard().read(name, text)));
    List<DocumentProblem> problems = new ArrayList<>();
    for (Document document : documents) {
      boolean ours = document.object().isPresent();
      document.problems().stream()
          .filter(problem -> ours || problem.kind().isFatal())
          .forEach(problems::add);
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(
          problems.stream().map(DocumentProblem::toString).collect(Collectors.joining("\n")));
    }
    return of(documents, rolloutName);
  }

  /**
   * Takes what was read, tolerantly.
   *
   * @param rolloutName which Rollout; empty for the only one
   * @throws IllegalArgumentException if there is no such Rollout, or several
   */
  public static RolloutManifests of(List<Document> documents, String rolloutName) {
    return of(documents, rolloutName, kind -> true);
  }

  /**
   * Takes what was read of a cluster, tolerantly: what is not among it does not exist, and is made
   * up only where its kind could not be read.
   *
   * @param unread kinds that could not be read
   * @throws IllegalArgumentException if there is no such Rollout
   */
  public static RolloutManifests ofCluster(
      List<Document> documents, String rolloutName, Set<String> unread) {
    return of(documents, rolloutName, unread::contains);
  }

  private static RolloutManifests of(
      List<Document> documents, String rolloutName, Predicate<String> isUnknown) {
    Rollout rollout = choose(documents, rolloutName);
    String namespace = rollout.metadata().namespace();
    if (namespace.isEmpty()) {
      namespace = NAMESPACE_DEFAULT;
      rollout = new Rollout(rollout.metadata().inNamespace(namespace), rollout.spec(), null);
    } else {
      rollout = new Rollout(rollout.metadata(), rollout.spec(), null);
    }
    Map<ObjectKey, JsonObject> objects = new LinkedHashMap<>();
    Map<TemplateRef, AnalysisTemplateSpec> templates = new LinkedHashMap<>();
    Autoscaler autoscaler = null;
    for (Document document : documents) {
      KubernetesObject object = document.object().orElse(null);
      if (object instanceof AnalysisTemplate template) {
        templates.put(new TemplateRef(object.metadata().name(), null), template.spec());
      } else if (object instanceof ClusterAnalysisTemplate template) {
        templates.put(new TemplateRef(object.metadata().name(), true), template.spec());
      } else if (document.kind().equals("HorizontalPodAutoscaler")) {
        autoscaler = isFor(document, rollout) ? autoscaler(document) : autoscaler;
      } else if (object == null && !document.kind().isEmpty() && !document.name().isEmpty()) {
        JsonObject tree = inNamespace(document, namespace);
        objects.put(ClusterObjects.keyOf(tree), tree);
      }
    }
    return completed(rollout, objects, templates, autoscaler, isUnknown);
  }

  private static Rollout choose(List<Document> documents, String name) {
    List<Document> rollouts =
        documents.stream()
            .filter(each -> each.object().filter(Rollout.class::isInstance).isPresent())
            .toList();
    List<Document> chosen =
        name.isEmpty()
            ? rollouts
            : rollouts.stream().filter(each -> each.name().equals(name)).toList();
    String names = rollouts.stream().map(Document::name).collect(Collectors.joining(", "));
    if (chosen.size() == 1) {
      return chosen.get(0).as(Rollout.class);
    }
    throw new IllegalArgumentException(
        rollouts.isEmpty()
            ? "there is no Rollout"
            : chosen.isEmpty()
                ? "there is no Rollout named %s; there is: %s".formatted(name, names)
                : "which Rollout is meant? there is: " + names);
  }

  static JsonObject inNamespace(Document document, String namespace) {
    Map<String, @Nullable Object> tree = new LinkedHashMap<>(document.tree());
    if (document.namespace().isEmpty() && tree.get("metadata") instanceof Map<?, ?> old) {
      Map<String, @Nullable Object> metadata = new LinkedHashMap<>();
      old.forEach((key, value) -> metadata.put(String.valueOf(key), value));
      metadata.put("namespace", namespace);
      tree.put("metadata", metadata);
    }
    tree.remove("status");
    return JsonObject.of(tree);
  }

  // -- the autoscaler

  private static boolean isFor(Document document, Rollout rollout) {
    JsonObject tree = JsonObject.of(document.tree());
    return "Rollout".equals(tree.at("spec", "scaleTargetRef", "kind"))
        && rollout.metadata().name().equals(tree.at("spec", "scaleTargetRef", "name"));
  }

  private static Autoscaler autoscaler(Document document) {
    JsonObject tree = JsonObject.of(document.tree());
    double percent = number(tree.at("spec", "targetCPUUtilizationPercentage"), 80);
    if (tree.at("spec", "metrics") instanceof List<?> metrics) {
      for (Object metric : metrics) {
        if (metric instanceof Map<?, ?> map) {
          percent =
              number(
                  JsonObject.of(texts(map)).at("resource", "target", "averageUtilization"),
                  percent);
        }
      }
    }
    return new Autoscaler(
        (int) number(tree.at("spec", "minReplicas"), 1),
        (int) number(tree.at("spec", "maxReplicas"), 1),
        percent / 100,
        Duration.ofSeconds(
            (long)
                number(
                    tree.at("spec", "behavior", "scaleDown", "stabilizationWindowSeconds"), 300)));
  }

  private static Map<String, @Nullable Object> texts(Map<?, ?> map) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    map.forEach((key, value) -> fields.put(String.valueOf(key), value));
    return fields;
  }

  private static double number(@Nullable Object value, double otherwise) {
    return value instanceof Number number ? number.doubleValue() : otherwise;
  }

  // -- what is missing

  /** Adds what the engine will look for and not find, in the version in which it looks for it. */
  private static RolloutManifests completed(
      Rollout rollout,
      Map<ObjectKey, JsonObject> objects,
      Map<TemplateRef, AnalysisTemplateSpec> templates,
      @Nullable Autoscaler autoscaler,
      Predicate<String> isUnknown) {
    RolloutEngine engine = new RolloutEngine();
    MadeUp invention = new MadeUp(rollout);
    Set<Object> asked = new HashSet<>();
    Set<String> madeUp = new LinkedHashSet<>();
    boolean goOn = true;
    while (goOn) {
      goOn = false;
      RolloutEngine.Reads reads =
          engine.reads(
              rollout,
              new RolloutObservations(
                  List.of(),
                  List.of(),
                  List.of(),
                  List.of(),
                  templates,
                  ClusterObjects.of(objects),
                  List.of()));
      List<ObjectKey> keys = new ArrayList<>(reads.objects());
      keys.sort(Comparator.comparing(ObjectKey::toString));
      for (ObjectKey key : keys) {
        if (!key.isAll() && asked.add(key) && !objects.containsKey(key)) {
          goOn = true;
          JsonObject other = inAnotherVersion(objects, key);
          if (other != null) {
            objects.put(key, other);
            continue;
          }
          Optional<JsonObject> made =
              isUnknown.test(key.kind()) ? invention.object(key) : Optional.empty();
          made.ifPresent(
              tree -> {
                objects.put(key, tree);
                madeUp.add(key.kind() + " " + key.name());
              });
        }
      }
      for (TemplateRef ref : reads.templates()) {
        String kind = ref.isClusterScoped() ? "ClusterAnalysisTemplate" : "AnalysisTemplate";
        if (asked.add(ref) && find(templates, ref) == null && isUnknown.test(kind)) {
          goOn = true;
          templates.put(ref, invention.template(ref));
          madeUp.add(kind + " " + ref.templateName());
        }
      }
    }
    return new RolloutManifests(rollout, objects, templates, autoscaler, List.copyOf(madeUp));
  }

  private static @Nullable AnalysisTemplateSpec find(
      Map<TemplateRef, AnalysisTemplateSpec> templates, TemplateRef ref) {
    for (Map.Entry<TemplateRef, AnalysisTemplateSpec> each : templates.entrySet()) {
      if (each.getKey().templateName().equals(ref.templateName())
          && each.getKey().isClusterScoped() == ref.isClusterScoped()) {
        return each.getValue();
      }
    }
    return null;
  }

  /** An API server shows an object in every version of its group. */
  private static @Nullable JsonObject inAnotherVersion(
      Map<ObjectKey, JsonObject> objects, ObjectKey wanted) {
    for (ObjectKey key : List.copyOf(objects.keySet())) {
      if (key.kind().equals(wanted.kind())
          && key.group().equals(wanted.group())
          && key.namespace().equals(wanted.namespace())
          && key.name().equals(wanted.name())) {
        JsonObject found = objects.remove(key);
        if (found != null) {
          Map<String, @Nullable Object> tree = new LinkedHashMap<>(found.fields());
          tree.put("apiVersion", wanted.apiVersion());
          return JsonObject.of(tree);
        }
      }
    }
    return null;
  }

  // -- what there is

  /** The rollout, in a namespace and without a status. */
  public Rollout rollout() {
    return rollout;
  }

  /** Everything else that exists at the start, but for templates. */
  public List<JsonObject> objects() {
    return List.copyOf(objects.values());
  }

  /** Templates by reference. */
  public Map<TemplateRef, AnalysisTemplateSpec> templates() {
    return Map.copyOf(templates);
  }

  /** What was made up, such as {@code Service shop-canary}. */
  public List<String> madeUp() {
    return madeUp;
  }

  /** Whether an autoscaler sees to the replicas. */
  public boolean isAutoscaled() {
    return autoscaler != null;
  }

  /** The pod template: the rollout's own, or that of its workload. */
  private JsonObject podTemplate() {
    WorkloadRef ref = rollout.spec().workloadRef();
    if (ref == null) {
      return rollout.spec().template();
    }
    JsonObject workload =
        objects.get(
            new ObjectKey(
                ref.apiVersion(), ref.kind(), rollout.metadata().namespace(), ref.name()));
    return workload != null && workload.at("spec", "template") instanceof Map<?, ?> map
        ? JsonObject.of(texts(map))
        : JsonObject.empty();
  }

  private @Nullable Map<?, ?> firstContainer() {
    return podTemplate().at("spec", "containers") instanceof List<?> containers
            && !containers.isEmpty()
            && containers.get(0) instanceof Map<?, ?> first
        ? first
        : null;
  }

  /** The name of the first container; {@code *} when there is none. */
  public String container() {
    Map<?, ?> first = firstContainer();
    return first != null && first.get("name") instanceof String name ? name : "*";
  }

  /** The names of all containers. */
  public List<String> containers() {
    List<String> names = new ArrayList<>();
    if (podTemplate().at("spec", "containers") instanceof List<?> containers) {
      for (Object each : containers) {
        if (each instanceof Map<?, ?> container && container.get("name") instanceof String name) {
          names.add(name);
        }
      }
    }
    return names;
  }

  /** The image of the first container; empty when there is none. */
  public String image() {
    Map<?, ?> first = firstContainer();
    return first != null && first.get("image") instanceof String image ? image : "";
  }

  /** An image for an update: the same with another tag. */
  public String nextImage() {
    String image = image();
    int digest = image.indexOf('@');
    String known = digest < 0 ? image : image.substring(0, digest);
    int colon = known.lastIndexOf(':');
    boolean tagged = colon > known.lastIndexOf('/');
    String tag = tagged ? known.substring(colon + 1) : "";
    return (tagged ? known.substring(0, colon) : known)
        + (tag.equals("next") ? ":next-2" : ":next");
  }

  // -- simulations

  /**
   * A simulation that creates everything and then does nothing: metrics have the values that their
   * conditions are content with.
   */
  public RolloutSimulation simulation(long seed) {
    return RolloutSimulation.of(rollout, seed)
        .checking(Checks.OFF)
        .objects(objects())
        .cluster(this::inhabited);
  }

  private ClusterSettings inhabited(ClusterSettings settings) {
    ClusterSettings here =
        settings
            .load(Load.constant(REQUESTS_PER_SECOND))
            .otherMetrics(TrafficScript.of(HealthyWorld.everything()));
    for (Map.Entry<TemplateRef, AnalysisTemplateSpec> each : templates.entrySet()) {
      here = here.template(each.getKey(), each.getValue());
    }
    if (autoscaler != null) {
      int replicas = Math.max(1, EffectiveRollout.of(rollout.spec()).replicas());
      here =
          here.autoscaler(autoscaler)
              .otherVersions(
                  VersionModel.healthy()
                      .serving(REQUESTS_PER_SECOND / replicas / autoscaler.targetUtilisation()));
    }
    return here;
  }

  /** One release of {@link #nextImage}. */
  public List<ScenarioEvent> release() {
    return release(container(), nextImage());
  }

  /**
   * One release: when the first version is healthy, another image is set; a pause that waits for
   * somebody is promoted at once.
   *
   * @param container name, or {@code *} for all
   */
  public List<ScenarioEvent> release(String container, String image) {
    return List.of(
        new ScenarioEvent(
            When.healthy().later(Duration.ofSeconds(30)), Act.setImage(container, image)),
        new ScenarioEvent(When.everyWait(), Act.promote()));
  }
}
