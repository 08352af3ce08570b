package dev.slipway.gateway;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.oauth2.sdk.pkce.CodeChallenge;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/** A small provider of identities: whoever comes is the person that the test says. */
final class TestProvider implements AutoCloseable {
  static final String CLIENT = "slipway";
  static final String SECRET = "s3cret:with/odd=signs";

  private final HttpServer server;
  private final RSAKey key;
  private final Map<String, Map<String, String>> codes = new ConcurrentHashMap<>();
  private volatile JsonObject person = new JsonObject();
  private volatile UnaryOperator<JWTClaimsSet.Builder> spoiled = claims -> claims;
  private volatile RSAKey signing;

  TestProvider() throws IOException, JOSEException {
    key = new RSAKeyGenerator(2048).keyID("one").generate();
    signing = key;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/.well-known/openid-configuration", this::configuration);
    server.createContext("/keys", at -> answer(at, new JWKSet(key.toPublicJWK()).toString()));
    server.createContext("/authorize", this::authorize);
    server.createContext("/token", this::token);
    server.start();
  }

  String issuer() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Who comes next. */
  void isVisitedBy(String subject, String email, boolean verified) {
    person =
        new JsonObject()
            .put("sub", subject)
            .put("email", email)
            .put("email_verified", verified)
            .put("name", "Somebody");
    spoiled = claims -> claims;
    signing = key;
  }

  /** What is wrong with the tokens from now on. */
  void spoils(UnaryOperator<JWTClaimsSet.Builder> how) {
    spoiled = how;
  }

  /** From now on tokens are signed with a key that is not the provider's. */
  void signsWithAnotherKey() throws JOSEException {
    signing = new RSAKeyGenerator(2048).keyID("one").generate();
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void configuration(HttpExchange at) throws IOException {
    answer(
        at,
        new JsonObject()
            .put("issuer", issuer())
            .put("authorization_endpoint", issuer() + "/authorize")
            .put("token_endpoint", issuer() + "/token")
            .put("jwks_uri", issuer() + "/keys")
            .put("response_types_supported", List.of("code"))
            .put("subject_types_supported", List.of("public"))
            .put("id_token_signing_alg_values_supported", List.of("none", "HS256", "RS256"))
            .encode());
  }

  private void authorize(HttpExchange at) throws IOException {
    Map<String, String> asked = fields(at.getRequestURI().getRawQuery());
    String code = UUID.randomUUID().toString();
    codes.put(code, asked);
    at.getResponseHeaders()
        .set(
            "Location",
            asked.get("redirect_uri") + "?code=" + code + "&state=" + asked.get("state"));
    at.sendResponseHeaders(302, -1);
    at.close();
  }

  private void token(HttpExchange at) throws IOException {
    Map<String, String> sent =
        fields(new String(at.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
    Map<String, String> asked = codes.remove(String.valueOf(sent.get("code")));
    if (asked == null || !isRight(at, sent, asked)) {
      byte[] body = "{\"error\":\"invalid_grant\"}".getBytes(StandardCharsets.UTF_8);
      at.getResponseHeaders().set("Content-Type", "application/json");
      at.sendResponseHeaders(400, body.length);
      at.getResponseBody().write(body);
      at.close();
      return;
    }
    answer(
        at,
        new JsonObject()
            .put("access_token", "opaque")
            .put("token_type", "Bearer")
            .put("id_token", signed(String.valueOf(asked.get("nonce"))))
            .encode());
  }

  private static boolean isRight(
      HttpExchange at, Map<String, String> sent, Map<String, String> asked) {
    return isClient(at.getRequestHeaders().getFirst("Authorization"))
        && challenge(sent).equals(asked.get("code_challenge"))
        && String.valueOf(sent.get("redirect_uri")).equals(asked.get("redirect_uri"));
  }

  private static String challenge(Map<String, String> sent) {
    return CodeChallenge.compute(
            CodeChallengeMethod.S256, new CodeVerifier(String.valueOf(sent.get("code_verifier"))))
        .getValue();
  }

  private static boolean isClient(String authorization) {
    String pair =
        new String(
            Base64.getDecoder().decode(authorization.substring("Basic ".length())),
            StandardCharsets.UTF_8);
    String[] parts = pair.split(":", 2);
    return decoded(parts[0]).equals(CLIENT) && decoded(parts[1]).equals(SECRET);
  }

  private String signed(String nonce) {
    try {
      Instant now = Instant.now();
      JWTClaimsSet.Builder claims =
          new JWTClaimsSet.Builder()
              .issuer(issuer())
              .audience(CLIENT)
              .issueTime(Date.from(now))
              .expirationTime(Date.from(now.plusSeconds(60)))
              .claim("nonce", nonce);
      person.forEach(each -> claims.claim(each.getKey(), each.getValue()));
      SignedJWT token =
          new SignedJWT(
              new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("one").build(),
              spoiled.apply(claims).build());
      token.sign(new RSASSASigner(signing));
      return token.serialize();
    } catch (JOSEException e) {
      throw new UncheckedIOException(new IOException(e));
    }
  }

  private static Map<String, String> fields(String form) {
    Map<String, String> fields = new HashMap<>();
    for (String pair : form.split("&")) {
      String[] parts = pair.split("=", 2);
      fields.put(parts[0], decoded(parts.length > 1 ? parts[1] : ""));
    }
    return fields;
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  private static void answer(HttpExchange at, String json) throws IOException {
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    at.getResponseHeaders().set("Content-Type", "application/json");
    at.sendResponseHeaders(200, body.length);
    at.getResponseBody().write(body);
    at.close();
  }
}
