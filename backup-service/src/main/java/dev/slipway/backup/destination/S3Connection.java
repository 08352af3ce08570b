package dev.slipway.backup.destination;

import dev.slipway.backup.destination.DestinationConfig.S3;
import dev.slipway.platform.net.AddressGuard;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.http.apache.ProxyConfiguration;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * A client of a store that connects to judged addresses only: the guard is its name service, asked
 * for each connection, so a name that changes its address gains nothing. Nothing of this machine
 * (proxies, profiles, environment) has a say in it.
 */
final class S3Connection {
  private static final int CONNECTIONS = 8;
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(20);

  private S3Connection() {}

  static S3Client open(S3 config, AddressGuard guard, Patience patience) {
    var endpoint = URI.create(config.endpoint());
    boolean inClear = "http".equals(endpoint.getScheme());
    var nobodysProxy =
        ProxyConfiguration.builder()
            .useSystemPropertyValues(false)
            .useEnvironmentVariableValues(false)
            .build();
    var http =
        ApacheHttpClient.builder()
            .dnsResolver(host -> addresses(guard, host, inClear))
            .proxyConfiguration(nobodysProxy)
            .maxConnections(CONNECTIONS)
            .connectionTimeout(patience.silence())
            .connectionAcquisitionTimeout(patience.call())
            .socketTimeout(patience.silence());
    var who = AwsBasicCredentials.create(config.accessKey(), config.secretKey().reveal());
    return S3Client.builder()
        .httpClientBuilder(http)
        .endpointOverride(endpoint)
        .region(Region.of(config.region()))
        .credentialsProvider(StaticCredentialsProvider.create(who))
        .forcePathStyle(config.pathStyle())
        // signed chunks are more than some stores know, and a part is in memory to be signed whole
        .serviceConfiguration(whole -> whole.chunkedEncodingEnabled(false))
        .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
        .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
        .overrideConfiguration(limits(patience))
        .build();
  }

  private static ClientOverrideConfiguration limits(Patience patience) {
    var pauses = BackoffStrategy.exponentialDelay(patience.backoff(), LONGEST_PAUSE);
    return ClientOverrideConfiguration.builder()
        .apiCallTimeout(patience.call())
        .apiCallAttemptTimeout(patience.attempt())
        .retryStrategy(
            AwsRetryStrategy.standardRetryStrategy().toBuilder()
                .maxAttempts(patience.attempts())
                .backoffStrategy(pauses)
                .throttlingBackoffStrategy(pauses)
                .build())
        .defaultProfileFile(ProfileFile.aggregator().build())
        .build();
  }

  private static InetAddress[] addresses(AddressGuard guard, String host, boolean inClear) {
    var addresses = guard.resolve(host);
    if (inClear && addresses.stream().anyMatch(AddressGuard::isPublic)) {
      throw Failures.problem(
          422,
          "endpoint_insecure",
          "The endpoint is plain http at a public address: everybody on the way could read the backups.",
          "Write the endpoint with https://.");
    }
    return addresses.toArray(InetAddress[]::new);
  }
}
