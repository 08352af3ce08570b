package dev.slipway.platform.cluster;

import dev.slipway.platform.config.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Mutual TLS for the messages between processes: whoever has no certificate of this authority
 * neither sends nor hears. The name in a certificate is not compared with the host it comes from
 * (Vert.x leaves that out for its bus), so the authority must sign for the bus alone.
 *
 * @param cert this process' certificate, PEM, its chain after it ({@code SLIPWAY_BUS_TLS_CERT})
 * @param key its private key, PEM, PKCS #8 ({@code SLIPWAY_BUS_TLS_KEY})
 * @param ca the authority that all processes trust, PEM ({@code SLIPWAY_BUS_TLS_CA})
 */
public record BusTls(Path cert, Path key, Path ca) {
  private static final String CERT = "SLIPWAY_BUS_TLS_CERT";
  private static final String KEY = "SLIPWAY_BUS_TLS_KEY";
  private static final String CA = "SLIPWAY_BUS_TLS_CA";
  private static final Pattern PKCS8 =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

  /** Reads and tries the files; the caller checks the settings for mistakes. */
  static Optional<BusTls> from(Settings settings) {
    long given = List.of(CERT, KEY, CA).stream().filter(n -> settings.text(n).isPresent()).count();
    if (given == 0) {
      return Optional.empty();
    }
    if (given < 3) {
      settings.mistake(
          CERT,
          "is only one part of three",
          "set " + CERT + ", " + KEY + " and " + CA + ", or none");
      return Optional.empty();
    }
    var tls = new BusTls(settings.path(CERT, ""), settings.path(KEY, ""), settings.path(CA, ""));
    tls.tryOut(settings);
    return Optional.of(tls);
  }

  private void tryOut(Settings settings) {
    Optional<X509Certificate> own = certificate(settings, CERT, cert);
    certificate(settings, CA, ca);
    Optional<PrivateKey> secret = privateKey(settings);
    if (own.isPresent()
        && secret.isPresent()
        && !own.get().getPublicKey().getAlgorithm().equals(secret.get().getAlgorithm())) {
      settings.mistake(KEY, "is no key of the certificate", "set the key that " + CERT + " is for");
    }
  }

  private static Optional<X509Certificate> certificate(Settings settings, String name, Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      Certificate read =
          CertificateFactory.getInstance("X.509").generateCertificates(in).iterator().next();
      X509Certificate certificate = (X509Certificate) read;
      certificate.checkValidity();
      return Optional.of(certificate);
    } catch (IOException e) {
      settings.mistake(name, "names a file that cannot be read", "check the path and its rights");
    } catch (GeneralSecurityException | RuntimeException e) {
      settings.mistake(
          name, "holds no certificate that is valid now", "put a current PEM certificate there");
    }
    return Optional.empty();
  }

  private Optional<PrivateKey> privateKey(Settings settings) {
    try {
      var match = PKCS8.matcher(Files.readString(key));
      if (match.find()) {
        byte[] bytes = Base64.getMimeDecoder().decode(match.group(1));
        return Optional.of(parsed(new PKCS8EncodedKeySpec(bytes)));
      }
      settings.mistake(
          KEY, "holds no PKCS #8 key", "convert it with 'openssl pkcs8 -topk8 -nocrypt'");
    } catch (IOException e) {
      settings.mistake(KEY, "names a file that cannot be read", "check the path and its rights");
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      settings.mistake(KEY, "holds a key that cannot be used", "set an RSA or EC key");
    }
    return Optional.empty();
  }

  private static PrivateKey parsed(PKCS8EncodedKeySpec spec) throws GeneralSecurityException {
    GeneralSecurityException why = new GeneralSecurityException("No algorithm");
    for (String algorithm : List.of("EC", "RSA", "EdDSA")) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(spec);
      } catch (GeneralSecurityException e) {
        why = e;
      }
    }
    throw why;
  }
}
