package dev.slipway.backup;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the backups' schedules. There are none yet: this is the place they will run in. */
public final class BackupService extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(BackupService.class);

  @Override
  public Future<?> start() {
    LOG.info("No schedules are kept");
    return Future.succeededFuture();
  }
}
