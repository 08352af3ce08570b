package dev.slipway.builder.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.slipway.builder.source.DeployKey;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.net.AddressGuard;
import dev.slipway.platform.net.GuardedHttp;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import org.apache.http.client.methods.HttpPost;
import org.apache.http.util.EntityUtils;

/**
 * Exchanges the private key of a GitHub App for a token that reads the repositories of one
 * installation for an hour.
 */
final class GitHubApp {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration SILENCE = Duration.ofSeconds(15);
  private static final Duration CLOCKS_DIFFER = Duration.ofSeconds(60);
  private static final Duration VALID = Duration.ofMinutes(5);

  private final AddressGuard guard;
  private final Map<String, String> settings;
  private final String privateKey;

  /** An app of these settings: {@code appId}, {@code installationId}, {@code apiUrl}. */
  GitHubApp(AddressGuard guard, Map<String, String> settings, String privateKey) {
    this.guard = guard;
    this.settings = settings;
    this.privateKey = privateKey;
  }

  /** A fresh token. */
  String token() {
    var url =
        settings.get("apiUrl")
            + "/app/installations/"
            + settings.get("installationId")
            + "/access_tokens";
    var request = new HttpPost(url);
    request.setHeader("Authorization", "Bearer " + proof(Instant.now()));
    request.setHeader("Accept", "application/vnd.github+json");
    refusePlain(URI.create(url));
    try (var client = GuardedHttp.client(guard, SILENCE);
        var answer = client.execute(request)) {
      int status = answer.getStatusLine().getStatusCode();
      if (status != 201) {
        throw refused("it answers with status " + status, null);
      }
      JsonNode said = JSON.readTree(EntityUtils.toByteArray(answer.getEntity()));
      var token = said.path("token").asText();
      if (token.isEmpty()) {
        throw refused("its answer holds no token", null);
      }
      return token;
    } catch (IOException e) {
      throw refused("it does not answer", e);
    }
  }

  private void refusePlain(URI url) {
    if ("http".equals(url.getScheme())
        && guard.resolve(url.getHost()).stream().anyMatch(AddressGuard::isPublic)) {
      throw refused("its address is not https", null);
    }
  }

  /** A JSON Web Token that says which app asks, signed with its key (RS256). */
  private String proof(Instant now) {
    try {
      var claims =
          JSON.createObjectNode()
              .put("iat", now.minus(CLOCKS_DIFFER).getEpochSecond())
              .put("exp", now.plus(VALID).getEpochSecond())
              .put("iss", settings.get("appId"));
      var said = encoded("{\"alg\":\"RS256\",\"typ\":\"JWT\"}") + "." + encoded(claims.toString());
      var signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(DeployKey.read(privateKey).pair().getPrivate());
      signature.update(said.getBytes(StandardCharsets.US_ASCII));
      return said + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(signature.sign());
    } catch (GeneralSecurityException e) {
      throw Problem.failed(
          "key_unreadable",
          "The GitHub App's private key cannot sign.",
          "Set the RSA key that GitHub made for the app.",
          e);
    }
  }

  private static String encoded(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private Problem refused(String why, @org.jspecify.annotations.Nullable Throwable cause) {
    return Problem.failed(
        "github_app_refused",
        "GitHub's API at " + settings.get("apiUrl") + " gives no token: " + why + ".",
        "Check the app's id, installation and private key, and that the app is installed for the repository.",
        cause);
  }
}
