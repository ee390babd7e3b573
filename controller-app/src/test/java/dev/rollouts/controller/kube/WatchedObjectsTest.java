package dev.rollouts.controller.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.wire.Wire;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.WatchEvent;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class WatchedObjectsTest {
  private final KubernetesSerialization serialization = WatchedObjects.serialization();
  private final Store<Rollout> store = Stores.empty().rollouts();

  private WatchEvent read(String object) {
    return serialization.unmarshal(
        "{\"type\":\"MODIFIED\",\"object\":%s}\n".formatted(object), WatchEvent.class);
  }

  private RolloutResource rollout(String uid, String version, int replicas) {
    return (RolloutResource)
        read("""
                {"apiVersion":"argoproj.io/v1alpha1","kind":"Rollout","metadata":{"name":"web",
                "namespace":"shop","uid":"%s","resourceVersion":"%s","managedFields":[{"a":{}}]},
                "spec":{"replicas":%d,"strategy":7}}"""
                .formatted(uid, version, replicas))
            .getObject();
  }

  private static Rollout answer(String uid, String version, int replicas) {
    return Wire.decode(
            Rollout.class,
            Map.of(
                "metadata",
                Map.of("name", "web", "namespace", "shop", "uid", uid, "resourceVersion", version),
                "spec",
                Map.of("replicas", replicas)))
        .value();
  }

  @Test
  @DisplayName("O-007 A watched kind is read straight, tolerantly")
  void watchedKind() {
    RolloutResource read = rollout("u", "5", 3);
    assertThat(read.getMetadata().getResourceVersion()).isEqualTo("5");
    assertThat(read.value().spec().replicas()).isEqualTo(3);
    assertThat(read.getKind()).isEqualTo("Rollout");
  }

  @Test
  @DisplayName("R-002 What this process was answered already is not read again")
  void ownWrites() {
    store.put(answer("u", "5", 3));
    RolloutResource same = rollout("u", "5", 3);
    same.putInto(store);
    assertThat(same.value()).isSameAs(store.get("shop", "web").orElseThrow());
    RolloutResource older = rollout("u", "4", 9);
    older.putInto(store);
    assertThat(store.get("shop", "web").orElseThrow().spec().replicas()).isEqualTo(3);
    rollout("u", "6", 4).putInto(store);
    assertThat(store.get("shop", "web").orElseThrow().spec().replicas()).isEqualTo(4);
    rollout("other", "6", 8).putInto(store);
    assertThat(store.get("shop", "web").orElseThrow().spec().replicas()).isEqualTo(8);
  }

  @Test
  @DisplayName("R-002 A version that is no number is read each time")
  void opaqueVersions() {
    store.put(answer("u", "v5", 3));
    rollout("u", "v5", 4).putInto(store);
    assertThat(store.get("shop", "web").orElseThrow().spec().replicas()).isEqualTo(4);
  }

  @Test
  @DisplayName("R-002 A spec that did not change is kept once")
  void sameSpec() {
    store.put(answer("u", "5", 3));
    Rollout before = store.get("shop", "web").orElseThrow();
    store.put(answer("u", "6", 3));
    Rollout after = store.get("shop", "web").orElseThrow();
    assertThat(after.metadata().resourceVersion()).isEqualTo("6");
    assertThat(after.spec()).isSameAs(before.spec());
  }

  @Test
  @DisplayName("O-007 Other kinds come as trees, errors as what the server says")
  void otherKinds() {
    Object generic =
        read("""
                {"kind":"VirtualService","metadata":{"name":"v","labels":{"a":"b"},
                "managedFields":[{"manager":"m"}]},"apiVersion":"networking.istio.io/v1",
                "spec":{"http":[{"weight":5,"share":0.5,"big":12345678901,"none":null,"on":true}]}}""")
            .getObject();
    assertThat(generic).isInstanceOf(GenericKubernetesResource.class);
    GenericKubernetesResource service = (GenericKubernetesResource) generic;
    assertThat(service.getApiVersion()).isEqualTo("networking.istio.io/v1");
    assertThat(service.getMetadata().getLabels()).isEqualTo(Map.of("a", "b"));
    assertThat(service.getMetadata().getManagedFields()).isEmpty();
    assertThat(service.<Object>get("spec", "http"))
        .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.LIST)
        .first()
        .asString()
        .isEqualTo("{weight=5, share=0.5, big=12345678901, none=null, on=true}");
    Object status =
        read("{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"code\":410,\"reason\":\"Expired\"}")
            .getObject();
    assertThat(((Status) status).getCode()).isEqualTo(410);
  }

  @Test
  @DisplayName("O-007 Elements of lists get the name of their kind")
  void lists() {
    Map<?, ?> list =
        serialization.unmarshal("{\"items\":[{\"metadata\":{\"name\":\"a\"}}]}", Map.class);
    RolloutResource read =
        serialization.convertValue(((List<?>) list.get("items")).get(0), RolloutResource.class);
    assertThat(read.value().metadata().name()).isEqualTo("a");
    assertThat(read.getApiVersion()).isEqualTo("argoproj.io/v1alpha1");
  }
}
