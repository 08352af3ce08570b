package dev.slipway.runtime.service;

import dev.slipway.docker.EngineEvent;
import java.util.Map;

/**
 * Notices when a container that wants to be on the projects' networks starts: an ingress that was
 * restarted or replaced reaches every task again within a moment.
 */
public final class AttachWatch implements EngineWatch.Listener, AutoCloseable {
  private final Attachments attachments;
  private final EngineWatch watch;

  public AttachWatch(RuntimeParts parts) {
    this.attachments = parts.attachments();
    this.watch =
        new EngineWatch(parts.engine(), Map.of(Labels.ATTACH, parts.installation())).tell(this);
  }

  public void start() {
    watch.start();
  }

  @Override
  public void heard(EngineEvent event) {
    if (event.action().equals("start")) {
      attachments.joinAll();
    }
  }

  @Override
  public void reread() {
    attachments.joinAll();
  }

  @Override
  public void close() {
    watch.close();
  }
}
