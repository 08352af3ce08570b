package dev.slipway.backup.dump;

import dev.slipway.contracts.database.DatabaseEngine;
import dev.slipway.platform.config.Secret;
import java.util.List;

/**
 * A database server, and how a tool beside it finds it.
 *
 * @param version as its owner asked for it
 * @param image whose tools are used: the server's own, so that they are of its version
 * @param networks the tool's container joins; empty when it needs none of ours
 * @param user may read everything in {@code database}, and replace it when it is restored
 * @param database its name; ignored by engines that count theirs
 * @param tls it must be talked to under TLS
 * @param ours Slipway runs it: nobody else's data is in it, and {@code user} may do everything
 */
public record DatabaseServer(
    DatabaseEngine engine,
    String version,
    String image,
    List<String> networks,
    String host,
    int port,
    String user,
    Secret password,
    String database,
    boolean tls,
    boolean ours) {

  public DatabaseServer {
    networks = List.copyOf(networks);
  }

  /** The same server as a program inside its own container sees it. */
  public DatabaseServer inside() {
    return new DatabaseServer(
        engine,
        version,
        image,
        List.of(),
        "127.0.0.1",
        engine.port(),
        user,
        password,
        database,
        false,
        ours);
  }

  /** Another database of the same server. */
  public DatabaseServer inDatabase(String name) {
    return new DatabaseServer(
        engine, version, image, networks, host, port, user, password, name, tls, ours);
  }
}
