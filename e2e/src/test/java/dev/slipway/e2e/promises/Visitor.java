package dev.slipway.e2e.promises;

import dev.slipway.e2e.house.Wire;
import dev.slipway.e2e.lab.Role;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A client with two addresses for one name, as docs/upgrading.md tells: it takes the other when one
 * does not let it connect, and repeats only a request that was never sent. Whatever else goes wrong
 * is a failure of the platform.
 */
final class Visitor implements AutoCloseable {
  private final LabApp app;
  private final List<Integer> hosts;
  private int preferred;
  private @Nullable Wire wire;

  Visitor(LabApp app, List<Integer> hosts) {
    this.app = app;
    this.hosts = hosts;
  }

  /** One request; an error when it was sent and not answered well. */
  void once() throws IOException {
    boolean fresh = wire == null;
    Wire open = wire == null ? connect() : wire;
    wire = open;
    try {
      Wire.Reply reply = open.get(app.hostName(), "/");
      if (reply.status() != 200 || !reply.body().startsWith("version ")) {
        throw new IllegalStateException(reply.status() + " " + reply.body().strip());
      }
      if (reply.last()) {
        close();
      }
    } catch (IOException e) {
      close();
      throw new IOException((fresh ? "on a new" : "on a kept") + " connection: " + e, e);
    }
  }

  private Wire connect() throws IOException {
    IOException last = new IOException("no ingress");
    for (int tries = 0; tries < 4; tries++) {
      int host = hosts.get(preferred % hosts.size());
      Optional<Wire> connected = tryConnect(host);
      if (connected.isPresent()) {
        return connected.get();
      }
      preferred++;
      last = new IOException("no ingress lets in, the last one tried was that of host " + host);
    }
    throw last;
  }

  private Optional<Wire> tryConnect(int host) throws IOException {
    try {
      return Optional.of(new Wire(app.field().lab().host(host).address(), Role.HTTP_PORT));
    } catch (ConnectException | NoRouteToHostException | SocketTimeoutException e) {
      return Optional.empty();
    }
  }

  @Override
  public void close() throws IOException {
    if (wire != null) {
      wire.close();
      wire = null;
    }
  }
}
