package dev.slipway.builder.source;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Real Git over real HTTP on loopback: {@code git http-backend} behind the JDK's server, counting
 * what it sends.
 */
public final class GitServer implements AutoCloseable {
  private final HttpServer server;
  private final Path root;
  private final AtomicLong sent = new AtomicLong();
  private final AtomicInteger credentials = new AtomicInteger();
  private final AtomicInteger requests = new AtomicInteger();
  private volatile String user = "git";
  private volatile @Nullable String password;

  /** Serves every repository below this folder. */
  public GitServer(Path root) throws IOException {
    this(root, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  /** As above, at this address. */
  GitServer(Path root, InetSocketAddress at) throws IOException {
    this.root = root;
    server = HttpServer.create(at, 50);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::serve);
    server.start();
  }

  /** The URL of a repository of this name. */
  public String url(String repository) {
    return "http://"
        + server.getAddress().getAddress().getHostAddress()
        + ":"
        + port()
        + "/"
        + repository;
  }

  int port() {
    return server.getAddress().getPort();
  }

  /** Lets only {@code git:<password>} in from now on. */
  void protect(String wanted) {
    protect("git", wanted);
  }

  /** Lets only this user in from now on. */
  public void protect(String name, String wanted) {
    user = name;
    password = wanted;
  }

  long sent() {
    return sent.get();
  }

  /** How many requests brought credentials. */
  public int credentialsSeen() {
    return credentials.get();
  }

  int requests() {
    return requests.get();
  }

  private void serve(HttpExchange exchange) throws IOException {
    requests.incrementAndGet();
    if (exchange.getRequestHeaders().containsKey("Authorization")) {
      credentials.incrementAndGet();
    }
    try (exchange) {
      if (password != null
          && !("Basic "
                  + Base64.getEncoder()
                      .encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8)))
              .equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
        exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"git\"");
        exchange.sendResponseHeaders(401, -1);
        return;
      }
      answer(exchange, backend(exchange));
    }
  }

  private byte[] backend(HttpExchange exchange) throws IOException {
    var builder = new ProcessBuilder("git", "http-backend");
    var environment = builder.environment();
    environment.put("GIT_PROJECT_ROOT", root.toString());
    environment.put("GIT_HTTP_EXPORT_ALL", "1");
    environment.put("GIT_CONFIG_COUNT", "1");
    environment.put("GIT_CONFIG_KEY_0", "safe.directory");
    environment.put("GIT_CONFIG_VALUE_0", "*");
    environment.put("PATH_INFO", exchange.getRequestURI().getPath());
    environment.put("QUERY_STRING", String.valueOf(exchange.getRequestURI().getRawQuery()));
    environment.put("REQUEST_METHOD", exchange.getRequestMethod());
    environment.put("REMOTE_ADDR", "127.0.0.1");
    put(environment, "CONTENT_TYPE", exchange.getRequestHeaders().getFirst("Content-Type"));
    put(
        environment,
        "HTTP_CONTENT_ENCODING",
        exchange.getRequestHeaders().getFirst("Content-Encoding"));
    put(environment, "GIT_PROTOCOL", exchange.getRequestHeaders().getFirst("Git-Protocol"));
    var process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
    try (var in = process.getOutputStream()) {
      exchange.getRequestBody().transferTo(in);
    }
    return process.getInputStream().readAllBytes();
  }

  private static void put(
      java.util.Map<String, String> environment, String name, @Nullable String value) {
    if (value != null) {
      environment.put(name, value);
    }
  }

  private void answer(HttpExchange exchange, byte[] cgi) throws IOException {
    var in = new java.io.ByteArrayInputStream(cgi);
    int status = 200;
    for (var line = line(in); !line.isEmpty(); line = line(in)) {
      var colon = line.indexOf(':');
      var value = line.substring(colon + 1).strip();
      if (line.startsWith("Status:")) {
        status = Integer.parseInt(value.substring(0, 3));
      } else {
        exchange.getResponseHeaders().add(line.substring(0, colon), value);
      }
    }
    var body = in.readAllBytes();
    sent.addAndGet(body.length);
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
  }

  private static String line(InputStream in) throws IOException {
    var line = new ByteArrayOutputStream();
    for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
      if (b != '\r') {
        line.write(b);
      }
    }
    return line.toString(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
