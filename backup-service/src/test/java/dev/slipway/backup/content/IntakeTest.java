package dev.slipway.backup.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.slipway.backup.destination.Destination;
import dev.slipway.backup.destination.Stored;
import dev.slipway.backup.stream.BackupKeys;
import dev.slipway.contracts.backup.BackupContract.Receive;
import dev.slipway.contracts.backup.BackupId;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.pg.PostgresExtension;
import dev.slipway.platform.secrets.PlainVault;
import dev.slipway.store.BackupKeyStore;
import dev.slipway.store.DestinationStore;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A dump on its way to a destination that does not do what it should. */
class IntakeTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();
  private static final byte[] PART = "PGDMP and more".getBytes(StandardCharsets.US_ASCII);

  @Test
  void aDestinationThatBreaksInAnyWayEndsTheUpload() throws Exception {
    Intake intake =
        intake(content -> {
          throw new AssertionError("this cannot happen");
        });
    intake.start();
    intake.put(0, PART);
    assertThatThrownBy(() -> intake.finish(PART.length))
        .isInstanceOf(Problem.class)
        .hasRootCauseMessage("this cannot happen");
  }

  @Test
  void whoWaitsForADestinationIsNotSilentAndGivingUpEndsEvenThat() throws Exception {
    var writing = new CountDownLatch(1);
    Intake intake =
        intake(content -> {
          writing.countDown();
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            throw Problem.unavailable("It was interrupted.", e);
          }
        });
    intake.start();
    intake.put(0, PART);
    var told = new CompletableFuture<Throwable>();
    Thread sender =
        Thread.ofVirtual()
            .start(() -> {
              try {
                intake.finish(PART.length);
              } catch (Exception e) {
                told.complete(e);
              }
            });
    writing.await();
    await().until(() -> sender.getState() == Thread.State.WAITING);
    assertThat(intake.silence()).isEqualTo(Duration.ZERO);
    intake.abandon();
    assertThat(told.get()).isInstanceOf(Problem.class);
    sender.join();
    assertThat(intake.silence()).isPositive();
    assertThat(removed).hasValue("slipway/here/imports/one.zst");
  }

  private final AtomicReference<String> removed = new AtomicReference<>();

  /** What a destination does instead of taking its content. */
  private interface Writing {
    void of(InputStream content);
  }

  private Intake intake(Writing writing) {
    var vault = new PlainVault();
    var destinations =
        new OpenDestinations(
            new DestinationStore(POSTGRES.database(), vault), config -> destination(writing));
    BackupKeys keys = new StoredBackupKeys(new BackupKeyStore(POSTGRES.database(), vault));
    return new Intake(
        new Receive(BackupId.fresh(), "local", "postgresql", "17", false),
        "slipway/here/imports/one.zst",
        destinations,
        keys);
  }

  private Destination destination(Writing writing) {
    return new Destination() {
      @Override
      public Stored write(String key, InputStream content) {
        writing.of(content);
        throw new IllegalStateException("nothing was written");
      }

      @Override
      public InputStream read(String key, long from, long length) {
        return InputStream.nullInputStream();
      }

      @Override
      public Optional<Stored> look(String key) {
        return Optional.empty();
      }

      @Override
      public List<Stored> list(String prefix) {
        return List.of();
      }

      @Override
      public void remove(String key) {
        removed.set(key);
      }

      @Override
      public void check() {}

      @Override
      public void close() {}
    };
  }
}
