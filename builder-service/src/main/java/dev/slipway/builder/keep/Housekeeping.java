package dev.slipway.builder.keep;

import dev.slipway.builder.source.GitSource;
import dev.slipway.docker.DockerEngine;
import dev.slipway.docker.EngineInfo;
import dev.slipway.platform.keep.Duty;
import dev.slipway.platform.pg.Database;
import dev.slipway.store.DeploymentStore;
import dev.slipway.store.HousekeepingStore;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** This builder's duty, and the way a build asks for room. */
public final class Housekeeping implements DiskAdmission.Room, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration LOOK = Duration.ofMillis(500);
  private static final Duration BETWEEN_WISHES = Duration.ofMinutes(10);

  private final HousekeepingStore book;
  private final DockerEngine engine;
  private final HostChores chores;
  private final String name;
  private final Duty duty;
  private final AtomicLong wishedNanos =
      new AtomicLong(System.nanoTime() - BETWEEN_WISHES.toNanos());

  /**
   * A duty that is not being done yet.
   *
   * @param owner this builder's process
   */
  public Housekeeping(
      KeepConfig config,
      String owner,
      Database database,
      DockerEngine engine,
      GitSource source,
      Path workTrees) {
    this.book = new HousekeepingStore(database);
    this.engine = engine;
    this.chores = new HostChores(config, workTrees, source, engine, new DeploymentStore(database));
    this.name = "builder:" + owner;
    this.duty = new Duty(name, UUID.randomUUID().toString(), config.every(), book, chores.all());
  }

  /** Sweeps at once what a killed process could not, and begins with the duty. */
  public void start() {
    Thread.ofVirtual().name("sweep-" + name).start(this::sweepAndBegin);
  }

  private void sweepAndBegin() {
    try {
      chores.workTrees();
    } catch (IOException | RuntimeException e) {
      LOG.warn("Left-over work trees stay for now: {}", e.toString());
    }
    duty.start();
  }

  @Override
  public void close() {
    duty.close();
  }

  @Override
  public void wish() {
    long last = wishedNanos.get();
    long now = System.nanoTime();
    if (now - last >= BETWEEN_WISHES.toNanos() && wishedNanos.compareAndSet(last, now)) {
      book.ask(name).await();
    }
  }

  /** Waits for this host's files and for this engine's images, whoever looks after those. */
  @Override
  public void make() throws IOException {
    chores.needRoom();
    EngineInfo info = engine.info();
    var wish = book.ask(name).await();
    long began = System.nanoTime();
    try {
      while (System.nanoTime() - began < PATIENCE.toNanos()
          && !(book.answered(name, wish).await()
              && book.answered("node:" + info.nodeId(), wish).await())) {
        TimeUnit.MILLISECONDS.sleep(LOOK.toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while room was made");
    }
  }
}
