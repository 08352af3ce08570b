package dev.slipway.gateway;

import dev.slipway.contracts.backup.BackupContract;
import dev.slipway.contracts.backup.BackupContract.Checked;
import dev.slipway.contracts.backup.BackupContract.Part;
import dev.slipway.contracts.backup.BackupContract.Received;
import dev.slipway.contracts.backup.BackupContract.Receiving;
import dev.slipway.contracts.backup.BackupContract.Taken;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.bus.Bus;
import dev.slipway.store.BackupSamples;
import io.vertx.core.Future;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Answers for a backup service, with a file in memory in the place of destinations. */
final class TestBackupService {
  /** What every backup of this service consists of. */
  volatile byte[] file = new byte[0];

  volatile Checked verdict = new Checked(true, null, null, null);
  volatile @Nullable Problem refusal;
  final List<Integer> parts = new CopyOnWriteArrayList<>();
  final List<String> abandoned = new CopyOnWriteArrayList<>();
  final AtomicInteger reads = new AtomicInteger();
  private final ByteArrayOutputStream sent = new ByteArrayOutputStream();

  /** One that answers at this gateway's bus from now on. */
  static TestBackupService at(Bus bus) {
    TestBackupService service = new TestBackupService();
    service.answer(bus);
    return service;
  }

  byte[] sent() {
    return sent.toByteArray();
  }

  private void answer(Bus bus) {
    bus.answer(BackupContract.CHECK, asked -> Future.succeededFuture(verdict)).await();
    bus.answer(
            BackupContract.READ,
            asked -> {
              reads.incrementAndGet();
              byte[] all = file;
              int from = (int) Math.min(asked.from(), all.length);
              int to = Math.min(from + asked.length(), all.length);
              return Future.succeededFuture(new Part(Arrays.copyOfRange(all, from, to)));
            })
        .await();
    bus.answer(
            BackupContract.RECEIVE,
            asked -> {
              sent.reset();
              parts.clear();
              return Future.succeededFuture(new Receiving("here"));
            })
        .await();
    bus.answer(
            BackupContract.SEND.at("here"),
            asked -> {
              Problem wrong = refusal;
              if (wrong != null) {
                return Future.failedFuture(wrong);
              }
              parts.add(asked.bytes().length);
              sent.writeBytes(asked.bytes());
              return Future.succeededFuture(new Taken(sent.size()));
            })
        .await();
    bus.answer(
            BackupContract.FINISH.at("here"),
            asked ->
                Future.succeededFuture(
                    new Received(
                        "slipway/0123456789ab/imports/" + asked.backupId(),
                        BackupSamples.manifest(sent.size(), "0a"))))
        .await();
    bus.answer(
            BackupContract.ABANDON.at("here"),
            asked -> {
              abandoned.add(asked.backupId().value());
              return Future.succeededFuture(new Taken(0));
            })
        .await();
  }
}
