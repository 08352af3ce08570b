package dev.slipway.backup.run;

import dev.slipway.backup.destination.Destination;
import dev.slipway.backup.destination.DestinationConfig;
import dev.slipway.backup.destination.DestinationJson;
import dev.slipway.backup.stream.BackupKeys;
import dev.slipway.contracts.backup.BackupSubject;
import dev.slipway.platform.config.Secret;
import dev.slipway.platform.secrets.DerivedKeys;
import dev.slipway.store.BackupKeyStore;
import dev.slipway.store.DestinationStore;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * Places as the installation's tables tell of them.
 *
 * @param masters the keys of {@link PlatformKeys}
 */
public record StoredPlaces(
    DestinationStore destinations,
    BackupKeyStore keyStore,
    DerivedKeys masters,
    Function<DestinationConfig, Destination> opener)
    implements Places {

  @Override
  public Destination open(String destinationId) {
    var opened = destinations.open(destinationId).await();
    Map<String, Secret> secrets =
        opened.secrets().entrySet().stream()
            .collect(Collectors.toMap(Map.Entry::getKey, e -> new Secret(e.getValue())));
    return opener.apply(DestinationJson.read(opened.settings()).withSecrets(secrets));
  }

  @Override
  public BackupKeys sealing(BackupSubject subject) {
    return subject.kind() == BackupSubject.Kind.PLATFORM ? new PlatformKeys(masters) : opening();
  }

  @Override
  public BackupKeys opening() {
    var platform = new PlatformKeys(masters);
    return new BackupKeys() {
      @Override
      public String currentKeyId() {
        return keyStore.current().await().id();
      }

      @Override
      public Optional<SecretKey> key(String id) {
        return id.startsWith(DerivedKeys.PREFIX)
            ? platform.key(id)
            : keyStore.open(id).await().map(bytes -> new SecretKeySpec(bytes, "AES"));
      }
    };
  }
}
