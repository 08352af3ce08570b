package dev.slipway.platform.secrets;

import java.util.Optional;

/**
 * Keys for one purpose, made from the master keys: whoever has a master key has them too, and
 * nothing leads back from them to it. Reading them does no input or output.
 */
public interface DerivedKeys {

  /** What the ids of derived keys begin with; the master key's own id follows. */
  String PREFIX = "master-";

  /** The id of the key made from the master key that wraps: {@code master-1a2b3c4d5e6f}. */
  String currentId();

  /** The 32 bytes of the key with this id; empty when its master key is not here. */
  Optional<byte[]> find(String id);
}
