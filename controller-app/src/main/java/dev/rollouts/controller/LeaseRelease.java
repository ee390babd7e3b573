package dev.rollouts.controller;

import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.controller.kube.Api;
import dev.rollouts.controller.kube.ApiException;
import dev.rollouts.engine.cluster.ClusterObjects;
import dev.rollouts.engine.cluster.ObjectKey;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives a Lease back, as {@code client-go} does: without a holder, and short. */
final class LeaseRelease {
  private static final Logger LOG = LoggerFactory.getLogger(LeaseRelease.class);
  private static final DateTimeFormatter MICROSECONDS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

  private LeaseRelease() {}

  /** Gives the Lease back if this identity holds it; when that fails, it runs out by itself. */
  static void of(Api api, String namespace, String name, String identity) {
    ObjectKey key = new ObjectKey("coordination.k8s.io/v1", "Lease", namespace, name);
    try {
      Optional<JsonObject> lease = api.get(key);
      if (lease.isEmpty() || !identity.equals(lease.get().at("spec", "holderIdentity"))) {
        return;
      }
      String now = MICROSECONDS.format(Instant.now());
      api.patch(
          key,
          "",
          Map.of(
              "metadata",
              Map.of("resourceVersion", ClusterObjects.metadata(lease.get()).resourceVersion()),
              "spec",
              Map.of(
                  "holderIdentity",
                  "",
                  "leaseDurationSeconds",
                  1,
                  "acquireTime",
                  now,
                  "renewTime",
                  now)));
      LOG.info("the Lease {}/{} is given back", namespace, name);
    } catch (ApiException | RuntimeException e) {
      LOG.warn("the Lease {}/{} runs out by itself: {}", namespace, name, e.getMessage());
    }
  }
}
