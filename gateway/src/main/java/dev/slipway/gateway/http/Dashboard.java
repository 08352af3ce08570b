package dev.slipway.gateway.http;

import dev.slipway.contracts.problem.Problem;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The built dashboard, about a megabyte, held in memory: what is not in its list of files does not
 * exist, so no path can lead anywhere else. Every address that a browser opens as a page gets the
 * one page, whose scripts know the rest.
 */
public final class Dashboard {
  private static final String ROOT = "dashboard/";
  private static final String LIST = "files.json";
  private static final String PAGE = "index.html";

  /** What the built page has where the nonce of its styles belongs. */
  private static final String NONCE = "__NONCE__";

  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "svg", "image/svg+xml",
          "png", "image/png",
          "woff2", "font/woff2",
          "webmanifest", "application/manifest+json",
          "txt", "text/plain; charset=utf-8");

  private static final Pattern NOTHING = Pattern.compile("[qQ]=0(\\.0{0,3})?");

  private static final SecureRandom RANDOM = new SecureRandom();

  private final Map<String, File> files;
  private final String page;

  private Dashboard(Map<String, File> files, String page) {
    this.files = files;
    this.page = page;
  }

  /**
   * A file.
   *
   * @param hashed its name holds the hash of its content, so that it never changes
   * @param gzip the same, compressed when it was built; null: that saves nothing
   */
  private record File(String type, boolean hashed, Buffer plain, @Nullable Buffer gzip) {}

  /** Reads it from the class path; blocks. */
  public static Dashboard load() {
    Map<String, File> files = new HashMap<>();
    for (Object each : new JsonArray(required(LIST))) {
      String name = (String) each;
      String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
      if (type == null) {
        throw new IllegalStateException("The dashboard has a file of an unknown type: " + name);
      }
      files.put(
          "/" + name,
          new File(type, name.startsWith("assets/"), required(name), read(name + ".gz")));
    }
    String page = required(PAGE).toString();
    if (!page.contains(NONCE)) {
      throw new IllegalStateException("The dashboard's page has no place for a nonce");
    }
    return new Dashboard(Map.copyOf(files), page);
  }

  /**
   * Whether it has an answer: a file of its own, or the page, which is for those who look at pages:
   * a program that mistypes a path is told so.
   */
  boolean has(HttpServerRequest request, String path) {
    return path.equals("/")
        || files.containsKey(path)
        || (!path.startsWith("/assets/") && accepts(request, "Accept", "text/html"));
  }

  /** Answers what it {@link #has}. */
  void answer(HttpServerRequest request, String path) {
    if (request.method() != HttpMethod.GET && request.method() != HttpMethod.HEAD) {
      request.response().putHeader("Allow", "GET, HEAD");
      Problems.answer(request, onlyGet());
      return;
    }
    File file = files.get(path);
    if (file == null) {
      showPage(request);
    } else {
      show(request, file);
    }
  }

  private void showPage(HttpServerRequest request) {
    byte[] bits = new byte[18];
    RANDOM.nextBytes(bits);
    String nonce = Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
    HttpServerResponse response = request.response();
    SecurityHeaders.allowDashboard(response.headers(), nonce);
    response.putHeader("Content-Type", TYPES.get("html")).putHeader("Cache-Control", "no-cache");
    end(request, Buffer.buffer(page.replace(NONCE, nonce)));
  }

  private static void show(HttpServerRequest request, File file) {
    HttpServerResponse response = request.response();
    response
        .putHeader("Content-Type", file.type())
        .putHeader(
            "Cache-Control", file.hashed() ? "public, max-age=31536000, immutable" : "no-cache");
    Buffer gzip = file.gzip();
    if (gzip == null) {
      end(request, file.plain());
      return;
    }
    response.putHeader("Vary", "Accept-Encoding");
    if (accepts(request, "Accept-Encoding", "gzip")) {
      response.putHeader("Content-Encoding", "gzip");
      end(request, gzip);
    } else {
      end(request, file.plain());
    }
  }

  private static void end(HttpServerRequest request, Buffer body) {
    HttpServerResponse response = request.response();
    if (request.method() == HttpMethod.HEAD) {
      response.putHeader("Content-Length", String.valueOf(body.length())).end();
    } else {
      response.end(body);
    }
  }

  /** Whether a list such as {@code a, b;q=0.5} names something that it does not refuse. */
  private static boolean accepts(HttpServerRequest request, String header, String wanted) {
    for (String each : String.join(",", request.headers().getAll(header)).split(",")) {
      // no expression that looks for blanks: it would take the square of how many a client sends
      int end = each.indexOf(';');
      String name = end < 0 ? each : each.substring(0, end);
      if (name.strip().equalsIgnoreCase(wanted)) {
        return end < 0 || !refuses(each.substring(end + 1));
      }
    }
    return false;
  }

  /** Whether parameters such as {@code level=1;q=0} give it a weight of nothing. */
  private static boolean refuses(String parameters) {
    for (String each : parameters.split(";")) {
      if (NOTHING.matcher(each.strip()).matches()) {
        return true;
      }
    }
    return false;
  }

  private static Buffer required(String name) {
    Buffer found = read(name);
    if (found == null) {
      throw new IllegalStateException("The dashboard was not built whole: it has no " + name);
    }
    return found;
  }

  private static @Nullable Buffer read(String name) {
    try (InputStream in = Dashboard.class.getClassLoader().getResourceAsStream(ROOT + name)) {
      return in == null ? null : Buffer.buffer(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Problem onlyGet() {
    return new Problem(
        405,
        "method_not_allowed",
        "Not that way",
        "Only GET is possible here.",
        "The API is under /api.",
        List.of(),
        null);
  }
}
