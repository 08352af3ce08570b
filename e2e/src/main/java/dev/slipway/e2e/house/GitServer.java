package dev.slipway.e2e.house;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Real repositories on this host over smart HTTP: Git's own {@code http-backend} behind a small web
 * server. What lies below {@code /private/} asks for a password that nobody has; what lies below
 * {@code /locked/} lets in whoever the test says.
 */
public final class GitServer implements AutoCloseable {
  private final Path root;
  private final HttpServer server;
  private volatile String admitted = "";
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  private GitServer(Path root, HttpServer server) {
    this.root = root;
    this.server = server;
  }

  public static GitServer start() {
    return start(InetAddress.getLoopbackAddress());
  }

  /** At this host's address on the bridge that every Swarm node has: all containers reach it. */
  public static GitServer forContainers() {
    String gateway =
        EngineSocket.get("/networks/docker_gwbridge").at("/IPAM/Config/0/Gateway").asText("none");
    try {
      return start(InetAddress.getByName(gateway));
    } catch (UnknownHostException e) {
      throw new UncheckedIOException("the engine's bridge has no address on this host", e);
    }
  }

  /** At an address of this machine, for builders on other hosts. */
  public static GitServer at(String address) {
    try {
      return start(InetAddress.getByName(address));
    } catch (UnknownHostException e) {
      throw new UncheckedIOException("no address: " + address, e);
    }
  }

  private static GitServer start(InetAddress address) {
    try {
      Path root = Files.createTempDirectory("slipway-e2e-git-");
      HttpServer http = HttpServer.create(new InetSocketAddress(address, 0), 64);
      GitServer server = new GitServer(root, http);
      http.createContext("/", server::answer);
      http.setExecutor(server.threads);
      http.start();
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A new repository without any commit. */
  public Repository repository(String name) {
    return Repository.create(root, name, url(name));
  }

  /** A new repository that asks for a password. */
  public Repository privateRepository(String name) {
    return Repository.create(root, "private/" + name, url("private/" + name));
  }

  /** A new repository that lets in this user alone, as do all the others that this made. */
  public Repository lockedRepository(String name, String user, String password) {
    admitted =
        "Basic "
            + Base64.getEncoder()
                .encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    return Repository.create(root, "locked/" + name, url("locked/" + name));
  }

  public String url(String name) {
    InetSocketAddress here = server.getAddress();
    return "http://%s:%d/%s.git"
        .formatted(here.getAddress().getHostAddress(), here.getPort(), name);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.close();
    Shell.run("rm", "-rf", "--one-file-system", root.toString());
  }

  // ---- one request, one git http-backend -----------------------------------------------------

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      boolean locked =
          path.startsWith("/locked/")
              && !admitted.equals(exchange.getRequestHeaders().getFirst("Authorization"));
      if (locked || path.startsWith("/private/")) {
        exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"private\"");
        exchange.sendResponseHeaders(401, -1);
        return;
      }
      serve(exchange, path);
    }
  }

  private void serve(HttpExchange exchange, String path) throws IOException {
    Process git = backend(exchange, path).start();
    try (OutputStream in = git.getOutputStream()) {
      exchange.getRequestBody().transferTo(in);
    }
    try (InputStream out = new BufferedInputStream(git.getInputStream())) {
      int status = headers(out, exchange);
      exchange.sendResponseHeaders(status, 0);
      out.transferTo(exchange.getResponseBody());
    } finally {
      git.destroy();
    }
  }

  private ProcessBuilder backend(HttpExchange exchange, String path) {
    ProcessBuilder builder =
        new ProcessBuilder("git", "http-backend").redirectError(ProcessBuilder.Redirect.DISCARD);
    Map<String, String> cgi = builder.environment();
    cgi.put("GIT_PROJECT_ROOT", root.toString());
    cgi.put("GIT_HTTP_EXPORT_ALL", "1");
    cgi.put("PATH_INFO", path);
    cgi.put("REQUEST_METHOD", exchange.getRequestMethod());
    String query = exchange.getRequestURI().getRawQuery();
    cgi.put("QUERY_STRING", query == null ? "" : query);
    header(exchange, "Content-Type", "CONTENT_TYPE", cgi);
    header(exchange, "Content-Encoding", "HTTP_CONTENT_ENCODING", cgi);
    header(exchange, "Git-Protocol", "GIT_PROTOCOL", cgi);
    return builder;
  }

  private static void header(
      HttpExchange exchange, String header, String variable, Map<String, String> cgi) {
    String value = exchange.getRequestHeaders().getFirst(header);
    if (value != null) {
      cgi.put(variable, value);
    }
  }

  /** Copies the backend's header lines into the response and returns its status. */
  private static int headers(InputStream out, HttpExchange exchange) throws IOException {
    int status = 200;
    for (String line = line(out); !line.isEmpty(); line = line(out)) {
      int colon = line.indexOf(':');
      String name = line.substring(0, colon);
      String value = line.substring(colon + 1).strip();
      if (name.equalsIgnoreCase("Status")) {
        status = Integer.parseInt(value.substring(0, 3));
      } else {
        exchange.getResponseHeaders().set(name, value);
      }
    }
    return status;
  }

  private static String line(InputStream in) throws IOException {
    var line = new java.io.ByteArrayOutputStream();
    for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
      line.write(b);
    }
    return line.toString(StandardCharsets.ISO_8859_1).strip();
  }
}
