package dev.slipway.ingress.feed;

import dev.slipway.contracts.FreshId;
import dev.slipway.platform.pg.DatabaseUrl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The data directory as the ingress uses it. Everything is read when it is needed: the platform may
 * come later, and its database may move to another port at any start. Methods block.
 */
public final class Home {
  private static final Logger LOG = LoggerFactory.getLogger(Home.class);

  private final Path data;
  private final Optional<DatabaseUrl> configured;

  public Home(Path data, Optional<DatabaseUrl> configured) {
    this.data = data;
    this.configured = configured;
  }

  public Path routes() {
    return data.resolve("routes");
  }

  /** Where the database is right now, if anybody has said so. */
  public Optional<DatabaseUrl> database() {
    if (configured.isPresent()) {
      return configured;
    }
    try {
      return text(data.resolve("database.url")).map(DatabaseUrl::parse);
    } catch (IllegalArgumentException e) {
      LOG.debug("database.url is being written: {}", e.getMessage());
      return Optional.empty();
    }
  }

  /**
   * The installation this ingress belongs to; empty while nobody has named it, or when what lies
   * there cannot be a name.
   */
  public Optional<String> installation() {
    return text(data.resolve("installation-id")).filter(id -> id.matches("[0-9a-f]{12}"));
  }

  /** This ingress' name in the database: the same after a restart, so that it replaces itself. */
  public String ingressId() {
    Path file = routes().resolve("ingress.id");
    Optional<String> known = text(file);
    if (known.isPresent()) {
      return known.get();
    }
    String fresh = FreshId.of("ing");
    try {
      Files.createDirectories(routes());
      Files.writeString(file, fresh + "\n");
    } catch (IOException e) {
      LOG.warn("{} cannot be written: {}", file, e.toString());
    }
    return fresh;
  }

  /** Leaves word of where the health page is: its port is any free one unless it was set. */
  public void announce(int managementPort) {
    Path file = data.resolve("run").resolve("ingress.health");
    try {
      Files.createDirectories(data.resolve("run"));
      Files.writeString(file, "http://127.0.0.1:" + managementPort + "/__slipway/health\n");
    } catch (IOException e) {
      LOG.warn("{} cannot be written: {}", file, e.toString());
    }
  }

  private static Optional<String> text(Path file) {
    try {
      return Optional.of(Files.readString(file).strip()).filter(text -> !text.isEmpty());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      LOG.debug("{} cannot be read: {}", file, e.toString());
      return Optional.empty();
    }
  }
}
