package dev.slipway.builder.run;

import dev.slipway.builder.source.HostKeys;
import dev.slipway.store.KnownHostStore;
import java.util.List;

/**
 * Host keys that all builders share; what this machine knew before counts where nobody else does.
 */
final class StoredHostKeys implements HostKeys {
  private final KnownHostStore store;
  private final HostKeys before;

  StoredHostKeys(KnownHostStore store, HostKeys before) {
    this.store = store;
    this.before = before;
  }

  @Override
  public List<String> known(String host) {
    var known = store.keys(host).await();
    return known.isEmpty() ? before.known(host) : known;
  }

  @Override
  public List<String> see(String host, String key, String fingerprint) {
    return store.see(host, key, fingerprint).await();
  }
}
