package dev.rollouts.engine.rollout.children;

import dev.rollouts.api.KubernetesObject;
import dev.rollouts.api.ObjectMeta;
import java.util.List;
import java.util.Map;

/** Metadata of objects that another object makes and controls. */
public final class Owners {
  private Owners() {}

  /** Metadata of an object that {@code owner} controls, in the owner's namespace. */
  public static ObjectMeta child(
      KubernetesObject owner,
      String name,
      Map<String, String> labels,
      Map<String, String> annotations) {
    return ObjectMeta.named(name)
        .inNamespace(owner.metadata().namespace())
        .with(labels, annotations, List.of(reference(owner)));
  }

  /** The reference that makes {@code owner} the controller of an object. */
  public static ObjectMeta.OwnerReference reference(KubernetesObject owner) {
    return new ObjectMeta.OwnerReference(
        KubernetesObject.API_VERSION,
        owner.kind(),
        owner.metadata().name(),
        owner.metadata().uid(),
        true,
        true);
  }

  /** Whether {@code owner} controls the object. An owner without uid controls nothing. */
  public static boolean isControlledBy(ObjectMeta child, ObjectMeta owner) {
    return !owner.uid().isEmpty() && owner.uid().equals(child.controllerUid());
  }
}
