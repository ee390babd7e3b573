package dev.rollouts.engine.rollout.validation;

import dev.rollouts.api.analysis.AnalysisTemplateSpec;
import dev.rollouts.api.analysis.TemplateRef;
import dev.rollouts.api.rollout.routing.AlbRouting;
import dev.rollouts.api.rollout.routing.AppMeshRouting;
import dev.rollouts.api.rollout.routing.IstioRouting;
import dev.rollouts.api.rollout.routing.NginxRouting;
import dev.rollouts.api.rollout.routing.TrafficRouting;
import dev.rollouts.engine.cluster.ObjectKey;
import dev.rollouts.engine.rollout.RolloutObservations;
import dev.rollouts.engine.rollout.validation.References.Named;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Whether what a rollout refers to is there: rows 50 to 58. */
final class LookupRules {
  private final References references;
  private final RolloutObservations seen;
  private final FieldErrors errors;

  LookupRules(References references, RolloutObservations seen, FieldErrors errors) {
    this.references = references;
    this.seen = seen;
    this.errors = errors;
  }

  void check() {
    references.services().forEach(each -> find(each, "service"));
    for (References.Analysis each : references.analyses()) {
      Set<TemplateRef> visited = new HashSet<>();
      for (TemplateRef ref : each.analysis().templates()) {
        find(ref, each.place(), false, visited);
      }
    }
    checkIngressFields();
    references.ingresses().forEach(each -> find(each, "ingress"));
    checkIstioFields();
    references.virtualServices().forEach(each -> findElsewhere(each.named()));
    checkMesh();
  }

  private void find(Named each, String resource) {
    if (seen.objects().find(each.key()).isEmpty()) {
      errors.absent(each.place(), each.name(), notFound(each.key(), resource));
    }
  }

  private String notFound(ObjectKey key, String resource) {
    String group = key.group();
    String text =
        "%s \"%s\" not found"
            .formatted(group.isEmpty() ? resource : resource + "." + group, key.name());
    return seen.objects().unserved(key).map(why -> text + ": " + why).orElse(text);
  }

  /** An object that may be in another namespace, where the rollout may have no say. */
  private void findElsewhere(Named each) {
    Optional<String> refusal = references.refusal(each.key(), seen.objects());
    if (refusal.isPresent()) {
      errors.invalid(each.place(), each.name(), refusal.get());
    } else {
      find(each, "virtualservices");
    }
  }

  private void find(TemplateRef ref, Place place, boolean nested, Set<TemplateRef> visited) {
    if (!visited.add(ref)) {
      return;
    }
    AnalysisTemplateSpec template = seen.templates().get(ref);
    if (template == null) {
      String detail =
          "%s '%s' not found"
              .formatted(
                  ref.isClusterScoped() ? "ClusterAnalysisTemplate" : "AnalysisTemplate",
                  ref.templateName());
      errors.elsewhere(
          nested ? "spec.templates" : place.field(), place, ref.templateName(), detail, true);
      return;
    }
    template.templates().forEach(each -> find(each, place, true, visited));
  }

  private void checkIngressFields() {
    NginxRouting nginx = references.nginx();
    if (nginx != null) {
      checkOne(
          !nginx.stableIngress().isEmpty(),
          nginx.stableIngresses() != null,
          References.routingPlace().key("nginx"),
          "Either StableIngress or StableIngresses must be configured.");
    }
    AlbRouting alb = references.alb();
    if (alb != null) {
      checkOne(
          !alb.ingress().isEmpty(),
          alb.ingresses() != null,
          References.routingPlace().key("alb"),
          "Either Ingress or Ingresses must be configured.");
    }
  }

  private void checkOne(boolean one, boolean several, Place place, String detail) {
    if (one && several) {
      errors.internal(place, detail + " Both are configured.");
    } else if (!one && !several) {
      errors.internal(place, detail + " Neither are configured.");
    }
  }

  private void checkIstioFields() {
    IstioRouting istio = references.istio();
    if (istio != null && (istio.virtualService() != null) == (istio.virtualServices() != null)) {
      errors.internal(
          References.routingPlace().key("istio"),
          "either VirtualService or VirtualServices must be configured");
    }
  }

  private void checkMesh() {
    TrafficRouting routing = references.routing();
    if (routing == null) {
      return;
    }
    if (routing.ambassador() != null && routing.ambassador().mappings().isEmpty()) {
      errors.invalid(
          References.routingPlace().key("ambassador").key("mappings"),
          List.of(),
          "must provide at least one mapping");
    }
    references.mappings().forEach(each -> find(each, "mappings"));
    AppMeshRouting appMesh = routing.appMesh();
    if (appMesh == null) {
      return;
    }
    if (appMesh.virtualService() == null) {
      errors.invalid(References.meshPlace(), null, "must provide virtual-service");
      return;
    }
    Named service = references.meshServices().get(0);
    find(service, "virtualservices");
    router(service, seen).ifPresent(key -> checkRouter(service, key));
  }

  private void checkRouter(Named service, ObjectKey key) {
    Optional<String> refusal = references.refusal(key, seen.objects());
    if (refusal.isPresent()) {
      errors.invalid(service.place(), service.name(), refusal.get());
    } else if (seen.objects().find(key).isEmpty()) {
      errors.absent(service.place(), service.name(), notFound(key, "virtualrouters"));
    }
  }

  /** The virtual router that a virtual service names, if it is there and names one. */
  static Optional<ObjectKey> router(Named service, RolloutObservations seen) {
    return seen.objects()
        .find(service.key())
        .map(tree -> tree.at("spec", "provider", "virtualRouter", "virtualRouterRef"))
        .filter(Map.class::isInstance)
        .map(Map.class::cast)
        .filter(ref -> ref.get("name") instanceof String)
        .map(
            ref ->
                new ObjectKey(
                    service.key().apiVersion(),
                    "VirtualRouter",
                    ref.get("namespace") instanceof String namespace
                        ? namespace
                        : service.key().namespace(),
                    String.valueOf(ref.get("name"))));
  }
}
