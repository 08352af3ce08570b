package dev.slipway.backup.stream;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import dev.slipway.backup.stream.BackupFormat.Head;
import dev.slipway.contracts.problem.Problem;
import java.io.IOException;
import java.io.InputStream;
import javax.crypto.SecretKey;

/** The way back from a stored backup to the tool that reads it. */
public final class Opener {
  // 8 MiB, more than any level up to 9 uses: a hostile file cannot ask for gigabytes
  private static final int WINDOW_LOG = 23;

  private final BackupKeys keys;

  /** Opens what is sealed under one of these keys, and what is not sealed. */
  public Opener(BackupKeys keys) {
    this.keys = keys;
  }

  /**
   * Begins to read a backup. All of it is proven: a stream that ends has given what was once
   * stored. What it gave before it failed may be less than that, and must not count.
   *
   * @param stored closed with what is answered, and when this fails
   * @throws Problem {@code backup_not_ours}, {@code backup_truncated}, {@code backup_corrupt},
   *     {@code backup_version_unknown}, {@code backup_key_missing}, {@code backup_key_wrong};
   *     {@code backup_unreadable} when {@code stored} fails
   */
  public OpenedBackup open(InputStream stored) {
    try {
      return opened(stored);
    } catch (IOException | RuntimeException e) {
      try {
        stored.close();
      } catch (IOException late) {
        e.addSuppressed(late);
      }
      throw e instanceof RuntimeException problem ? problem : Refusals.unreadable(e);
    }
  }

  private OpenedBackup opened(InputStream stored) throws IOException {
    var head = BackupFormat.readHead(stored);
    var body = new Body(stored, head.bytes());
    var frame =
        head.keyId().isEmpty()
            ? body
            : StreamCipher.opening(body, key(head, head.keyId().get()), head.bytes());
    var plain = new ZstdInputStreamNoFinalizer(frame).setLongMax(WINDOW_LOG);
    return new OpenedBackup(plain, body, head.keyId());
  }

  private SecretKey key(Head head, String id) {
    var key = keys.key(id).orElseThrow(() -> Refusals.keyMissing(id));
    if (!head.fits(key)) {
      throw Refusals.keyWrong(id);
    }
    return key;
  }
}
