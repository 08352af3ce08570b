package dev.slipway.gateway.people;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.jwt.JWT;
import com.nimbusds.oauth2.sdk.AuthorizationCode;
import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.GeneralException;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.TokenResponse;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.openid.connect.sdk.AuthenticationRequest;
import com.nimbusds.openid.connect.sdk.Nonce;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponse;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponseParser;
import com.nimbusds.openid.connect.sdk.claims.IDTokenClaimsSet;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import com.nimbusds.openid.connect.sdk.validators.IDTokenValidator;
import dev.slipway.contracts.problem.Problem;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A provider of identities as OpenID Connect has it: authorization code with PKCE, state and nonce;
 * its token's signature, issuer, audience, times and nonce are judged by the Nimbus library.
 * Blocks: never on an event loop.
 */
final class OidcProvider {
  private static final int PATIENCE_MS = 5_000;

  /** Bytes of the provider's keys. */
  private static final int MOST_KEYS = 256 * 1024;

  /** Signed with a key that only the provider has: neither unsigned nor with our own secret. */
  private static final List<JWSAlgorithm> SIGNATURES =
      List.of(JWSAlgorithm.RS256, JWSAlgorithm.ES256, JWSAlgorithm.PS256, JWSAlgorithm.EdDSA);

  private final OidcConfig config;
  private volatile @Nullable OIDCProviderMetadata metadata;

  OidcProvider(OidcConfig config) {
    this.config = config;
  }

  /**
   * Whom the provider vouches for.
   *
   * @param email null unless the provider says that it is his
   */
  record Identity(String issuer, String subject, @Nullable String email, String name) {}

  /** Where to send somebody who wants to sign in. */
  URI authorization(String state, String nonce, String verifier) {
    return new AuthenticationRequest.Builder(
            ResponseType.CODE, new Scope("openid", "email", "profile"), client(), config.redirect())
        .endpointURI(known().getAuthorizationEndpointURI())
        .state(new State(state))
        .nonce(new Nonce(nonce))
        .codeChallenge(new CodeVerifier(verifier), CodeChallengeMethod.S256)
        .build()
        .toURI();
  }

  /** Redeems the code that somebody came back with. */
  Identity identity(String code, String nonce, String verifier) {
    try {
      JWT token = token(code, verifier);
      IDTokenClaimsSet claims = validator().validate(token, new Nonce(nonce));
      String email = claims.getStringClaim("email");
      boolean verified = Boolean.TRUE.equals(claims.getBooleanClaim("email_verified"));
      String name = claims.getStringClaim("name");
      return new Identity(
          claims.getIssuer().getValue(),
          claims.getSubject().getValue(),
          verified && email != null ? Email.of(email) : null,
          name == null || name.isBlank() ? "Somebody" : name);
    } catch (BadJOSEException | JOSEException e) {
      throw refused("The provider's token is not valid.", e);
    } catch (GeneralException | IOException e) {
      throw away(e);
    }
  }

  private JWT token(String code, String verifier) throws GeneralException, IOException {
    HTTPRequest request =
        new TokenRequest.Builder(
                known().getTokenEndpointURI(),
                new ClientSecretBasic(client(), new Secret(config.clientSecret().reveal())),
                new AuthorizationCodeGrant(
                    new AuthorizationCode(code), config.redirect(), new CodeVerifier(verifier)))
            .build()
            .toHTTPRequest();
    request.setConnectTimeout(PATIENCE_MS);
    request.setReadTimeout(PATIENCE_MS);
    TokenResponse response = OIDCTokenResponseParser.parse(request.send());
    if (!response.indicatesSuccess()) {
      throw refused("The provider refused the code.", null);
    }
    return ((OIDCTokenResponse) response.toSuccessResponse()).getOIDCTokens().getIDToken();
  }

  private IDTokenValidator validator() throws IOException {
    OIDCProviderMetadata known = known();
    List<JWSAlgorithm> offered = known.getIDTokenJWSAlgs();
    JWSAlgorithm signature =
        SIGNATURES.stream()
            .filter(each -> offered == null || offered.contains(each))
            .findFirst()
            .orElseThrow(
                () -> refused("The provider signs in no way that is accepted here.", null));
    return new IDTokenValidator(
        known.getIssuer(),
        client(),
        signature,
        known.getJWKSetURI().toURL(),
        new DefaultResourceRetriever(PATIENCE_MS, PATIENCE_MS, MOST_KEYS));
  }

  /** What the provider says of itself, read once it answers. */
  private OIDCProviderMetadata known() {
    OIDCProviderMetadata read = metadata;
    if (read == null) {
      try {
        read =
            OIDCProviderMetadata.resolve(
                new Issuer(config.issuer().toString()), PATIENCE_MS, PATIENCE_MS);
        metadata = read;
      } catch (GeneralException | IOException e) {
        throw away(e);
      }
    }
    return Objects.requireNonNull(read);
  }

  private ClientID client() {
    return new ClientID(config.clientId());
  }

  private static Problem away(Exception e) {
    return Problem.unavailable("The provider of identities does not answer as it should.", e);
  }

  static Problem refused(String detail, @Nullable Throwable cause) {
    return new Problem(
        403,
        "external_sign_in_refused",
        "Not signed in",
        detail,
        "Begin again with GET /api/session/oidc; who was never invited asks an owner for an invitation.",
        List.of(),
        cause);
  }
}
