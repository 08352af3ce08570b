package dev.slipway.runtime;

import dev.slipway.contracts.deployment.Release;
import dev.slipway.contracts.deployment.ReleaseState;
import dev.slipway.contracts.runtime.RuntimeContract.Readiness;
import dev.slipway.contracts.runtime.RuntimeContract.ReleaseReady;
import dev.slipway.docker.DockerEngine;
import dev.slipway.runtime.service.Images;
import dev.slipway.store.ReleaseStore;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;

/** Answers whether a release could serve again, from the engine and not from memory. */
final class ReleaseReadiness {
  private final Vertx vertx;
  private final ReleaseStore releases;
  private final DockerEngine engine;
  private final boolean registry;

  ReleaseReadiness(Vertx vertx, ReleaseStore releases, DockerEngine engine, boolean registry) {
    this.vertx = vertx;
    this.releases = releases;
    this.engine = engine;
    this.registry = registry;
  }

  Future<Readiness> answer(ReleaseReady question) {
    return releases.get(question.releaseId()).compose(this::look);
  }

  private Future<Readiness> look(Release release) {
    if (release.state() == ReleaseState.REMOVED) {
      return Future.succeededFuture(
          no("Release " + release.number() + " is not kept any more; only the last 10 are."));
    }
    if (registry) {
      return Future.succeededFuture(new Readiness(true, null));
    }
    Promise<Readiness> answer = Promise.promise();
    var context = vertx.getOrCreateContext();
    Thread.ofVirtual()
        .start(() -> {
          try {
            Readiness found = onEngine(release);
            context.runOnContext(back -> answer.complete(found));
          } catch (RuntimeException e) {
            context.runOnContext(back -> answer.fail(e));
          }
        });
    return answer.future();
  }

  private Readiness onEngine(Release release) {
    return Images.of(engine, release).isPresent()
        ? new Readiness(true, null)
        : no(
            "The image of release "
                + release.number()
                + " is not on the engine any more; deploy its commit again.");
  }

  private static Readiness no(String reason) {
    return new Readiness(false, reason);
  }
}
