package dev.rollouts.cli.plugin;

import dev.rollouts.cli.kube.ApiException;
import dev.rollouts.cli.kube.KubeException;
import dev.rollouts.cli.kube.KubeObject;
import dev.rollouts.cli.kube.ObjectList;
import dev.rollouts.cli.kube.Resource;
import dev.rollouts.cli.kube.Selection;
import dev.rollouts.cli.kube.Watch;
import dev.rollouts.cli.plugin.view.Lists;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A line for each change of a cell, below the table (K-135). */
final class ListWatch {
  private static final int FAILURES_MAX = 5;
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final Session session;
  private final Lists lists;
  private final String namespace;
  private final Selection selection;
  private final Pulse pulse = new Pulse();
  private final Map<String, List<String>> printed = new HashMap<>();
  private String version = "";
  private volatile Optional<Watch> open = Optional.empty();

  ListWatch(Session session, Lists lists, String namespace, Selection selection) {
    this.session = session;
    this.lists = lists;
    this.namespace = namespace;
    this.selection = selection;
  }

  /** Goes on until somebody interrupts, or the API server stays away. */
  void run(ObjectList listed) {
    version = listed.resourceVersion();
    listed.items().forEach(each -> printed.put(key(each), lists.rolloutCells(each)));
    session.surroundings().out().flush();
    Runnable undo =
        session
            .surroundings()
            .interrupts()
            .onInterrupt(
                () -> {
                  pulse.end();
                  open.ifPresent(Watch::close);
                });
    try {
      int failures = 0;
      while (!pulse.isEnded()) {
        try {
          follow();
          failures = 0;
        } catch (KubeException | UncheckedIOException e) {
          if (!pulse.isEnded()) {
            failures++;
            fail(failures, e);
          }
        }
      }
    } finally {
      undo.run();
    }
  }

  private void fail(int failures, RuntimeException e) {
    if (failures > FAILURES_MAX) {
      throw new PluginException(String.valueOf(e.getMessage()));
    }
    session.err(Logs.line(session.now(), "warning", String.valueOf(e.getMessage())));
    if (e instanceof ApiException refused && refused.isExpired()) {
      relist();
    }
    pulse.rest(PAUSE);
  }

  private void relist() {
    try {
      ObjectList now = session.server().following().list(Resource.ROLLOUTS, namespace, selection);
      now.items().forEach(this::show);
      version = now.resourceVersion();
    } catch (KubeException e) {
      session.err(Logs.line(session.now(), "warning", e.getMessage()));
    }
  }

  private void follow() {
    try (Watch watch = session.server().watch(Resource.ROLLOUTS, namespace, selection, version)) {
      open = Optional.of(watch);
      Optional<Watch.Event> event = pulse.isEnded() ? Optional.empty() : watch.next();
      while (event.isPresent()) {
        version = event.get().object().resourceVersion();
        if (!event.get().isBookmark()) {
          show(event.get().object());
        }
        event = watch.next();
      }
    }
  }

  private void show(KubeObject rollout) {
    List<String> cells = lists.rolloutCells(rollout);
    if (!cells.equals(printed.put(key(rollout), cells))) {
      Lists.aligned(List.of(lists.rolloutRow(rollout, session.now()))).forEach(session::out);
      session.surroundings().out().flush();
    }
  }

  private static String key(KubeObject object) {
    return object.namespace() + "/" + object.name();
  }
}
