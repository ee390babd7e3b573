package dev.rollouts.engine.rollout.validation;

import dev.rollouts.api.rollout.BlueGreenStrategy;
import dev.rollouts.api.rollout.CanaryStrategy;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.RolloutAnalysis;
import dev.rollouts.api.rollout.routing.AlbRouting;
import dev.rollouts.api.rollout.routing.AppMeshRouting;
import dev.rollouts.api.rollout.routing.IstioRouting;
import dev.rollouts.api.rollout.routing.IstioVirtualService;
import dev.rollouts.api.rollout.routing.NginxRouting;
import dev.rollouts.api.rollout.routing.TrafficRouting;
import dev.rollouts.engine.cluster.ClusterObjects;
import dev.rollouts.engine.cluster.ObjectKey;
import dev.rollouts.engine.traffic.ForeignObjects;
import dev.rollouts.engine.traffic.IstioRouter;
import dev.rollouts.engine.traffic.RouterSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a rollout refers to, in the order in which validation looks it up. */
final class References {
  private static final Place STRATEGY = Place.of("spec").key("strategy");
  private static final Place CANARY = STRATEGY.key("canary");
  private static final Place ROUTING = CANARY.key("trafficRouting");

  private final String namespace;
  private final RouterSettings settings;
  private final @Nullable BlueGreenStrategy blueGreen;
  private final @Nullable CanaryStrategy canary;
  private final @Nullable TrafficRouting routing;

  References(Rollout rollout, RouterSettings settings) {
    this.namespace = rollout.metadata().namespace();
    this.settings = settings;
    this.blueGreen = rollout.spec().strategy().blueGreen();
    this.canary = rollout.spec().strategy().canary();
    this.routing = canary == null ? null : canary.trafficRouting();
  }

  /** An object by name, and the field that names it. */
  record Named(Place place, String name, ObjectKey key) {}

  /**
   * An analysis and the list of its templates.
   *
   * @param background whether it runs beside the steps, so that it need not end
   */
  record Analysis(Place place, RolloutAnalysis analysis, boolean background) {}

  /** Row 50. */
  List<Named> services() {
    List<Named> services = new ArrayList<>();
    if (blueGreen != null) {
      Place place = STRATEGY.key("blueGreen");
      service(place.key("activeService"), blueGreen.activeService(), services);
      service(place.key("previewService"), blueGreen.previewService(), services);
    } else if (canary != null) {
      service(CANARY.key("stableService"), canary.stableService(), services);
      service(CANARY.key("canaryService"), canary.canaryService(), services);
      if (canary.pingPong() != null) {
        Place place = CANARY.key("pingPong");
        service(place.key("pingService"), canary.pingPong().pingService(), services);
        service(place.key("pongService"), canary.pingPong().pongService(), services);
      }
    }
    return services;
  }

  private void service(Place place, String name, List<Named> services) {
    if (!name.isEmpty()) {
      services.add(new Named(place, name, ObjectKey.service(namespace, name)));
    }
  }

  /** Row 51. */
  List<Analysis> analyses() {
    List<Analysis> analyses = new ArrayList<>();
    if (blueGreen != null) {
      Place place = STRATEGY.key("blueGreen");
      analysis(place.key("prePromotionAnalysis"), blueGreen.prePromotionAnalysis(), analyses);
      analysis(place.key("postPromotionAnalysis"), blueGreen.postPromotionAnalysis(), analyses);
    } else if (canary != null) {
      for (int i = 0; i < canary.steps().size(); i++) {
        analysis(
            CANARY.key("steps").index(i).key("analysis"),
            canary.steps().get(i).analysis(),
            analyses);
      }
      if (canary.analysis() != null) {
        analyses.add(
            new Analysis(
                CANARY.key("analysis").key("templates"), canary.analysis().analysis(), true));
      }
    }
    return analyses;
  }

  private static void analysis(
      Place place, @Nullable RolloutAnalysis analysis, List<Analysis> analyses) {
    if (analysis != null) {
      analyses.add(new Analysis(place.key("templates"), analysis, false));
    }
  }

  /** Row 54: of two routers with Ingresses only those of the ALB are looked up. */
  List<Named> ingresses() {
    List<Named> ingresses = new ArrayList<>();
    AlbRouting alb = alb();
    NginxRouting nginx = nginx();
    if (alb != null) {
      Place place = ROUTING.key("alb");
      ingress(place.key("ingress"), alb.ingress(), ingresses);
      ingresses(place.key("ingresses"), alb.ingresses(), ingresses);
    } else if (nginx != null) {
      Place place = ROUTING.key("nginx");
      ingress(place.key("stableIngress"), nginx.stableIngress(), ingresses);
      ingresses(
          place.shown("StableIngresses").hidden("stableIngresses"),
          nginx.stableIngresses(),
          ingresses);
    }
    return ingresses;
  }

  /** The Service that some rule of each Ingress must lead to. */
  String ingressService() {
    AlbRouting alb = alb();
    String stable = canary == null ? "" : canary.stableService();
    return alb == null || alb.rootService().isEmpty() ? stable : alb.rootService();
  }

  private void ingresses(Place place, @Nullable List<String> names, List<Named> ingresses) {
    if (names != null) {
      for (int i = 0; i < names.size(); i++) {
        ingress(place.hidden(i), names.get(i), ingresses);
      }
    }
  }

  private void ingress(Place place, String name, List<Named> ingresses) {
    if (!name.isEmpty()) {
      ingresses.add(
          new Named(
              place,
              name,
              new ObjectKey(settings.ingressApiVersion(), "Ingress", namespace, name)));
    }
  }

  /** A VirtualService by name, and what the rollout says about it. */
  record Routed(Named named, IstioVirtualService settings) {}

  /** Row 56. */
  List<Routed> virtualServices() {
    List<Routed> virtualServices = new ArrayList<>();
    IstioRouting istio = istio();
    if (istio == null) {
      return virtualServices;
    }
    Place place = ROUTING.key("istio");
    if (istio.virtualServices() != null) {
      for (int i = 0; i < istio.virtualServices().size(); i++) {
        virtualService(
            place.key("virtualServices").hidden(i).key("name"),
            istio.virtualServices().get(i),
            virtualServices);
      }
    } else if (istio.virtualService() != null) {
      virtualService(
          place.key("virtualService").key("name"), istio.virtualService(), virtualServices);
    }
    return virtualServices;
  }

  private void virtualService(
      Place place, IstioVirtualService reference, List<Routed> virtualServices) {
    ObjectKey key = IstioRouter.key(reference, namespace, settings);
    virtualServices.add(new Routed(new Named(place, key.name(), key), reference));
  }

  /** Why the rollout may not have an object of another namespace changed (T-400). */
  Optional<String> refusal(ObjectKey key, ClusterObjects objects) {
    return ForeignObjects.refusal(key, namespace, objects, settings);
  }

  /** Row 57. */
  List<Named> mappings() {
    List<Named> mappings = new ArrayList<>();
    if (routing != null && routing.ambassador() != null) {
      Place place = ROUTING.key("ambassador").key("mappings");
      List<String> names = routing.ambassador().mappings();
      for (int i = 0; i < names.size(); i++) {
        mappings.add(
            new Named(
                place.hidden(i),
                names.get(i),
                new ObjectKey(
                    settings.ambassadorApiVersion(), "Mapping", namespace, names.get(i))));
      }
    }
    return mappings;
  }

  /** Row 58: the virtual service; which router it has stands in it. */
  List<Named> meshServices() {
    AppMeshRouting appMesh = routing == null ? null : routing.appMesh();
    if (appMesh == null || appMesh.virtualService() == null) {
      return List.of();
    }
    String name = appMesh.virtualService().name();
    return List.of(
        new Named(
            meshPlace(),
            name,
            new ObjectKey(
                "appmesh.k8s.aws/" + settings.appMeshApiVersion(),
                "VirtualService",
                namespace,
                name)));
  }

  static Place meshPlace() {
    return ROUTING.shown("appmesh").hidden("appMesh").key("virtualService");
  }

  static Place routingPlace() {
    return ROUTING;
  }

  @Nullable AlbRouting alb() {
    return routing == null ? null : routing.alb();
  }

  @Nullable NginxRouting nginx() {
    return routing == null ? null : routing.nginx();
  }

  @Nullable IstioRouting istio() {
    return routing == null ? null : routing.istio();
  }

  @Nullable TrafficRouting routing() {
    return routing;
  }

  /** Everything with a name, but for what other objects lead to. */
  Stream<Named> objects() {
    return Stream.concat(
        Stream.of(services(), ingresses(), mappings(), meshServices()).flatMap(List::stream),
        virtualServices().stream().map(Routed::named));
  }
}
