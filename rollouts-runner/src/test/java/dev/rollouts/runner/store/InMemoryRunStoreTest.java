package dev.rollouts.runner.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollouts.api.ObjectMeta;
import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.AnalysisRun;
import dev.rollouts.api.analysis.AnalysisRunStatus;
import dev.rollouts.api.analysis.AnalysisSpec;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class InMemoryRunStoreTest {
  @Test
  void theFirstToSaveWins() {
    InMemoryRunStore store = new InMemoryRunStore();
    SavedRun first = store.save(SavedRun.fresh(run("a", "u-1"))).orElseThrow();

    assertThat(store.save(SavedRun.fresh(run("a", "u-1")))).isEmpty();
    assertThat(store.save(first)).map(SavedRun::version).contains(2L);
    assertThat(store.save(first)).isEmpty();
  }

  @Test
  void aRunThatWasDeletedIsNotSavedAgain() {
    InMemoryRunStore store = new InMemoryRunStore();
    SavedRun first = store.save(SavedRun.fresh(run("a", "u-1"))).orElseThrow();

    store.delete("a", "u-2");
    assertThat(store.names()).containsExactly("a");
    store.delete("a", "u-1");
    assertThat(store.save(first)).isEmpty();
    store.save(SavedRun.fresh(run("a", "u-2")));
    assertThat(store.save(first)).isEmpty();
  }

  @Test
  void onlyTheNewestCompletedRunsAreKept() {
    InMemoryRunStore store = new InMemoryRunStore(2);
    for (String name : List.of("a", "b", "c", "d")) {
      SavedRun running = store.save(SavedRun.fresh(run(name, name))).orElseThrow();
      if (!name.equals("b")) {
        store.save(new SavedRun(completed(running.run()), running.version()));
      }
    }

    assertThat(store.names()).containsExactlyInAnyOrder("b", "c", "d");
  }

  @Test
  void anImpossibleBoundIsRefused() {
    assertThatThrownBy(() -> new InMemoryRunStore(-1))
        .hasMessage("completedMax: must be 0 or more, was -1");
  }

  private static AnalysisRun run(String name, String uid) {
    return new AnalysisRun(
        ObjectMeta.named(name).withUid(uid),
        new AnalysisSpec(List.of(), List.of(), false, List.of(), List.of(), null),
        null);
  }

  private static AnalysisRun completed(AnalysisRun run) {
    return run.withStatus(
        new AnalysisRunStatus(
            AnalysisPhase.SUCCESSFUL, "", Instant.EPOCH, Instant.EPOCH, null, null, List.of()));
  }
}
