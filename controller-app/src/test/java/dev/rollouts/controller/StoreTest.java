package dev.rollouts.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.ObjectMeta;
import dev.rollouts.controller.kube.Store;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class StoreTest {
  private final Store<ObjectMeta> store = new Store<>(meta -> meta);

  private static ObjectMeta meta(String name, String uid, String version) {
    ObjectMeta named = ObjectMeta.named(name).inNamespace("ns").withUid(uid);
    return new ObjectMeta(
        named.name(),
        "",
        "ns",
        uid,
        version,
        0,
        null,
        null,
        named.labels(),
        named.annotations(),
        List.of(new ObjectMeta.OwnerReference("v1", "Owner", "o", "owner", true, true)));
  }

  @Test
  @DisplayName("R-002 Nothing older replaces something newer, and versions are compared as numbers")
  void keepsTheNewest() {
    assertThat(store.put(meta("a", "1", "100"))).isTrue();
    assertThat(store.put(meta("a", "1", "99"))).isFalse();
    assertThat(store.put(meta("a", "1", "100"))).isFalse();
    assertThat(store.get("ns", "a").orElseThrow().resourceVersion()).isEqualTo("100");
  }

  @Test
  @DisplayName("R-002 Another object of the name counts whatever its version")
  void takesASuccessor() {
    store.put(meta("a", "1", "100"));
    assertThat(store.put(meta("a", "2", "50"))).isTrue();
    store.remove("ns", "a", "1");
    assertThat(store.get("ns", "a").orElseThrow().uid()).isEqualTo("2");
    assertThat(store.ownedBy("owner")).hasSize(1);
  }

  @Test
  @DisplayName("R-002 An answer that arrives after the news of a deletion brings nothing back")
  void staysGone() {
    store.put(meta("a", "1", "100"));
    store.remove(meta("a", "1", "103"));
    assertThat(store.put(meta("a", "1", "102"))).isFalse();
    assertThat(store.get("ns", "a")).isEmpty();
    store.remove(meta("b", "2", "110")); // of which nothing was known yet
    assertThat(store.put(meta("b", "2", "109"))).isFalse();
    assertThat(store.put(meta("b", "2", "111"))).as("selected by its labels again").isTrue();
    assertThat(store.put(meta("a", "3", "90"))).as("another of the name").isTrue();
  }

  @Test
  @DisplayName("R-002 What is replaced is there all the time, for those who look meanwhile, too")
  void replacesAtOnce() throws InterruptedException {
    store.put(meta("a", "1", "1"));
    Thread watch =
        new Thread(
            () -> {
              for (int version = 2; version <= 200_000; version++) {
                store.put(meta("a", "1", Integer.toString(version)));
              }
            });
    watch.start();
    int missed = 0;
    while (watch.isAlive()) {
      missed +=
          store.get("ns", "a").isPresent()
                  && store.ownedBy("owner").size() == 1
                  && store.in("ns").size() == 1
                  && store.named("ns", "a").size() == 1
                  && store.all().size() == 1
              ? 0
              : 1;
    }
    watch.join();
    assertThat(missed).isZero();
    assertThat(store.ownedBy("owner")).extracting(ObjectMeta::resourceVersion).contains("200000");
  }

  @Test
  @DisplayName("R-002 An object that changes its owner, or its uid, is that of the new one alone")
  void changesOwners() {
    store.put(meta("a", "1", "1"));
    store.put(ObjectMeta.named("a").inNamespace("ns").withUid("1"));
    assertThat(store.ownedBy("owner")).isEmpty();
    assertThat(store.orphans("ns")).hasSize(1);
    store.put(meta("a", "2", "1"));
    assertThat(store.orphans("ns")).isEmpty();
    assertThat(store.ownedBy("owner")).extracting(ObjectMeta::uid).containsExactly("2");
  }

  @Test
  @DisplayName("R-001, R-520 What is new, different or gone is told once")
  void tells() {
    List<String> told = new ArrayList<>();
    store.listen(
        (before, after) ->
            told.add(
                (before == null ? "-" : before.resourceVersion())
                    + ">"
                    + (after == null ? "-" : after.resourceVersion())));
    store.put(meta("a", "1", "1"));
    store.put(meta("a", "1", "1"));
    store.put(meta("a", "1", "2"));
    store.remove(meta("a", "1", "2"));
    store.remove(meta("a", "1", "2"));
    assertThat(told).containsExactly("->1", "1>2", "2>-");
    assertThat(store.all()).isEmpty();
    assertThat(store.ownedBy("owner")).isEmpty();
  }

  @Test
  @DisplayName("A-247 Objects are found by the beginning of their names")
  void findsByPrefix() {
    store.put(meta("web-1", "1", "1"));
    store.put(meta("web-2", "2", "1"));
    store.put(meta("webs-1", "3", "1"));
    assertThat(store.named("ns", "web-"))
        .extracting(ObjectMeta::name)
        .containsExactly("web-1", "web-2");
    assertThat(store.named("other", "web-")).isEmpty();
  }
}
