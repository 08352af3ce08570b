package dev.slipway.builder.source;

import java.util.List;

/** The keys by which ssh hosts are known. Keys are written as type, blank and base64. */
public interface HostKeys {
  /** The keys of a host; empty when it was never seen. */
  List<String> known(String host);

  /**
   * Remembers the first key that a host shows.
   *
   * @return the keys it is known by from now on; another builder may have been first
   */
  List<String> see(String host, String key, String fingerprint);
}
