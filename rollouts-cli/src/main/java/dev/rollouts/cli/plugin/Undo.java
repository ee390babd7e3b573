package dev.rollouts.cli.plugin;

import dev.rollouts.api.LabelSelector;
import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.api.wire.Wire;
import dev.rollouts.cli.kube.ApiException;
import dev.rollouts.cli.kube.ApiServer;
import dev.rollouts.cli.kube.KubeObject;
import dev.rollouts.cli.kube.Resource;
import dev.rollouts.cli.kube.Selection;
import dev.rollouts.engine.hash.DefaultedTemplate;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code undo} (K-050 to K-056). */
final class Undo {
  private Undo() {}

  static void undo(Session session) {
    Names.check(session.arguments());
    String name = session.argument(0);
    long wanted = session.values().number("to-revision");
    ApiServer server = session.server();
    KubeObject rollout = server.get(Resource.ROLLOUTS, session.namespace(), name);
    KubeObject found = revision(server, session.namespace(), rollout, wanted);
    KubeObject template =
        found
            .child("spec", "template")
            .without("metadata", "labels", RolloutKeys.POD_TEMPLATE_HASH);
    if (rollout.has("spec", "template")
        && !rollout.has("spec", "workloadRef")
        && means(rollout.child("spec", "template"), template)) {
      session
          .surroundings()
          .out()
          .print(
              "skipped rollback (current template already matches revision %d)".formatted(wanted));
      return;
    }
    KubeObject written =
        session.written(
            session.isRehearsal() && !rollout.has("spec", "workloadRef")
                ? rollout.with(template.fields(), "spec", "template")
                : rollout,
            to -> write(to, session.namespace(), rollout, template, wanted));
    session.done(
        written,
        "rollout '%s' undo".formatted(session.shown(name.isEmpty() ? written.name() : name)));
  }

  private static KubeObject revision(
      ApiServer server, String namespace, KubeObject rollout, long wanted) {
    LabelSelector selector =
        Wire.decode(LabelSelector.class, rollout.at("spec", "selector")).value();
    List<KubeObject> candidates =
        server
            .list(
                Resource.REPLICA_SETS,
                namespace,
                Selection.labels(selector.isEmpty() ? "" : selector.toString()))
            .items()
            .stream()
            .filter(each -> isControlled(each, rollout.uid()))
            .filter(each -> number(each).isPresent())
            .sorted(
                Comparator.comparingLong((KubeObject each) -> number(each).orElse(0L)).reversed())
            .toList();
    if (wanted > 0) {
      return candidates.stream()
          .filter(each -> number(each).orElse(0L) == wanted)
          .findFirst()
          .orElseThrow(
              () ->
                  new PluginException(
                      "unable to find specified revision %d in history".formatted(wanted)));
    }
    if (wanted < 0 || candidates.size() < 2) {
      throw new PluginException("no revision found for rollout \"%s\"".formatted(rollout.name()));
    }
    return candidates.get(1);
  }

  private static boolean isControlled(KubeObject replicaSet, String uid) {
    return replicaSet.children("metadata", "ownerReferences").stream()
        .anyMatch(owner -> owner.flag("controller") && owner.text("uid").equals(uid));
  }

  /** 0 without a revision; empty when it is not a number. */
  private static Optional<Long> number(KubeObject replicaSet) {
    String text = replicaSet.annotation(RolloutKeys.REVISION);
    if (text.isEmpty()) {
      return Optional.of(0L);
    }
    return text.matches("-?[0-9]{1,18}") ? Optional.of(Long.valueOf(text)) : Optional.empty();
  }

  /** K-053: whatever the rollout's template says, the other says the same. */
  private static boolean means(KubeObject mine, KubeObject other) {
    return isPartOf(
            mine.without("metadata", "labels", RolloutKeys.POD_TEMPLATE_HASH).fields(),
            other.fields())
        || DefaultedTemplate.same(JsonObject.of(mine.fields()), JsonObject.of(other.fields()));
  }

  private static boolean isPartOf(Object part, Object whole) {
    if (part instanceof Map<?, ?> map) {
      for (Map.Entry<?, ?> each : map.entrySet()) {
        Object value = each.getValue();
        Object other = whole instanceof Map<?, ?> all ? all.get(each.getKey()) : null;
        if (value != null && !isZero(value) && (other == null || !isPartOf(value, other))) {
          return false;
        }
      }
      return true;
    }
    if (part instanceof List<?> list) {
      if (!(whole instanceof List<?> others) || others.size() != list.size()) {
        return list.isEmpty();
      }
      for (int i = 0; i < list.size(); i++) {
        if (!isPartOf(list.get(i), others.get(i))) {
          return false;
        }
      }
      return true;
    }
    return String.valueOf(part).equals(String.valueOf(whole));
  }

  private static boolean isZero(Object value) {
    return value instanceof Map<?, ?> map && map.isEmpty()
        || value instanceof List<?> list && list.isEmpty()
        || value.equals("")
        || value.equals(false)
        || value instanceof Number number && number.doubleValue() == 0;
  }

  private static KubeObject write(
      ApiServer server, String namespace, KubeObject rollout, KubeObject template, long wanted) {
    List<?> patch =
        List.of(Map.of("op", "replace", "path", "/spec/template", "value", template.fields()));
    KubeObject ref = rollout.child("spec", "workloadRef");
    Resource resource = Resource.ROLLOUTS;
    String name = rollout.name();
    if (!ref.fields().isEmpty()) {
      name = ref.text("name");
      resource =
          switch (ref.text("kind")) {
            case "Deployment" -> Resource.DEPLOYMENTS;
            case "ReplicaSet" -> Resource.REPLICA_SETS;
            case "PodTemplate" -> Resource.POD_TEMPLATES;
            default ->
                throw new PluginException(
                    "failed restoring revision %d: workload of type %s is not supported"
                        .formatted(wanted, ref.text("kind")));
          };
      if (resource.equals(Resource.POD_TEMPLATES)) {
        patch = List.of(Map.of("op", "replace", "path", "/template", "value", template.fields()));
      }
    }
    try {
      server.jsonPatch(resource, namespace, name, patch);
      return rollout;
    } catch (ApiException e) {
      throw new PluginException(
          "failed restoring revision %d: %s".formatted(wanted, e.getMessage()));
    }
  }
}
