package dev.slipway.runtime.service;

import dev.slipway.contracts.application.HealthCheck;
import dev.slipway.contracts.route.Target;
import dev.slipway.docker.ContainerInfo.Health;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Looks whether a replica is well, from where the ingress would reach it. Blocks for at most the
 * check's time-out; belongs on a virtual thread.
 */
public final class HealthProbe {
  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] (\\d{3})(?: .*)?");
  private static final int LONGEST_STATUS_LINE = 512;

  /**
   * One look.
   *
   * @param imageCheck the image brings a check of its own, which counts when there is no path
   * @param host the host name an HTTP check asks for
   * @param limit of this look
   */
  public Look look(
      Replica replica, HealthCheck check, boolean imageCheck, String host, Duration limit) {
    String path = check.path();
    if (path == null && imageCheck) {
      return asked(replica.check());
    }
    Target target = replica.target();
    if (target == null) {
      return Look.portClosed("the container has no address yet");
    }
    return path == null ? connects(target, limit) : answers(target, path, host, limit);
  }

  private static Look asked(Health health) {
    return switch (health) {
      case HEALTHY, NONE -> Look.good();
      case STARTING -> Look.unhealthy("the image's own health check has not passed yet");
      case UNHEALTHY -> Look.unhealthy("the image's own health check fails");
    };
  }

  private static Look connects(Target target, Duration limit) {
    try (Socket socket = new Socket()) {
      socket.connect(address(target), millis(limit));
      return Look.good();
    } catch (IOException e) {
      return closed(target, e);
    }
  }

  private static Look answers(Target target, String path, String host, Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    try (Socket socket = new Socket()) {
      try {
        socket.connect(address(target), millis(limit));
      } catch (IOException e) {
        return closed(target, e);
      }
      socket.setTcpNoDelay(true);
      socket.getOutputStream().write(request(path, host));
      String line = statusLine(socket, deadline);
      return verdict(path, line);
    } catch (SocketTimeoutException e) {
      return Look.unhealthy("GET " + path + " did not answer within " + limit.toSeconds() + " s");
    } catch (IOException e) {
      return Look.unhealthy("GET " + path + " broke off (" + e.getMessage() + ")");
    }
  }

  private static Look verdict(String path, String line) {
    if (line.isEmpty()) {
      return Look.unhealthy("GET " + path + " was closed without an answer");
    }
    Matcher status = STATUS.matcher(line);
    if (!status.matches()) {
      return Look.unhealthy("GET " + path + " did not answer HTTP");
    }
    int code = Integer.parseInt(status.group(1));
    return code >= 200 && code < 400
        ? Look.good()
        : Look.unhealthy("GET " + path + " answered " + code);
  }

  private static byte[] request(String path, String host) {
    return ("GET "
            + path
            + " HTTP/1.1\r\nHost: "
            + host
            + "\r\nUser-Agent: slipway-health\r\n"
            + "Accept: */*\r\nConnection: close\r\n\r\n")
        .getBytes(StandardCharsets.US_ASCII);
  }

  private static String statusLine(Socket socket, long deadline) throws IOException {
    InputStream in = socket.getInputStream();
    StringBuilder line = new StringBuilder();
    while (line.length() < LONGEST_STATUS_LINE) {
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        throw new SocketTimeoutException("too slow");
      }
      socket.setSoTimeout((int) Math.max(1, left / 1_000_000));
      int next = in.read();
      if (next < 0 || next == '\n') {
        break;
      }
      if (next != '\r') {
        line.append((char) next);
      }
    }
    return line.toString();
  }

  private static Look closed(Target target, IOException e) {
    String why =
        switch (e) {
          case SocketTimeoutException slow -> "nothing answered";
          case NoRouteToHostException none -> "there is no way to it";
          case ConnectException refused -> "the connection was refused";
          default -> String.valueOf(e.getMessage());
        };
    return Look.portClosed("port " + target.port() + " is not open (" + why + ")");
  }

  private static InetSocketAddress address(Target target) {
    return new InetSocketAddress(target.host(), target.port());
  }

  private static int millis(Duration limit) {
    return (int) Math.max(1, limit.toMillis());
  }
}
