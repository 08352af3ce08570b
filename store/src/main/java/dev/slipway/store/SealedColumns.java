package dev.slipway.store;

import java.util.List;

/**
 * Every column that holds sealed texts: what seals everything anew goes over these. A column that
 * is missing here cannot be read any more after the next rotation of keys.
 */
final class SealedColumns {
  /** How sealed texts lie in a column. */
  enum Shape {
    /** The column is one sealed text, or null. */
    TEXT,
    /** A JSON array of objects, each with a sealed {@code value}. */
    ITEMS
  }

  /**
   * One column.
   *
   * @param keys the columns that name a row
   */
  record SealedColumn(String table, List<String> keys, String column, Shape shape) {}

  static final List<SealedColumn> ALL =
      List.of(
          new SealedColumn(
              "environments", List.of("application_id", "version"), "items", Shape.ITEMS),
          new SealedColumn(
              "project_environments", List.of("project_id", "version"), "items", Shape.ITEMS),
          text("webhook_secrets", "application_id", "secret_sealed"),
          text("users", "id", "totp_sealed"),
          text("external_sign_ins", "state_hash", "verifier_sealed"),
          text("audit_keys", "one", "private_sealed"),
          text("deploy_keys", "application_id", "private_sealed"),
          text("source_credentials", "application_id", "secret_sealed"),
          text("registries", "id", "password_sealed"),
          text("databases", "id", "password_sealed"),
          text("databases", "id", "next_password_sealed"),
          text("destinations", "id", "secrets_sealed"),
          text("backup_keys", "id", "key_sealed"));

  private SealedColumns() {}

  private static SealedColumn text(String table, String key, String column) {
    return new SealedColumn(table, List.of(key), column, Shape.TEXT);
  }
}
