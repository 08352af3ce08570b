package dev.slipway.contracts.database;

import dev.slipway.contracts.bus.Bell;

/** What rings when there is work on databases. */
public final class DatabaseBells {
  /** Work on a database was asked for, or is to stop. */
  public static final Bell<Available> AVAILABLE =
      new Bell<>("databases.available", 1, Available.class);

  private DatabaseBells() {}

  /** A reason to look for work on a database. */
  public record Available(String databaseId) {}
}
