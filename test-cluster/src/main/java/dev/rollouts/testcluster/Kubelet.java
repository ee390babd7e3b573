package dev.rollouts.testcluster;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.fabric8.kubernetes.api.model.Binding;
import io.fabric8.kubernetes.api.model.BindingBuilder;
import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * Scheduler and kubelet of all nodes: binds each new pod, writes its status, and deletes it when it
 * is to go. No container runs. What becomes of a pod is its {@link PodScript}: by the newest rule
 * that holds for it, else by its annotations. Goes on after the API server was away. Thread-safe.
 *
 * <pre>{@code
 * kubelet.when(Kubelet.image("shop:2"), PodScript.ready().butNeverReady());
 * }</pre>
 */
public final class Kubelet implements AutoCloseable {
  private static final int WORKERS = 8;
  private static final Duration RETRY = Duration.ofMillis(300);

  private final KubernetesClient client;
  private final int nodes;
  private final List<ScheduledThreadPoolExecutor> workers;
  private final SharedIndexInformer<Pod> informer;
  private final List<Rule> rules = new CopyOnWriteArrayList<>();
  private final Map<String, Seen> seen = new ConcurrentHashMap<>();
  private final AtomicInteger bound = new AtomicInteger();
  private final AtomicInteger addresses = new AtomicInteger();

  private Kubelet(KubernetesClient client, int nodes) {
    this.client = client;
    this.nodes = nodes;
    workers = IntStream.range(0, WORKERS).mapToObj(Kubelet::worker).toList();
    informer = client.pods().inAnyNamespace().runnableInformer(0);
  }

  private static ScheduledThreadPoolExecutor worker(int index) {
    ScheduledThreadPoolExecutor worker =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "kubelet-" + index);
              thread.setDaemon(true);
              return thread;
            });
    worker.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
    return worker;
  }

  /** Starts with that many nodes, {@code node-1} and so on. */
  public static Kubelet start(ControlPlane plane, int nodes) {
    KubernetesClient client = plane.impatientClient("kubelet");
    Nodes.create(client, nodes);
    Kubelet kubelet = new Kubelet(client, nodes);
    kubelet.watch();
    return kubelet;
  }

  private void watch() {
    informer
        .exceptionHandler((started, problem) -> true)
        .addEventHandler(new Events())
        .start()
        .toCompletableFuture()
        .join();
  }

  /** A rule for pods, which {@link #close} takes back. */
  public final class Rule implements AutoCloseable {
    private final Predicate<Pod> pods;
    private final PodScript script;

    private Rule(Predicate<Pod> pods, PodScript script) {
      this.pods = pods;
      this.script = script;
    }

    @Override
    public void close() {
      rules.remove(this);
      wakeAll();
    }
  }

  /**
   * Lets this become of these pods, those that run already included. Among rules the newest goes
   * first, and all go before annotations.
   */
  public Rule when(Predicate<Pod> pods, PodScript script) {
    Rule rule = new Rule(pods, script);
    rules.add(0, rule);
    wakeAll();
    return rule;
  }

  /** Pods of a namespace. */
  public static Predicate<Pod> inNamespace(String namespace) {
    return pod -> namespace.equals(pod.getMetadata().getNamespace());
  }

  /** Pods with a label. */
  public static Predicate<Pod> label(String key, String value) {
    return pod ->
        value.equals(Optional.ofNullable(pod.getMetadata().getLabels()).orElse(Map.of()).get(key));
  }

  /** Pods with a container of that image. */
  public static Predicate<Pod> image(String image) {
    return pod ->
        pod.getSpec().getContainers().stream()
            .anyMatch(container -> image.equals(container.getImage()));
  }

  private PodScript script(Pod pod) {
    return rules.stream()
        .filter(rule -> rule.pods.test(pod))
        .map(rule -> rule.script)
        .findFirst()
        .orElseGet(() -> PodScript.of(pod));
  }

  /** What is remembered of a pod; used by its worker only. */
  private static final class Seen {
    private final String ip;
    private final Instant startedAt;
    private Optional<Instant> deletedAt = Optional.empty();

    private Seen(String ip, Instant startedAt) {
      this.ip = ip;
      this.startedAt = startedAt;
    }
  }

  private final class Events implements ResourceEventHandler<Pod> {
    @Override
    public void onAdd(Pod pod) {
      wake(pod, Duration.ZERO);
    }

    @Override
    public void onUpdate(Pod before, Pod pod) {
      wake(pod, Duration.ZERO);
    }

    @Override
    public void onDelete(Pod pod, boolean finalStateUnknown) {
      seen.remove(pod.getMetadata().getUid());
    }
  }

  private void wakeAll() {
    informer.getStore().list().forEach(pod -> wake(pod, Duration.ZERO));
  }

  /** Each pod has its worker, so that no two threads work on one. */
  private void wake(Pod pod, Duration delay) {
    ScheduledThreadPoolExecutor worker =
        workers.get(Math.floorMod(pod.getMetadata().getUid().hashCode(), WORKERS));
    Future<?> unused = worker.schedule(() -> turn(pod), delay.toMillis(), MILLISECONDS);
  }

  private void turn(Pod known) {
    Pod pod = informer.getStore().getByKey(Cache.metaNamespaceKeyFunc(known));
    if (pod == null || !pod.getMetadata().getUid().equals(known.getMetadata().getUid())) {
      return;
    }
    try {
      act(pod, Instant.now()).ifPresent(again -> wake(pod, again));
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
        wake(pod, RETRY);
      }
    } catch (RuntimeException e) {
      // Of a rule's predicate, or our own; the executor would swallow it.
      Thread.currentThread()
          .getUncaughtExceptionHandler()
          .uncaughtException(Thread.currentThread(), e);
    }
  }

  /** Does what is due; says when to come again, unless only an event can change something. */
  private Optional<Duration> act(Pod pod, Instant now) {
    PodScript script = script(pod);
    if (pod.getMetadata().getDeletionTimestamp() != null) {
      return terminate(pod, script, now);
    }
    if (pod.getSpec().getNodeName() == null) {
      if (!script.unschedulable()) {
        bind(pod);
      }
      return Optional.empty();
    }
    Seen here = seen(pod, now);
    PodLife life = new PodLife(pod, script, here.ip, here.startedAt, now);
    life.status().ifPresent(status -> write(pod, status));
    return life.changesIn();
  }

  private Seen seen(Pod pod, Instant now) {
    return seen.computeIfAbsent(
        pod.getMetadata().getUid(),
        uid -> {
          PodStatus there = pod.getStatus();
          return new Seen(
              Optional.ofNullable(there.getPodIP()).orElseGet(this::address),
              Optional.ofNullable(there.getStartTime()).map(Instant::parse).orElse(now));
        });
  }

  private String address() {
    int number = addresses.incrementAndGet();
    return "10.%d.%d.%d".formatted(128 + (number >> 16), number >> 8 & 255, number & 255);
  }

  private Optional<Duration> terminate(Pod pod, PodScript script, Instant now) {
    Long grace = pod.getMetadata().getDeletionGracePeriodSeconds();
    if (grace != null && grace == 0) {
      return Optional.empty(); // Only finalizers hold it.
    }
    Seen here = seen(pod, now);
    Instant deletedAt = here.deletedAt.orElse(now);
    here.deletedAt = Optional.of(deletedAt);
    Duration left = script.deletionTakes().minus(Duration.between(deletedAt, now));
    if (!left.isNegative() && !left.isZero()) {
      return Optional.of(left);
    }
    client.raw(
        path(pod),
        "DELETE",
        new DeleteOptionsBuilder()
            .withApiVersion("v1")
            .withKind("DeleteOptions")
            .withGracePeriodSeconds(0L)
            .withNewPreconditions()
            .withUid(pod.getMetadata().getUid())
            .endPreconditions()
            .build());
    return Optional.empty();
  }

  private void bind(Pod pod) {
    Binding binding =
        new BindingBuilder()
            .withNewMetadata()
            .withName(pod.getMetadata().getName())
            .withUid(pod.getMetadata().getUid())
            .endMetadata()
            .withNewTarget()
            .withApiVersion("v1")
            .withKind("Node")
            .withName(Nodes.name(bound.getAndIncrement() % nodes))
            .endTarget()
            .build();
    client.raw(path(pod) + "/binding", "POST", binding);
  }

  /** As a patch by type of condition, so that those of others stay. */
  private void write(Pod pod, PodStatus status) {
    Pod patch =
        new PodBuilder()
            .withNewMetadata()
            .withUid(pod.getMetadata().getUid())
            .endMetadata()
            .withStatus(status)
            .build();
    client
        .pods()
        .inNamespace(pod.getMetadata().getNamespace())
        .withName(pod.getMetadata().getName())
        .subresource("status")
        .patch(PatchContext.of(PatchType.STRATEGIC_MERGE), Serialization.asJson(patch));
  }

  private static String path(Pod pod) {
    return "/api/v1/namespaces/%s/pods/%s"
        .formatted(pod.getMetadata().getNamespace(), pod.getMetadata().getName());
  }

  /** Stops; nodes and pods stay as they are. */
  @Override
  public void close() {
    workers.forEach(ScheduledThreadPoolExecutor::shutdownNow);
    informer.stop();
    client.close();
  }
}
