package dev.slipway.backup.content;

import dev.slipway.backup.stream.BackupKeys;
import dev.slipway.contracts.backup.BackupContract.Abandon;
import dev.slipway.contracts.backup.BackupContract.Finish;
import dev.slipway.contracts.backup.BackupContract.Receive;
import dev.slipway.contracts.backup.BackupContract.Received;
import dev.slipway.contracts.backup.BackupContract.Receiving;
import dev.slipway.contracts.backup.BackupContract.Sent;
import dev.slipway.contracts.backup.BackupContract.Taken;
import dev.slipway.contracts.backup.BackupId;
import dev.slipway.contracts.problem.Problem;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The dumps that are being sent to this process. Whoever falls silent is given up, and what was
 * stored of his dump is removed; one that is whole belongs to whoever sent it, who records it.
 */
public final class Intakes implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Intakes.class);
  private static final int AT_ONCE = 8;
  private static final Duration SILENCE = Duration.ofMinutes(3);

  private final String place;
  private final String folder;
  private final OpenDestinations destinations;
  private final BackupKeys keys;
  private final Map<BackupId, Intake> open = new ConcurrentHashMap<>();

  /**
   * None is being sent.
   *
   * @param place where this process is asked
   * @param installation whose folder at each destination they go to
   */
  public Intakes(
      String place, String installation, OpenDestinations destinations, BackupKeys keys) {
    this.place = place;
    this.folder = "slipway/" + installation + "/imports/";
    this.destinations = destinations;
    this.keys = keys;
  }

  /**
   * Begins one; the same again is the same one.
   *
   * @throws Problem 429 {@code too_many_uploads}
   */
  public synchronized Receiving receive(Receive wanted) {
    forgetSilent();
    if (!open.containsKey(wanted.backupId())) {
      if (open.values().stream().filter(intake -> !intake.isOver()).count() >= AT_ONCE) {
        throw new Problem(
            429,
            "too_many_uploads",
            "Too many uploads",
            AT_ONCE + " dumps are being taken in already.",
            "Send it again in a moment.",
            List.of(),
            null);
      }
      Intake intake = new Intake(wanted, folder + wanted.backupId() + ".zst", destinations, keys);
      intake.start(); // before anybody can give it up
      open.put(wanted.backupId(), intake);
    }
    return new Receiving(place);
  }

  /** Takes the next part; blocks while there is no room for more. */
  public Taken send(Sent part) throws InterruptedException {
    return new Taken(known(part.backupId()).put(part.from(), part.bytes()));
  }

  /** Waits until it lies at its destination. */
  public Received finish(Finish whole) throws InterruptedException {
    return known(whole.backupId()).finish(whole.bytes());
  }

  /** Gives one up; one that is not known here is given up already. */
  public Taken abandon(Abandon unwanted) throws InterruptedException {
    Intake intake = open.remove(unwanted.backupId());
    if (intake != null) {
      intake.abandon();
    }
    return new Taken(0);
  }

  private Intake known(BackupId id) {
    Intake intake = open.get(id);
    if (intake == null) {
      throw Problem.conflict(
          "upload_unknown",
          "No dump is being taken in under this id here.",
          "The backup service was restarted, perhaps: send the dump again.");
    }
    return intake;
  }

  /** Called before a new one: so their number is bounded by those that are spoken of. */
  private void forgetSilent() {
    open.entrySet()
        .removeIf(entry -> {
          Intake intake = entry.getValue();
          boolean silent = intake.silence().compareTo(SILENCE) > 0;
          if (silent && !intake.isOver()) {
            Thread.ofVirtual().name("intake-end").start(() -> giveUp(entry.getKey(), intake));
          }
          return silent;
        });
  }

  private static void giveUp(BackupId id, Intake intake) {
    try {
      intake.abandon();
      LOG.info("Nobody sent the rest of the dump {}", id);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.warn("What was sent of the dump {} may lie at its destination: {}", id, e.getMessage());
    }
  }

  /** Ends all of them; what was not recorded yet is not kept. */
  @Override
  public void close() {
    open.forEach(Intakes::giveUpUnfinished);
    open.clear();
  }

  private static void giveUpUnfinished(BackupId id, Intake intake) {
    if (!intake.isOver()) {
      giveUp(id, intake);
    }
  }
}
