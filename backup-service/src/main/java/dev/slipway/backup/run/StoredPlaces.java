package dev.slipway.backup.run;

import dev.slipway.backup.content.StoredBackupKeys;
import dev.slipway.backup.destination.Destination;
import dev.slipway.backup.destination.DestinationConfig;
import dev.slipway.backup.destination.DestinationJson;
import dev.slipway.backup.stream.BackupKeys;
import dev.slipway.contracts.backup.BackupSubject;
import dev.slipway.platform.secrets.DerivedKeys;
import dev.slipway.store.BackupKeyStore;
import dev.slipway.store.DestinationStore;
import java.util.Optional;
import java.util.function.Function;
import javax.crypto.SecretKey;

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
    return opener.apply(DestinationJson.read(opened.settings(), opened.secrets()));
  }

  @Override
  public BackupKeys sealing(BackupSubject subject) {
    return subject.kind() == BackupSubject.Kind.PLATFORM ? new PlatformKeys(masters) : opening();
  }

  @Override
  public BackupKeys opening() {
    var platform = new PlatformKeys(masters);
    var stored = new StoredBackupKeys(keyStore);
    return new BackupKeys() {
      @Override
      public String currentKeyId() {
        return stored.currentKeyId();
      }

      @Override
      public Optional<SecretKey> key(String id) {
        return id.startsWith(DerivedKeys.PREFIX) ? platform.key(id) : stored.key(id);
      }
    };
  }
}
