package dev.slipway.gateway.source;

import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.net.AddressGuard;
import dev.slipway.platform.net.GuardedHttp;
import dev.slipway.store.RegistryStore.Login;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.apache.http.Header;
import org.apache.http.client.methods.CloseableHttpResponse;
import org.apache.http.client.methods.HttpGet;
import org.apache.http.client.utils.URIBuilder;
import org.apache.http.impl.client.CloseableHttpClient;
import org.jspecify.annotations.Nullable;

/**
 * Presents credentials to a registry as an engine would: with each request, or once for a token at
 * the place that the registry names. Plain HTTP is tried on addresses that are not public only.
 */
final class RegistryProbe {
  private static final Duration SILENCE = Duration.ofSeconds(5);
  private static final Pattern PART = Pattern.compile("(realm|service)=\"([^\"]*)\"");

  private final Vertx vertx;
  private final AddressGuard guard;

  RegistryProbe(Vertx vertx, AddressGuard guard) {
    this.vertx = vertx;
    this.guard = guard;
  }

  /** What a registry said to credentials. */
  record Said(boolean ok, String message) {}

  /** Never fails for what the registry does. */
  Future<Said> ask(Login login) {
    return vertx.executeBlocking(() -> said(login), false);
  }

  private Said said(Login login) {
    try (var client = GuardedHttp.client(guard, SILENCE)) {
      try {
        return said(client, "https://", login);
      } catch (SSLException | InterruptedIOException noTls) {
        if (isPublic(login.address())) {
          return new Said(
              false, "The registry's certificate is not trusted, or it does not answer over TLS.");
        }
        return said(client, "http://", login);
      }
    } catch (Problem refused) {
      return new Said(false, refused.detail() + " " + refused.remedy());
    } catch (IOException | IllegalArgumentException | java.net.URISyntaxException e) {
      return new Said(false, "The registry does not answer at " + login.address() + ".");
    }
  }

  private boolean isPublic(String address) {
    var host = address.replaceAll(":[0-9]+$", "");
    return guard.resolve(host).stream().anyMatch(AddressGuard::isPublic);
  }

  private static Said said(CloseableHttpClient client, String scheme, Login login)
      throws IOException, java.net.URISyntaxException {
    try (var answer = get(client, scheme + login.address() + "/v2/", login)) {
      int status = answer.getStatusLine().getStatusCode();
      Header asks = answer.getFirstHeader("WWW-Authenticate");
      if (status == 401 && asks != null && asks.getValue().startsWith("Bearer ")) {
        return token(client, asks.getValue(), login);
      }
      return verdict(status);
    }
  }

  private static Said token(CloseableHttpClient client, String asks, Login login)
      throws IOException, java.net.URISyntaxException {
    String realm = part(asks, "realm");
    if (realm == null || !realm.startsWith("https://")) {
      return new Said(false, "The registry asks for a token of a place that is not secure.");
    }
    var place = new URIBuilder(realm).addParameter("account", login.username());
    String service = part(asks, "service");
    if (service != null) {
      place.addParameter("service", service);
    }
    try (var answer = get(client, place.build().toString(), login)) {
      return verdict(answer.getStatusLine().getStatusCode());
    }
  }

  private static @Nullable String part(String asks, String name) {
    return PART.matcher(asks)
        .results()
        .filter(found -> found.group(1).equals(name))
        .map(found -> found.group(2))
        .findFirst()
        .orElse(null);
  }

  private static CloseableHttpResponse get(CloseableHttpClient client, String url, Login login)
      throws IOException {
    var request = new HttpGet(url);
    var pair = login.username() + ":" + login.password();
    request.setHeader(
        "Authorization",
        "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
    return client.execute(request);
  }

  private static Said verdict(int status) {
    return switch (status) {
      case 200 -> new Said(true, "The registry takes the credentials.");
      case 401, 403 -> new Said(false, "The registry refuses the user name or the password.");
      default -> new Said(false, "The registry answers with status " + status + ".");
    };
  }
}
