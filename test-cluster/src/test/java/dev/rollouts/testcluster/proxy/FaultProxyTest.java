package dev.rollouts.testcluster.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollouts.testcluster.TestCluster;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Every fault once, as a client of the API server meets it. */
@Tag("it")
class FaultProxyTest {
  private static final long PATIENCE_SECONDS = 60;

  private final TestCluster cluster = TestCluster.shared();
  private final String namespace = cluster.namespace();
  private FaultProxy proxy;
  private KubernetesClient client;

  @BeforeEach
  void start() {
    proxy = FaultProxy.start(cluster.controlPlane(), "somebody", "system:masters");
    client = client(0);
  }

  @AfterEach
  void stop() {
    client.close();
    proxy.close();
  }

  private KubernetesClient client(int retries) {
    Config config = Config.fromKubeconfig(proxy.kubeconfig());
    config.setRequestRetryBackoffLimit(retries);
    config.setWatchReconnectInterval(50);
    return new KubernetesClientBuilder().withConfig(config).build();
  }

  private ConfigMap map(String name) {
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withNamespace(namespace)
        .withName(name)
        .endMetadata()
        .build();
  }

  private boolean exists(String name) {
    return cluster.client().configMaps().inNamespace(namespace).withName(name).get() != null;
  }

  private void createFails(String name) {
    assertThatThrownBy(() -> client.resource(map(name)).create())
        .isInstanceOf(KubernetesClientException.class);
  }

  @Test
  void withoutFaultsEverythingGetsThroughAndIsCounted() {
    client.resource(map("one")).create();
    assertThat(client.configMaps().inNamespace(namespace).withName("one").get()).isNotNull();
    assertThat(client.configMaps().inNamespace(namespace).list().getItems()).isNotEmpty();
    client.configMaps().inNamespace(namespace).withName("one").delete();
    assertThat(exists("one")).isFalse();
    assertThat(proxy.counts())
        .containsEntry("create", 1L)
        .containsEntry("get", 1L)
        .containsEntry("list", 1L)
        .containsEntry("delete", 1L);
    assertThat(proxy.writes())
        .extracting(ProxiedRequest::toString)
        .containsExactly(
            "POST /api/v1/namespaces/%s/configmaps".formatted(namespace),
            "DELETE /api/v1/namespaces/%s/configmaps/one".formatted(namespace));
  }

  @Test
  void refusalsComeWithTheirStatusAndDoNothing() {
    for (int code : new int[] {409, 429, 500, 503}) {
      proxy.plan(request -> code == 429 ? Fault.busy(Duration.ofSeconds(1)) : Fault.answer(code));
      assertThatThrownBy(() -> client.resource(map("refused")).create())
          .isInstanceOfSatisfying(
              KubernetesClientException.class, e -> assertThat(e.getCode()).isEqualTo(code));
    }
    assertThat(exists("refused")).isFalse();
  }

  @Test
  void aBusyServerIsAskedAgain() {
    java.util.concurrent.atomic.AtomicInteger asked =
        new java.util.concurrent.atomic.AtomicInteger();
    proxy.plan(
        request -> asked.incrementAndGet() < 3 ? Fault.busy(Duration.ofSeconds(1)) : Fault.none());
    try (KubernetesClient patient = client(5)) {
      patient.resource(map("patient")).create();
    }
    assertThat(asked).hasValue(3);
    assertThat(exists("patient")).isTrue();
  }

  @Test
  void aCutConnectionDoesNothingAndALostAnswerHidesWhatWasDone() {
    proxy.plan(request -> Fault.cut());
    createFails("cut");
    assertThat(exists("cut")).isFalse();
    proxy.plan(request -> Fault.loseAnswer());
    createFails("lost");
    assertThat(exists("lost")).isTrue();
  }

  @Test
  void aClientDiesAtItsSoManiethWrite()
      throws InterruptedException, ExecutionException, java.util.concurrent.TimeoutException {
    var first = proxy.dieAtWrite(2, FaultProxy.Reach.NOT_DONE);
    client.resource(map("one")).create();
    createFails("two");
    assertThat(first.get(PATIENCE_SECONDS, TimeUnit.SECONDS).method()).isEqualTo("POST");
    assertThat(exists("two")).isFalse();
    createFails("three");
    assertThat(exists("three")).isFalse();

    proxy.comeBack();
    var second = proxy.dieAtWrite(1, FaultProxy.Reach.DONE);
    createFails("four");
    second.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    assertThat(exists("four")).isTrue();
    createFails("five");
    assertThat(exists("five")).isFalse();
  }

  @Test
  void watchesStreamAreHeldAndAreCut() throws InterruptedException {
    BlockingQueue<String> seen = new LinkedBlockingQueue<>();
    try (Watch watch =
        client
            .configMaps()
            .inNamespace(namespace)
            .watch(
                new Watcher<>() {
                  @Override
                  public void eventReceived(Action action, ConfigMap resource) {
                    if (!resource.getMetadata().getName().startsWith("kube-")) {
                      seen.add(action + " " + resource.getMetadata().getName());
                    }
                  }

                  @Override
                  public void onClose(WatcherException cause) {
                    seen.add("closed");
                  }
                })) {
      assertThat(watch).isNotNull();
      cluster.client().resource(map("first")).create();
      assertThat(seen.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo("ADDED first");

      proxy.holdWatches(Duration.ofSeconds(2));
      cluster.client().resource(map("second")).create();
      assertThat(seen.poll(500, TimeUnit.MILLISECONDS)).isNull();
      assertThat(seen.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo("ADDED second");

      long before = proxy.counts().getOrDefault("watch", 0L);
      proxy.cutWatches();
      cluster.client().resource(map("third")).create();
      assertThat(seen.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo("ADDED third");
      assertThat(proxy.counts().get("watch")).isGreaterThan(before);
    }
  }

  @Test
  void listsCanBeStale() {
    cluster.client().resource(map("early")).create();
    int early = client.configMaps().inNamespace(namespace).list().getItems().size();
    cluster.client().resource(map("late")).create();
    proxy.serveStaleLists(Duration.ofHours(1));
    assertThat(names()).contains("early").doesNotContain("late").hasSize(early);
    proxy.serveFreshLists();
    assertThat(names()).contains("early", "late");
    cluster.client().resource(map("later")).create();
    proxy.rememberLists();
    cluster.client().resource(map("latest")).create();
    proxy.serveStaleLists(Duration.ZERO);
    assertThat(names()).contains("later").doesNotContain("latest");
  }

  private java.util.List<String> names() {
    return client.configMaps().inNamespace(namespace).list().getItems().stream()
        .map(each -> each.getMetadata().getName())
        .toList();
  }
}
