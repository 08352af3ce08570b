package dev.slipway.platform.secrets;

import dev.slipway.platform.pg.Queries;
import io.vertx.core.Future;
import java.util.HexFormat;
import java.util.List;

/**
 * A row of the table of data keys.
 *
 * @param purpose {@code seal}, or {@code mark} for marks
 * @param state {@code coming}, {@code sealing} or {@code opening}
 * @param master fingerprint of the master key that wraps it
 */
record DataKey(String id, String purpose, String state, String master, String wrapped) {
  static final String SEAL = "seal";
  static final String MARK = "mark";
  static final String COMING = "coming";
  static final String SEALING = "sealing";

  /** A key that nobody has used yet. */
  static DataKey fresh(String purpose, String state, MasterKey master) {
    String id = HexFormat.of().formatHex(SecretKeys.random(4));
    byte[] key = SecretKeys.random(SecretKeys.KEY_BYTES);
    return new DataKey(id, purpose, state, master.id(), master.wrap(id, key));
  }

  static Future<List<DataKey>> all(Queries queries) {
    return queries.list(
        "SELECT id, purpose, state, master, wrapped FROM data_keys ORDER BY created_at, id",
        row ->
            new DataKey(
                row.getString("id"),
                row.getString("purpose"),
                row.getString("state"),
                row.getString("master"),
                row.getString("wrapped")));
  }

  /** Adds it, unless there is one of that purpose in that state. */
  Future<Void> add(Queries queries) {
    return queries
        .query(
            """
            INSERT INTO data_keys (id, purpose, state, master, wrapped)
            VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING
            """,
            id,
            purpose,
            state,
            master,
            wrapped)
        .mapEmpty();
  }
}
