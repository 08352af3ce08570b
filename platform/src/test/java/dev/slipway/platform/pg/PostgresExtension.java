package dev.slipway.platform.pg;

import io.vertx.core.Vertx;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives a test class a migrated database of its own on the JVM's one server. Register it as a
 * static field:
 *
 * <pre>{@code
 * @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();
 * }</pre>
 *
 * and use {@link #database()}, {@link #url()}, {@link #vertx()}; or {@code @ExtendWith} it and take
 * a {@code Database}, {@code DatabaseUrl} or {@code Vertx} parameter.
 */
public final class PostgresExtension
    implements BeforeAllCallback, AfterAllCallback, ParameterResolver {
  private final List<String> locations;
  private @Nullable Vertx vertx;
  private @Nullable Database database;

  /** A database with every migration that is on the class path. */
  public PostgresExtension() {
    this(Migrations.LOCATIONS);
  }

  /** A database with the migrations of these locations only. */
  public PostgresExtension(List<String> locations) {
    this.locations = List.copyOf(locations);
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    Vertx made = Vertx.vertx();
    vertx = made;
    DatabaseUrl url = TestPostgres.shared().freshDatabase(made);
    Migrations.run(made, url, locations).await();
    database = Database.connect(made, url, 8);
  }

  @Override
  public void afterAll(ExtensionContext context) {
    if (database != null) {
      database.close().await();
    }
    if (vertx != null) {
      vertx.close().await();
    }
  }

  /** A pool of 8 connections to the class' database. */
  public Database database() {
    return present(database);
  }

  /** The class' database. */
  public DatabaseUrl url() {
    return database().url();
  }

  /** The class' Vert.x. */
  public Vertx vertx() {
    return present(vertx);
  }

  /** Empties tables between tests: {@code clear("sagas", "saga_steps")}. */
  public void clear(String... tables) {
    database().script("TRUNCATE " + String.join(", ", tables) + " CASCADE").await();
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == Database.class || type == DatabaseUrl.class || type == Vertx.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    if (type == Database.class) {
      return database();
    }
    return type == Vertx.class ? vertx() : url();
  }

  private static <T> T present(@Nullable T value) {
    if (value == null) {
      throw new IllegalStateException(
          "Register the extension: its database lives as long as the class");
    }
    return value;
  }
}
