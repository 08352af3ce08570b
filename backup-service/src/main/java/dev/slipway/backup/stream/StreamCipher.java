package dev.slipway.backup.stream;

import com.google.crypto.tink.StreamingAead;
import com.google.crypto.tink.subtle.AesGcmHkdfStreaming;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.GeneralSecurityException;
import javax.crypto.SecretKey;

/**
 * Seals a stream in segments that open one by one; see {@link BackupFormat}. It is not loaded for
 * backups that are only compressed.
 */
final class StreamCipher {
  // small enough that the JDK soon compiles what it does for each: large ones stay interpreted for
  // long
  private static final int SEGMENT = 64 << 10;

  private StreamCipher() {}

  static OutputStream sealing(OutputStream sealed, SecretKey key, byte[] head) throws IOException {
    try {
      return aead(key).newEncryptingStream(sealed, head);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has AES-GCM", e);
    }
  }

  static InputStream opening(InputStream sealed, SecretKey key, byte[] head) throws IOException {
    try {
      return aead(key).newDecryptingStream(sealed, head);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has AES-GCM", e);
    }
  }

  private static StreamingAead aead(SecretKey key) throws GeneralSecurityException {
    return new AesGcmHkdfStreaming(
        key.getEncoded(), "HmacSha256", BackupFormat.KEY_BYTES, SEGMENT, 0);
  }
}
