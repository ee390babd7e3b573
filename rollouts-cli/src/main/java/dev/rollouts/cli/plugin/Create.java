package dev.rollouts.cli.plugin;

import dev.rollouts.cli.kube.KubeObject;
import dev.rollouts.cli.kube.Resource;
import dev.rollouts.cli.plugin.view.RolloutView;
import dev.rollouts.codec.Document;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code create -f} (K-150 to K-155). */
final class Create {
  private record Wanted(Resource resource, KubeObject object) {}

  private Create() {}

  static void files(Session session) {
    List<String> files = session.values().texts("filename");
    if (files.isEmpty()) {
      throw PluginException.misused();
    }
    boolean watch = session.values().flag("watch");
    if (watch && files.size() > 1) {
      throw new PluginException("Cannot watch multiple resources");
    }
    // All files are read before the first object is created.
    List<Wanted> wanted = new ArrayList<>();
    for (String file : files) {
      List<Document> documents = Files.read(file);
      if (documents.isEmpty()) {
        throw new PluginException(file + ": there is no object in there");
      }
      documents.forEach(each -> wanted.add(wanted(each)));
    }
    if (watch && (wanted.size() > 1 || !isWatchable(wanted.get(0)))) {
      throw new PluginException(
          wanted.size() > 1
              ? "Cannot watch multiple resources"
              : "Can only watch resources of type Rollout or Experiment");
    }
    KubeObject last = KubeObject.empty();
    for (Wanted each : wanted) {
      last = create(session, each);
      session.done(
          last,
          "%s.argoproj.io/%s created"
              .formatted(each.resource().singular(), session.shown(last.name())));
    }
    if (watch && DryRun.of(session.values()) == DryRun.NONE) {
      session.surroundings().out().flush();
      Resource resource = wanted.get(0).resource();
      Get.watch(
          session,
          resource,
          last.name(),
          resource.equals(Resource.ROLLOUTS) ? RolloutView::ofRollout : RolloutView::ofExperiment);
    }
  }

  private static boolean isWatchable(Wanted wanted) {
    return wanted.resource().equals(Resource.ROLLOUTS)
        || wanted.resource().equals(Resource.EXPERIMENTS);
  }

  private static Wanted wanted(Document document) {
    KubeObject object = object(document);
    String version = document.apiVersion();
    String group = version.contains("/") ? version.substring(0, version.indexOf('/')) : "";
    if (!group.equals("argoproj.io")) {
      throw unsupported(group, document.kind());
    }
    return new Wanted(
        Resource.ofOurs(document.kind()).orElseThrow(() -> unsupported(group, document.kind())),
        object);
  }

  private static PluginException unsupported(String group, String kind) {
    return new PluginException("creates of %s/%s unsupported".formatted(group, kind));
  }

  /** What a file says, whole. */
  static KubeObject object(Document document) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("apiVersion", document.apiVersion());
    fields.put("kind", document.kind());
    fields.putAll(document.tree());
    return new KubeObject(fields);
  }

  private static KubeObject create(Session session, Wanted wanted) {
    String own = wanted.object().namespace();
    return session.written(
        wanted.object(),
        server ->
            server.create(
                wanted.resource(), own.isEmpty() ? session.namespace() : own, wanted.object()));
  }
}
