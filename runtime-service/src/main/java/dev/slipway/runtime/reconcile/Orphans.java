package dev.slipway.runtime.reconcile;

import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.contracts.deployment.ReleaseId;
import dev.slipway.docker.ServiceInfo;
import dev.slipway.runtime.Stores;
import dev.slipway.runtime.service.Labels;
import dev.slipway.runtime.service.Launcher;
import dev.slipway.runtime.service.Warrant;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes services of ours whose release is gone: leftovers of an owner that was killed or fenced
 * out in the middle of making one. Only after a grace time, and never of an application a saga
 * works on.
 */
final class Orphans {
  private static final Logger LOG = LoggerFactory.getLogger(Orphans.class);
  static final Duration GRACE = Duration.ofSeconds(60);

  private final Stores stores;
  private final Launcher launcher;
  private final Warrant warrant;
  private final LongSupplier nanos;
  private final Map<String, Long> firstSeen = new HashMap<>();

  Orphans(ReconcileParts parts, LongSupplier nanos) {
    this.stores = parts.stores();
    this.launcher = parts.launcher();
    this.warrant = parts.warrant();
    this.nanos = nanos;
  }

  void pass(Picture picture) {
    List<ServiceInfo> services = picture.services();
    if (services == null) {
      return;
    }
    Set<ReleaseId> present = stores.serving().present().await();
    Set<String> seen = new HashSet<>();
    for (ServiceInfo service : services) {
      ReleaseId release = Labels.release(service.labels());
      ApplicationId application = Labels.application(service.labels());
      boolean orphan =
          release != null
              && application != null
              && !present.contains(release)
              && !picture.inHands().contains(application);
      if (orphan) {
        seen.add(service.name());
        consider(service);
      }
    }
    firstSeen.keySet().retainAll(seen);
  }

  private void consider(ServiceInfo service) {
    long since = firstSeen.computeIfAbsent(service.name(), name -> nanos.getAsLong());
    if (nanos.getAsLong() - since >= GRACE.toNanos()) {
      LOG.info("Service {} belongs to no release: removed", service.name());
      launcher.remove(service, warrant);
      firstSeen.remove(service.name());
    }
  }
}
