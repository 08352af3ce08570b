package dev.slipway.gateway.source;

import dev.slipway.contracts.application.Application;
import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.contracts.application.BuildType;
import dev.slipway.contracts.deployment.DeploymentId;
import dev.slipway.contracts.deployment.Trigger;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.gateway.api.Changes;
import dev.slipway.gateway.api.Replies;
import dev.slipway.gateway.api.Stores;
import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Endpoint;
import dev.slipway.gateway.http.Reply;
import dev.slipway.platform.archive.ArchiveLimits;
import dev.slipway.platform.archive.SourceArchive;
import dev.slipway.platform.archive.Unpacked;
import dev.slipway.store.DeploymentStore.Wish;
import dev.slipway.store.SourceArchiveStore;
import dev.slipway.store.SourceArchiveStore.Archive;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.file.AsyncFile;

/**
 * Takes an archive of source in, judges it, and asks for a deployment of it. Archive and deployment
 * are one transaction: no archive is kept that nothing was asked for with.
 */
final class UploadSourceHandler implements Endpoint {
  private final Vertx vertx;
  private final Stores stores;
  private final Changes changes;
  private final Spool spool;

  UploadSourceHandler(Vertx vertx, Stores stores, Changes changes, Spool spool) {
    this.vertx = vertx;
    this.stores = stores;
    this.changes = changes;
    this.spool = spool;
  }

  @Override
  public Future<Reply> answer(Call call) {
    ApplicationId id = new ApplicationId(call.path("id"));
    return stores
        .applications()
        .get(id)
        .map(UploadSourceHandler::requireBuilt)
        .compose(known -> spool.take(call.request()))
        .compose(spooled ->
            judged(spooled)
                .compose(archive -> asked(call, id, spooled, archive))
                .eventually(() -> spool.remove(spooled.file())))
        .compose(made -> stores.deployments().get(new DeploymentId(made)))
        .map(made -> {
          changes.ring(made.id().value());
          return Replies.accepted(made);
        });
  }

  private static Application requireBuilt(Application application) {
    if (application.config().build().type() == BuildType.IMAGE) {
      throw Problem.conflict(
          "not_built",
          "The application runs an existing image; nothing is built from source.",
          "Set build.type to auto or dockerfile first.");
    }
    return application;
  }

  /** Here, so that a bad archive is refused at once; the builder judges it again as it unpacks. */
  private Future<Archive> judged(Spool.Spooled spooled) {
    return vertx
        .executeBlocking(
            () -> new SourceArchive(spooled.file(), ArchiveLimits.DEFAULTS).inspect(), false)
        .map((Unpacked found) -> new Archive(spooled.hash(), spooled.bytes(), found.files()));
  }

  private Future<String> asked(
      Call call, ApplicationId id, Spool.Spooled spooled, Archive archive) {
    Wish wish =
        new Wish(
                Trigger.MANUAL,
                call.caller().name(),
                call.text("title").orElse(null),
                null,
                archive.id())
            .withoutBackups(call.flag("skipBackups"));
    return spool
        .open(spooled)
        .compose(file ->
            changes
                .once(
                    call.with(archive.id()),
                    "source.upload",
                    in ->
                        in.archives()
                            .keep(archive, number -> part(file, number))
                            .compose(kept -> in.deployments().request(id, wish))
                            .map(DeploymentId::value))
                .eventually(file::close));
  }

  private Future<io.vertx.core.buffer.Buffer> part(AsyncFile file, int number) {
    return spool.part(file, (long) number * SourceArchiveStore.PART, SourceArchiveStore.PART);
  }
}
