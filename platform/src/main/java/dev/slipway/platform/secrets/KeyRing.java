package dev.slipway.platform.secrets;

import dev.slipway.platform.boot.SetupFailure;
import java.security.GeneralSecurityException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The data keys that this process can use, unwrapped. Immutable.
 *
 * @param rows what the table held
 * @param keys by id
 * @param sealing id of the one that seals
 * @param marking id of the one that marks
 */
record KeyRing(List<DataKey> rows, Map<String, byte[]> keys, String sealing, String marking) {

  /**
   * Unwraps all keys of the table. What was known before stays known, although its wrapping may now
   * be by a master key that is not here.
   *
   * @throws SetupFailure when the keys that seal and mark cannot be unwrapped
   */
  static KeyRing of(List<DataKey> rows, MasterKeys masters, @Nullable KeyRing before) {
    Map<String, byte[]> keys = new HashMap<>();
    TreeSet<String> missing = new TreeSet<>();
    for (DataKey row : rows) {
      Optional<MasterKey> master = masters.find(row.master());
      byte[] known = before == null ? null : before.keys().get(row.id());
      if (known != null) {
        keys.put(row.id(), known);
      } else if (master.isPresent()) {
        keys.put(row.id(), unwrapped(row, master.get()));
      } else {
        missing.add(row.master());
      }
    }
    if (before == null && !missing.isEmpty()) {
      throw wrongMaster(missing, masters);
    }
    return new KeyRing(
        rows, Map.copyOf(keys), inUse(rows, DataKey.SEAL), inUse(rows, DataKey.MARK));
  }

  private static byte[] unwrapped(DataKey row, MasterKey master) {
    try {
      return master.unwrap(row.id(), row.wrapped());
    } catch (GeneralSecurityException e) {
      throw new SetupFailure(
          "The data key "
              + row.id()
              + " is damaged: restore the table data_keys from a backup of the database.",
          e);
    }
  }

  private static String inUse(List<DataKey> rows, String purpose) {
    return rows.stream()
        .filter(row -> row.purpose().equals(purpose) && row.state().equals(DataKey.SEALING))
        .map(DataKey::id)
        .findFirst()
        .orElseThrow(() ->
            new SetupFailure(
                "The table data_keys holds no key to "
                    + purpose
                    + " with: restore it from a backup of the database."));
  }

  private static SetupFailure wrongMaster(TreeSet<String> missing, MasterKeys masters) {
    return new SetupFailure(
        "The stored secrets are under the master key "
            + String.join(", ", missing)
            + ", but "
            + MasterKeys.SETTING
            + " holds "
            + String.join(", ", masters.ids())
            + ": set the key they were stored with; to replace it, name both, the new one first,"
            + " and run './slipway secrets rotate'.");
  }

  byte @Nullable [] find(String id) {
    return keys.get(id);
  }
}
