package dev.slipway.backup.destination;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.slipway.platform.config.Secret;
import java.util.Map;

/**
 * Where a destination is and what lets us in. Its JSON is read and written by {@link
 * DestinationJson}; secrets are kept apart from it by whoever stores it.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = DestinationConfig.LocalDirectory.class, name = "local"),
  @JsonSubTypes.Type(value = DestinationConfig.S3.class, name = "s3"),
  @JsonSubTypes.Type(value = DestinationConfig.Sftp.class, name = "sftp")
})
public sealed interface DestinationConfig {

  /** Its secrets by the name of their field; empty ones are left out. */
  Map<String, Secret> secrets();

  /** The same without its secrets: they are empty. */
  DestinationConfig withoutSecrets();

  /** The same with these secrets, by the name of their field; those not named stay as they are. */
  DestinationConfig withSecrets(Map<String, Secret> secrets);

  /**
   * A directory on the machine of the backup service.
   *
   * @param path inside the data directory when relative; absolute ones are for the operator to
   *     allow
   */
  record LocalDirectory(String path) implements DestinationConfig {
    public LocalDirectory {
      path = Fields.path("path", path);
    }

    @Override
    public Map<String, Secret> secrets() {
      return Map.of();
    }

    @Override
    public LocalDirectory withoutSecrets() {
      return this;
    }

    @Override
    public LocalDirectory withSecrets(Map<String, Secret> secrets) {
      return this;
    }
  }

  /**
   * A bucket of an S3-compatible store.
   *
   * @param endpoint {@code https://host[:port]}; plain {@code http} is only for addresses that are
   *     not public
   * @param region such as {@code eu-central-1}; {@code us-east-1} where the store knows none
   * @param prefix what all keys begin with: empty, or a path without a slash at its ends
   * @param pathStyle whether the bucket is in the path and not in the host's name
   */
  record S3(
      String endpoint,
      String region,
      String bucket,
      String prefix,
      String accessKey,
      Secret secretKey,
      boolean pathStyle)
      implements DestinationConfig {
    public S3 {
      endpoint = Fields.endpoint("endpoint", endpoint);
      region = Fields.word("region", region == null || region.isBlank() ? "us-east-1" : region);
      bucket = Fields.bucket("bucket", bucket);
      prefix = Fields.prefix("prefix", prefix);
      accessKey = Fields.text("accessKey", accessKey);
      secretKey = Fields.secret(secretKey);
    }

    @Override
    public Map<String, Secret> secrets() {
      return secretKey.isEmpty() ? Map.of() : Map.of("secretKey", secretKey);
    }

    @Override
    public S3 withoutSecrets() {
      return withSecrets(Map.of("secretKey", new Secret("")));
    }

    @Override
    public S3 withSecrets(Map<String, Secret> secrets) {
      var secret = secrets.getOrDefault("secretKey", secretKey);
      return new S3(endpoint, region, bucket, prefix, accessKey, secret, pathStyle);
    }
  }

  /**
   * A directory on an SFTP server.
   *
   * @param port 22 when 0
   * @param directory absolute, or relative to where the server puts this user
   * @param password empty when a key is used
   * @param privateKey in OpenSSH's or PEM's format, without a passphrase; empty when a password is
   *     used
   * @param hostKey the server's public key as {@code known_hosts} has it, such as {@code
   *     ssh-ed25519 AAAA…}; several may follow each other line by line. While it is empty nothing
   *     is sent, and the connection test tells the key that the server shows.
   */
  record Sftp(
      String host,
      int port,
      String user,
      String directory,
      Secret password,
      Secret privateKey,
      String hostKey)
      implements DestinationConfig {
    public Sftp {
      host = Fields.host("host", host);
      port = Fields.port("port", port == 0 ? 22 : port);
      user = Fields.text("user", user);
      directory = Fields.path("directory", directory);
      password = Fields.secret(password);
      privateKey = Fields.secret(privateKey);
      hostKey = Fields.hostKeys("hostKey", hostKey);
    }

    @Override
    public Map<String, Secret> secrets() {
      var secrets = new java.util.TreeMap<String, Secret>();
      if (!password.isEmpty()) {
        secrets.put("password", password);
      }
      if (!privateKey.isEmpty()) {
        secrets.put("privateKey", privateKey);
      }
      return Map.copyOf(secrets);
    }

    @Override
    public Sftp withoutSecrets() {
      return withSecrets(Map.of("password", new Secret(""), "privateKey", new Secret("")));
    }

    @Override
    public Sftp withSecrets(Map<String, Secret> secrets) {
      return new Sftp(
          host,
          port,
          user,
          directory,
          secrets.getOrDefault("password", password),
          secrets.getOrDefault("privateKey", privateKey),
          hostKey);
    }
  }
}
