package dev.slipway.runtime.node;

import dev.slipway.contracts.node.NodeContract.Reach;
import dev.slipway.contracts.problem.Problem;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** Whether TCP connections to addresses can be opened from this host. */
final class Addresses {
  private static final int MOST = 20;
  private static final int PATIENCE_MS = 2_000;

  private Addresses() {}

  /** Tries them all at once; blocks at most two seconds. */
  static List<Reach> look(List<String> addresses) throws InterruptedException {
    if (addresses.size() > MOST) {
      throw Problem.invalid("addresses", "must be at most " + MOST);
    }
    List<Reach> reached = new ArrayList<>();
    try (var tries = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Reach>> open = new ArrayList<>();
      addresses.forEach(address -> open.add(tries.submit(() -> reach(address))));
      for (Future<Reach> one : open) {
        reached.add(one.get());
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("An address could not be tried", e.getCause());
    }
    return reached;
  }

  private static Reach reach(String address) {
    return new Reach(address, problem(address));
  }

  private static @Nullable String problem(String address) {
    int colon = address.lastIndexOf(':');
    if (colon < 1 || !address.substring(colon + 1).matches("[0-9]{1,5}")) {
      return "This is no host:port.";
    }
    int port = Integer.parseInt(address.substring(colon + 1));
    if (port < 1 || port > 65_535) {
      return "There is no port " + port + ".";
    }
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(address.substring(0, colon), port), PATIENCE_MS);
      return null;
    } catch (IOException e) {
      String why = e.getMessage();
      return why == null ? e.getClass().getSimpleName() : why;
    }
  }
}
