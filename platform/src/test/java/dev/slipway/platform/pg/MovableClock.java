package dev.slipway.platform.pg;

import io.vertx.core.Vertx;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A migrated database whose clock can be moved: a function {@code now()} stands before PostgreSQL's
 * own in the search path, so that every statement and every default tells the time it is told to.
 * Register it as a static field.
 */
public final class MovableClock implements BeforeAllCallback, AfterAllCallback {
  private static final String CLOCK =
      """
      create schema moved;
      create table moved.clock(ahead interval not null);
      insert into moved.clock values ('0');
      create function moved.now() returns timestamptz language sql stable
        as 'select pg_catalog.now() + ahead from moved.clock';
      """;

  private @Nullable Vertx vertx;
  private @Nullable Database database;

  @Override
  public void beforeAll(ExtensionContext context) {
    Vertx made = Vertx.vertx();
    vertx = made;
    DatabaseUrl url = TestPostgres.shared().freshDatabase(made);
    Database first = Database.connect(made, url, 1);
    first.script(CLOCK).await();
    String name = url.connectOptions().getDatabase();
    first
        .script("alter database " + name + " set search_path to moved, pg_catalog, public")
        .await();
    first.close().await();
    Migrations.run(made, url).await();
    database = Database.connect(made, url, 8);
  }

  @Override
  public void afterAll(ExtensionContext context) {
    database().close().await();
    vertx().close().await();
  }

  /** Moves the clock by that much; negative: back. */
  public void jump(Duration by) {
    database()
        .query(
            "update moved.clock set ahead = ahead + $1 * interval '1 millisecond'", by.toMillis())
        .await();
  }

  /** A pool of 8 connections. */
  public Database database() {
    return present(database);
  }

  /** One more pool, as another process would have. */
  public Database another() {
    return Database.connect(vertx(), database().url(), 4);
  }

  public Vertx vertx() {
    return present(vertx);
  }

  private static <T> T present(@Nullable T value) {
    return java.util.Objects.requireNonNull(value, "registered as a static field?");
  }
}
