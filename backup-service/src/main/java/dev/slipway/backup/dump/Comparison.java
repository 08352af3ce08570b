package dev.slipway.backup.dump;

import dev.slipway.contracts.backup.Manifest;
import java.util.List;

/** How a restored copy is held against what was taken. */
public interface Comparison {

  /**
   * How a restored copy differs from what was taken, by name, such as {@code public.orders: 3
   * instead of 5}.
   *
   * @return empty when it is the same
   */
  List<String> differences(Manifest manifest, Restored restored);

  /** The manifest with what only the restored copy could tell. */
  Manifest learnt(Manifest manifest, Restored restored);
}
