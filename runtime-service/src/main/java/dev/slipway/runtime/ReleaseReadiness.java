package dev.slipway.runtime;

import dev.slipway.contracts.deployment.Release;
import dev.slipway.contracts.deployment.ReleaseState;
import dev.slipway.contracts.runtime.RuntimeContract.Readiness;
import dev.slipway.contracts.runtime.RuntimeContract.ReleaseReady;
import dev.slipway.runtime.service.Images;
import dev.slipway.store.ReleaseStore;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;

/** Answers whether a release could serve again, from engine and registry and not from memory. */
final class ReleaseReadiness {
  private final Vertx vertx;
  private final ReleaseStore releases;
  private final Images images;

  ReleaseReadiness(Vertx vertx, ReleaseStore releases, Images images) {
    this.vertx = vertx;
    this.releases = releases;
    this.images = images;
  }

  Future<Readiness> answer(ReleaseReady question) {
    return releases.get(question.releaseId()).compose(this::look);
  }

  private Future<Readiness> look(Release release) {
    if (release.state() == ReleaseState.REMOVED) {
      return Future.succeededFuture(
          new Readiness(
              false,
              "Release " + release.number() + " is not kept any more; only the last 10 are."));
    }
    Promise<Readiness> answer = Promise.promise();
    var context = vertx.getOrCreateContext();
    Thread.ofVirtual()
        .start(() -> {
          try {
            String missing = images.missing(release);
            context.runOnContext(back -> answer.complete(new Readiness(missing == null, missing)));
          } catch (RuntimeException e) {
            context.runOnContext(back -> answer.fail(e));
          }
        });
    return answer.future();
  }
}
