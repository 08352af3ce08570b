package dev.slipway.backup.stream;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.zip.CRC32;
import javax.crypto.Mac;
import javax.crypto.SecretKey;

/**
 * The form of a stored backup, version 1:
 *
 * <pre>
 * head   zstd skippable frame (RFC 8878): magic 0x184D2A5B, length (both little-endian 32 bit), then
 *          "SLIPWAY-BACKUP"   14 bytes
 *          version            1 byte: 1
 *          sealing            1 byte: 0 none, 1 AES-256-GCM
 *          length of key id   1 byte: 0 where not sealed
 *          key id             ASCII
 *          check of the key   8 bytes where sealed: HMAC-SHA256(key, "slipway backup key check"), first bytes
 *          CRC-32             4 bytes, big-endian, over all of the head before it
 * body   sealing 0: one zstd frame with its checksum
 *        sealing 1: that frame in Tink's streaming form AES256-GCM-HKDF-SHA256: a random salt and nonce prefix, then
 *          segments of 64 KiB, each under a counted nonce that also tells the last one. The data key of this backup is
 *          HKDF-SHA256(key, salt, head); so the head is authenticated as well.
 * end    zstd skippable frame: magic and length as above, then
 *          "SLIPWAY-ENDS"     12 bytes
 *          length             8 bytes, big-endian: of head and body
 *          SHA-256            32 bytes, of head and body
 * </pre>
 *
 * Whoever has a backup that is not sealed and no Slipway reads it with {@code zstd -d}, which skips
 * head and end. The end can be checked without any key.
 */
final class BackupFormat {
  static final int END_BYTES = 60;
  static final int KEY_BYTES = 32;

  private static final byte VERSION = 1;
  private static final int FRAME = 0x184D2A5B;
  private static final byte[] HEAD_NAME = "SLIPWAY-BACKUP".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] END_NAME = "SLIPWAY-ENDS".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] KEY_CHECK =
      "slipway backup key check".getBytes(StandardCharsets.US_ASCII);
  private static final int CHECK_BYTES = 8;
  private static final int LONGEST_ID = 64;
  // magic, length and name of the head
  private static final int OPENING = 8 + 14;
  // of so many constant bytes so few may differ for them to be meant, and damaged
  private static final int DAMAGED = 3;

  private BackupFormat() {}

  /**
   * What a head says.
   *
   * @param bytes the head as it is stored
   * @param keyId empty where not sealed
   * @param check of the key; empty where not sealed
   */
  record Head(byte[] bytes, Optional<String> keyId, byte[] check) {

    /** The head of a backup that is only compressed. */
    static Head plain() {
      return of(Optional.empty(), new byte[0]);
    }

    /** The head of a backup sealed under this key. */
    static Head sealed(String keyId, SecretKey key) {
      if (!keyId.matches("[A-Za-z0-9._-]{1," + LONGEST_ID + "}")) {
        throw new IllegalArgumentException("no key id: " + keyId);
      }
      return of(Optional.of(keyId), checkOf(key));
    }

    private static Head of(Optional<String> keyId, byte[] check) {
      byte[] id = keyId.orElse("").getBytes(StandardCharsets.US_ASCII);
      int payload = HEAD_NAME.length + 3 + id.length + check.length + 4;
      var head = ByteBuffer.allocate(8 + payload);
      frame(head, payload);
      head.put(HEAD_NAME).put(VERSION).put((byte) (keyId.isPresent() ? 1 : 0));
      head.put((byte) id.length).put(id).put(check);
      head.putInt(crc(head.array(), head.position()));
      return new Head(head.array(), keyId, check);
    }

    /** Whether this key is the one that the backup was sealed under. */
    boolean fits(SecretKey key) {
      return MessageDigest.isEqual(check, checkOf(key));
    }
  }

  /** Reads the head of a stored backup, whatever it may be. */
  static Head readHead(InputStream stored) throws IOException {
    byte[] opening = stored.readNBytes(OPENING);
    if (opening.length == 0) {
      throw Refusals.truncated("the file is empty");
    }
    var expected = ByteBuffer.allocate(OPENING);
    frame(expected, 0).put(HEAD_NAME);
    int wrong = differing(opening, expected.array());
    if (wrong > DAMAGED) {
      throw Refusals.notOurs(opening);
    }
    if (opening.length < OPENING) {
      throw Refusals.truncated("it ends within its head");
    }
    int payload = ByteBuffer.wrap(opening).order(ByteOrder.LITTLE_ENDIAN).getInt(4);
    int rest = payload - HEAD_NAME.length;
    if (wrong > 0 || rest < 3 + 4 || rest > 3 + LONGEST_ID + CHECK_BYTES + 4) {
      throw Refusals.corrupt("its head is damaged");
    }
    byte[] all = Arrays.copyOf(opening, OPENING + rest);
    if (stored.readNBytes(all, OPENING, rest) < rest) {
      throw Refusals.truncated("it ends within its head");
    }
    return parsed(all);
  }

  private static Head parsed(byte[] all) {
    var head = ByteBuffer.wrap(all);
    if (head.getInt(all.length - 4) != crc(all, all.length - 4)) {
      throw Refusals.corrupt("its head is damaged");
    }
    head.position(OPENING);
    int version = head.get();
    if (version != VERSION) {
      throw Refusals.versionUnknown(version);
    }
    int sealing = head.get();
    byte[] id = new byte[head.get()];
    byte[] check = new byte[sealing == 0 ? 0 : CHECK_BYTES];
    if (sealing < 0 || sealing > 1 || head.remaining() != id.length + check.length + 4) {
      throw Refusals.corrupt("its head contradicts itself");
    }
    head.get(id).get(check);
    var keyId = new String(id, StandardCharsets.US_ASCII);
    return new Head(all, sealing == 0 ? Optional.empty() : Optional.of(keyId), check);
  }

  /** Writes the end. */
  static void writeEnd(OutputStream stored, Digest before) throws IOException {
    stored.write(end(before));
  }

  private static byte[] end(Digest before) {
    var end = ByteBuffer.allocate(END_BYTES);
    frame(end, END_BYTES - 8).put(END_NAME).putLong(before.size());
    return end.put(HexFormat.of().parseHex(before.sha256())).array();
  }

  /**
   * Judges the last bytes of a stored backup.
   *
   * @param last up to {@link #END_BYTES} of them
   * @param before what was read before them
   */
  static void checkEnd(byte[] last, Digest before) {
    byte[] expected = end(before);
    if (Arrays.equals(last, expected)) {
      return;
    }
    byte[] constant = Arrays.copyOf(expected, 8 + END_NAME.length);
    byte[] shown = Arrays.copyOf(last, Math.min(last.length, constant.length));
    throw last.length < END_BYTES || differing(shown, constant) > DAMAGED
        ? Refusals.truncated("its end is not there")
        : Refusals.corrupt("its checksum does not fit");
  }

  private static ByteBuffer frame(ByteBuffer buffer, int payload) {
    return buffer
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(FRAME)
        .putInt(payload)
        .order(ByteOrder.BIG_ENDIAN);
  }

  /** How many of these bytes are not those; the length of the head, which varies, not counted. */
  private static int differing(byte[] shown, byte[] expected) {
    int differing = 0;
    for (int i = 0; i < shown.length; i++) {
      boolean counts = i < 4 || i >= 8;
      if (counts && shown[i] != expected[i]) {
        differing++;
      }
    }
    return differing;
  }

  private static int crc(byte[] bytes, int length) {
    var crc = new CRC32();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }

  private static byte[] checkOf(SecretKey key) {
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      return Arrays.copyOf(mac.doFinal(KEY_CHECK), CHECK_BYTES);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has HMAC-SHA256", e);
    }
  }
}
