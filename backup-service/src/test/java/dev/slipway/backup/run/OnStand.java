package dev.slipway.backup.run;

import dev.slipway.docker.memory.MemoryEngine;
import dev.slipway.docker.memory.MemoryImage;
import dev.slipway.platform.pg.Database;
import dev.slipway.platform.pg.PostgresExtension;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A test class on {@link Stand}s: a database of its own, and for each test an engine in memory. */
public abstract class OnStand {
  @RegisterExtension protected static final PostgresExtension POSTGRES = new PostgresExtension();
  @TempDir static Path folder;

  protected final MemoryEngine engine = new MemoryEngine();

  /**
   * Before each test.
   *
   * @param image what the engine has
   */
  protected OnStand(String image) {
    engine.hold(image, MemoryImage.silent());
  }

  @AfterEach
  protected void closeTheEngine() {
    engine.close();
  }

  public Database database() {
    return POSTGRES.database();
  }

  /** How long one run may take in all. */
  public Duration limit() {
    return Duration.ofSeconds(60);
  }

  protected Stand stand() {
    return stand(Duration.ofMinutes(1));
  }

  protected Stand stand(Duration longestPause) {
    Path destination = folder.resolve(UUID.randomUUID().toString());
    return new Stand(database(), engine, destination, longestPause);
  }
}
