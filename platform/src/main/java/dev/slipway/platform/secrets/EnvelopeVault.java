package dev.slipway.platform.secrets;

import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.boot.SetupFailure;
import dev.slipway.platform.pg.Database;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Envelope encryption (docs/adr/017): values under AES-256-GCM data keys, those wrapped in the
 * database by a master key that is not there. A sealed text is {@code sealed:v1:<data key>:<nonce,
 * ciphertext and tag in base64url>}. Safe to share between threads; sealing and opening do no input
 * or output.
 */
public final class EnvelopeVault implements Vault {
  /** How often the table of keys is read again. */
  static final Duration LOOK = Duration.ofSeconds(2);

  /**
   * Nothing is sealed with keys that were read longer ago: theirs may be gone meanwhile. Half of
   * what {@link KeyHolders#GONE} waits before it forgets a process.
   */
  static final Duration FRESH = Duration.ofSeconds(30);

  private static final Logger LOG = LoggerFactory.getLogger(EnvelopeVault.class);
  private static final String PREFIX = "sealed:v1:";
  private static final Pattern SEALED =
      Pattern.compile(Pattern.quote(PREFIX) + "([0-9a-f]{8}):([A-Za-z0-9_-]+)");

  private final Database database;
  private final KeyHolders holders;
  private final LongSupplier nanos;
  private volatile MasterKeys masters;
  private volatile KeyRing ring;
  private volatile long readAt;
  private long timer = -1;
  private volatile boolean looking;
  private @Nullable String lastTrouble;

  private EnvelopeVault(
      Database database, MasterKeys masters, KeyRing ring, KeyHolders holders, LongSupplier nanos) {
    this.database = database;
    this.masters = masters;
    this.ring = ring;
    this.holders = holders;
    this.nanos = nanos;
    this.readAt = nanos.getAsLong();
  }

  /**
   * Opens the installation's vault and keeps it up to date until it is closed; the very first one
   * makes the keys.
   *
   * @param process a name that no two living processes share
   * @return fails with a {@link SetupFailure} when the master key is not the one that the stored
   *     secrets are under
   */
  public static Future<EnvelopeVault> open(Database database, MasterKeys masters, String process) {
    return open(database, masters, process, System::nanoTime).onSuccess(EnvelopeVault::keepUp);
  }

  static Future<EnvelopeVault> open(
      Database database, MasterKeys masters, String process, LongSupplier nanos) {
    var holders = new KeyHolders(database, process);
    return DataKey.all(database)
        .compose(found ->
            found.isEmpty()
                ? first(database, masters).compose(made -> DataKey.all(database))
                : Future.succeededFuture(found))
        .map(rows ->
            new EnvelopeVault(database, masters, KeyRing.of(rows, masters, null), holders, nanos))
        .compose(vault -> holders.tell(masters, vault.ring).map(vault));
  }

  private static Future<Void> first(Database database, MasterKeys masters) {
    MasterKey master = masters.first();
    return database.transaction(tx ->
        DataKey.fresh(DataKey.SEAL, DataKey.SEALING, master)
            .add(tx)
            .compose(done -> DataKey.fresh(DataKey.MARK, DataKey.SEALING, master).add(tx)));
  }

  private void keepUp() {
    LOG.info("Stored secrets are under the master key {}", masters.ids().getFirst());
    timer =
        database
            .vertx()
            .setPeriodic(
                LOOK.toMillis(),
                due -> {
                  if (!looking) {
                    looking = true;
                    refresh().onComplete(done -> looking = false);
                  }
                });
  }

  /** Reads master and data keys again; a failure is told in the log and leaves all as it was. */
  Future<Void> refresh() {
    long began = nanos.getAsLong();
    return database
        .vertx()
        .executeBlocking(masters::again, false)
        .compose(now ->
            DataKey.all(database)
                .compose(rows -> {
                  masters = now;
                  ring = KeyRing.of(rows, now, ring);
                  readAt = began;
                  return holders.tell(now, ring);
                }))
        .onSuccess(done -> lastTrouble = null)
        .recover(failure -> {
          String trouble = String.valueOf(failure.getMessage());
          if (!trouble.equals(lastTrouble)) {
            lastTrouble = trouble;
            LOG.warn("The keys of the stored secrets cannot be read again: {}", trouble);
          }
          return Future.succeededFuture();
        });
  }

  @Override
  public String seal(String plain) {
    if (nanos.getAsLong() - readAt > FRESH.toNanos()) {
      throw Problem.unavailable(
          "The keys that secrets are stored under could not be read from the database for "
              + FRESH.toSeconds()
              + " s.",
          null);
    }
    KeyRing now = ring;
    byte[] key = required(now, now.sealing());
    byte[] sealed =
        SecretKeys.encrypt(
            SecretKeys.aes(key), plain.getBytes(StandardCharsets.UTF_8), PREFIX + now.sealing());
    return PREFIX
        + now.sealing()
        + ":"
        + Base64.getUrlEncoder().withoutPadding().encodeToString(sealed);
  }

  @Override
  public String open(String sealed) {
    Matcher parts = SEALED.matcher(sealed);
    if (!parts.matches()) {
      throw new UnreadableSecret("A stored secret is not sealed as this version seals them.");
    }
    String id = parts.group(1);
    byte[] key = ring.find(id);
    if (key == null) {
      throw new UnreadableSecret(
          "A stored secret was sealed with the data key " + id + ", which is not here.");
    }
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(parts.group(2));
      return new String(
          SecretKeys.decrypt(SecretKeys.aes(key), bytes, PREFIX + id), StandardCharsets.UTF_8);
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new UnreadableSecret(
          "A stored secret that was sealed with the data key " + id + " is damaged.");
    }
  }

  @Override
  public String mark(String text) {
    KeyRing now = ring;
    return HexFormat.of().formatHex(SecretKeys.hmac(required(now, now.marking()), text));
  }

  @Override
  public DerivedKeys derived(String purpose) {
    return new DerivedKeys() {
      @Override
      public String currentId() {
        return masters.derived(purpose).currentId();
      }

      @Override
      public Optional<byte[]> find(String id) {
        return masters.derived(purpose).find(id);
      }
    };
  }

  private static byte[] required(KeyRing ring, String id) {
    byte[] key = ring.find(id);
    if (key == null) {
      throw Problem.unavailable(
          "The data key " + id + " is under a master key that this process does not have.", null);
    }
    return key;
  }

  KeyRing ring() {
    return ring;
  }

  MasterKeys masters() {
    return masters;
  }

  KeyHolders holders() {
    return holders;
  }

  Database database() {
    return database;
  }

  /** Fingerprints of the master keys, the one that wraps first. */
  public List<String> masterKeys() {
    return masters.ids();
  }

  /** Leaves the list of those who hold keys. */
  public Future<Void> close() {
    database.vertx().cancelTimer(timer);
    return holders.leave();
  }
}
