package dev.slipway.runtime.service;

import dev.slipway.docker.ContainerInfo;
import dev.slipway.docker.DockerEngine;
import dev.slipway.docker.DockerProblem;
import dev.slipway.store.DatabaseServerStore;
import dev.slipway.store.RestartStore;
import dev.slipway.store.VolumeStore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what rows ask of this node, and only this node's engine can do: ends ill replicas, removes
 * the volumes of applications and databases that are gone. Doing it twice is doing it once, so no
 * lease is needed when two processes share an engine.
 */
public final class NodeRequests implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NodeRequests.class);
  private static final long LOOK_ANYWAY_SECONDS = 10;

  /** What is still in use is given free by a container that is just ending. */
  private static final long TRY_AGAIN_SECONDS = 1;

  private final DockerEngine engine;
  private final RestartStore restarts;
  private final VolumeStore volumes;
  private final DatabaseServerStore servers;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition rung = lock.newCondition();
  private final Thread thread = Thread.ofVirtual().name("node-requests").unstarted(this::work);
  private @Nullable String node;
  private boolean wanted = true;
  private boolean inUse;
  private volatile boolean closed;

  public NodeRequests(
      DockerEngine engine,
      RestartStore restarts,
      VolumeStore volumes,
      DatabaseServerStore servers) {
    this.engine = engine;
    this.restarts = restarts;
    this.volumes = volumes;
    this.servers = servers;
  }

  public void start() {
    thread.start();
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }

  /** Something may have been asked of this node. */
  public void ring() {
    lock.lock();
    try {
      wanted = true;
      rung.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void work() {
    while (!closed) {
      try {
        awaitReason();
        doWhatIsAsked();
      } catch (InterruptedException | DockerProblem.Cancelled e) {
        return;
      } catch (RuntimeException e) {
        if (!closed) {
          LOG.warn("What was asked of this node is not done yet: {}", e.getMessage());
        }
      }
    }
  }

  private void awaitReason() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long left = TimeUnit.SECONDS.toNanos(inUse ? TRY_AGAIN_SECONDS : LOOK_ANYWAY_SECONDS);
      while (!wanted && left > 0) {
        left = rung.awaitNanos(left);
      }
      wanted = false;
    } finally {
      lock.unlock();
    }
  }

  private void doWhatIsAsked() {
    String self = self();
    inUse = false;
    for (RestartStore.Restart restart : restarts.of(self).await()) {
      if (standsStill(restart.containerId())) {
        LOG.info("Replica {} stands still for a backup: it is left alone", restart.containerId());
      } else {
        LOG.info("Replica {} is ended: {}", restart.containerId(), restart.reason());
        engine.removeContainer(restart.containerId());
      }
      restarts.done(restart.containerId()).await();
    }
    for (VolumeStore.Placed volume : volumes.leaving(self).await()) {
      remove(volume);
    }
    for (DatabaseServerStore.Server server : servers.leaving(self).await()) {
      remove(server);
    }
  }

  private boolean standsStill(String container) {
    return engine
        .container(container)
        .filter(found -> found.state() == ContainerInfo.State.PAUSED)
        .isPresent();
  }

  /** A container that is just ending may still use it: the next look tries again. */
  private void remove(VolumeStore.Placed volume) {
    try {
      engine.removeVolume(volume.engineName());
      volumes.removed(volume).await();
      LOG.info("Volume {} is removed with its application", volume.engineName());
    } catch (DockerProblem.Conflict used) {
      inUse = true;
      LOG.debug("Volume {} is still in use", volume.engineName());
    }
  }

  private void remove(DatabaseServerStore.Server server) {
    try {
      engine.removeVolume(server.volume());
      servers.removed(server).await();
      LOG.info("Volume {} is removed: its database does not need it any more", server.volume());
    } catch (DockerProblem.Conflict used) {
      inUse = true;
      LOG.debug("Volume {} is still in use", server.volume());
    }
  }

  private String self() {
    String known = node;
    if (known == null) {
      known = String.valueOf(engine.info().nodeId());
      node = known;
    }
    return known;
  }
}
