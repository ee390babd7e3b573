package dev.rollouts.cli.plugin;

import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.cli.kube.ApiServer;
import dev.rollouts.cli.kube.KubeObject;
import dev.rollouts.cli.kube.Resource;
import dev.rollouts.cli.plugin.SetImage.Image;
import dev.rollouts.cli.plugin.view.Look;
import dev.rollouts.cli.plugin.view.Look.Colour;
import dev.rollouts.cli.plugin.view.StepList;
import dev.rollouts.cli.plugin.view.TemplateDiff;
import dev.rollouts.cli.plugin.view.TemplateDiff.Change;
import dev.rollouts.codec.Document;
import dev.rollouts.codec.Json;
import dev.rollouts.engine.hash.PodTemplateHash;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code diff NAME}: what the next revision changes in the pods, and which steps it takes. */
final class Diff {
  private final Session session;
  private final String name;
  private final List<Image> images;
  private final List<Document> files;
  private final boolean json;

  private Diff(Session session) {
    this.session = session;
    this.name = session.argument(0);
    this.images = session.values().texts("image").stream().map(Simulate::image).toList();
    this.json = Simulate.isJson(Output.of(session), "diff");
    String from = session.values().text("from");
    if (!from.equals("stable") && !from.equals("current")) {
      throw new PluginException(
          "--from %s: choose stable, which is what serves, or current, which is what the spec says now"
              .formatted(from));
    }
    String file = session.values().text("filename");
    this.files = file.isEmpty() ? List.of() : Files.read(file);
  }

  static void rollout(Session session) {
    new Diff(session).run();
  }

  /**
   * Two versions of the pods.
   *
   * @param from what the first is, for people
   * @param to what the second is, for people
   * @param steps whether steps are taken on the way
   */
  private record Versions(
      String from, KubeObject before, String to, KubeObject after, boolean steps) {}

  private void run() {
    ApiServer server = session.server();
    var asked = server.getSoon(Resource.ROLLOUTS, session.namespace(), name);
    var sets = server.listSoon(Resource.REPLICA_SETS, session.namespace(), Gathering.OURS);
    KubeObject rollout = Session.found(Resource.ROLLOUTS, name, asked::get);
    KubeObject wanted = wanted(rollout);
    JsonObject next = JsonObject.of(template(wanted).fields());
    for (Image each : images) {
      next = each.in(next);
    }
    List<KubeObject> own =
        sets.get().stream().filter(each -> each.isOwnedBy(rollout.uid())).toList();
    Versions versions = versions(rollout, own, new KubeObject(next.fields()));
    List<Change> changes = TemplateDiff.between(versions.before(), versions.after());
    List<String> steps = versions.steps() ? StepList.of(wanted.child("spec")) : List.of();
    if (json) {
      session.surroundings().out().print(Json.writePretty(tree(versions, changes, steps)));
    } else {
      print(versions, changes, steps);
    }
  }

  // --- what is compared

  /** The rollout as it will be: that of the file, or the one that is there. */
  private KubeObject wanted(KubeObject rollout) {
    if (files.isEmpty()) {
      return rollout;
    }
    List<KubeObject> found =
        files.stream()
            .map(each -> KubeObject.of(each.tree()))
            .filter(each -> each.kind().equals("Rollout") && each.name().equals(name))
            .toList();
    if (found.size() != 1) {
      throw new PluginException(
          "%s: expected one Rollout called %s, found %d; name another file"
              .formatted(session.values().text("filename"), name, found.size()));
    }
    return found.get(0);
  }

  /** The pod template: its own, or that of the workload that it refers to. */
  private KubeObject template(KubeObject rollout) {
    KubeObject ref = rollout.child("spec", "workloadRef");
    if (ref.fields().isEmpty()) {
      return rollout.child("spec", "template");
    }
    KubeObject workload =
        files.stream()
            .map(each -> KubeObject.of(each.tree()))
            .filter(each -> each.kind().equals(ref.text("kind")))
            .filter(each -> each.name().equals(ref.text("name")))
            .findFirst()
            .orElseGet(
                () ->
                    session
                        .server()
                        .get(
                            Resource.of(ref.text("apiVersion"), ref.text("kind")),
                            session.namespace(),
                            ref.text("name")));
    return workload.kind().equals("PodTemplate")
        ? workload.child("template")
        : workload.child("spec", "template");
  }

  private Versions versions(KubeObject rollout, List<KubeObject> sets, KubeObject next) {
    String stable = rollout.text("status", "stableRS");
    Integer collisions =
        rollout.has("status", "collisionCount")
            ? (int) rollout.number("status", "collisionCount")
            : null;
    String hash = PodTemplateHash.of(JsonObject.of(next.fields()), collisions);
    Optional<KubeObject> there = set(sets, hash);
    boolean back = !stable.isEmpty() && hash.equals(stable);
    String to =
        back
            ? "the stable version itself: no new revision, and no steps"
            : there.map(each -> "%s, which exists".formatted(shown(each))).orElse("a new revision");
    boolean steps = !back && !stable.isEmpty();
    if (session.values().text("from").equals("current")) {
      return new Versions("the current spec", template(rollout), to, next, steps);
    }
    Optional<KubeObject> serving = set(sets, stable);
    if (serving.isEmpty()) {
      return new Versions(
          stable.isEmpty()
              ? "nothing: there is no stable version yet"
              : "nothing: the stable version has gone",
          KubeObject.empty(),
          to,
          next,
          steps);
    }
    KubeObject clean =
        TemplateDiff.cleaned(
            serving.get().child("spec", "template"), next, rollout.child("spec", "strategy"));
    return new Versions(shown(serving.get()) + ", stable", clean, to, next, steps);
  }

  private static Optional<KubeObject> set(List<KubeObject> sets, String hash) {
    return sets.stream()
        .filter(each -> !hash.isEmpty() && each.label(RolloutKeys.POD_TEMPLATE_HASH).equals(hash))
        .findFirst();
  }

  private static String shown(KubeObject replicaSet) {
    return "revision %s (%s)"
        .formatted(replicaSet.annotation(RolloutKeys.REVISION), replicaSet.name());
  }

  // --- what is said

  private void print(Versions versions, List<Change> changes, List<String> steps) {
    Look look = session.look();
    session.out(look.shown("Rollout " + name));
    session.out(look.shown("from  " + versions.from()));
    session.out(look.shown("to    " + versions.to()));
    session.out("");
    if (changes.isEmpty()) {
      session.out("Pods: nothing changes");
    } else {
      session.out("Pods:");
      for (Change each : changes) {
        line(look, Colour.RED, "- ", each.path(), each.before());
        line(look, Colour.GREEN, "+ ", each.path(), each.after());
      }
    }
    if (!steps.isEmpty() && !changes.isEmpty()) {
      session.out("");
      session.out("Steps:");
      for (int i = 0; i < steps.size(); i++) {
        session.out(look.shown("%3d  %s".formatted(i + 1, steps.get(i))));
      }
    }
  }

  private void line(Look look, Colour colour, String sign, String path, @Nullable String value) {
    if (value != null) {
      session.out(look.paint(colour, look.shown(sign + path + ": " + value)));
    }
  }

  private Map<String, @Nullable Object> tree(
      Versions versions, List<Change> changes, List<String> steps) {
    Map<String, @Nullable Object> tree = new LinkedHashMap<>();
    tree.put("rollout", name);
    tree.put("from", versions.from());
    tree.put("to", versions.to());
    List<Object> listed = new ArrayList<>();
    for (Change each : changes) {
      Map<String, @Nullable Object> change = new LinkedHashMap<>();
      change.put("path", each.path());
      change.put("before", each.before());
      change.put("after", each.after());
      listed.add(change);
    }
    tree.put("changes", listed);
    tree.put("steps", changes.isEmpty() ? List.of() : steps);
    return tree;
  }
}
