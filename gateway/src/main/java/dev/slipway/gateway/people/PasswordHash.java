package dev.slipway.gateway.people;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * Argon2id, written as others write it ({@code $argon2id$v=19$m=…,t=…,p=…$salt$hash}), with 19 MiB
 * and two passes. It takes tens of milliseconds of a processor and that memory: never on an event
 * loop.
 */
final class PasswordHash {
  private static final int MEMORY_KIB = 19 * 1024;
  private static final int PASSES = 2;
  private static final int LANES = 1;
  private static final int SALT_BYTES = 16;
  private static final int HASH_BYTES = 32;
  private static final Pattern SHAPE =
      Pattern.compile(
          "\\$argon2id\\$v=19\\$m=(\\d{1,6}),t=(\\d{1,2}),p=(\\d)\\$([A-Za-z0-9+/]{1,100})\\$([A-Za-z0-9+/]{1,100})");
  private static final SecureRandom RANDOM = new SecureRandom();

  private PasswordHash() {}

  static String of(String password) {
    byte[] salt = new byte[SALT_BYTES];
    RANDOM.nextBytes(salt);
    byte[] hash = computed(password, salt, HASH_BYTES, new int[] {MEMORY_KIB, PASSES, LANES});
    Base64.Encoder encoder = Base64.getEncoder().withoutPadding();
    return "$argon2id$v=19$m=%d,t=%d,p=%d$%s$%s"
        .formatted(
            MEMORY_KIB, PASSES, LANES, encoder.encodeToString(salt), encoder.encodeToString(hash));
  }

  /** Whether the password has that hash, in a time that does not tell how nearly. */
  static boolean matches(String password, String stored) {
    Matcher parts = SHAPE.matcher(stored);
    if (!parts.matches()) {
      throw new IllegalStateException("A stored password is not an Argon2id hash");
    }
    int[] cost = {number(parts, 1), number(parts, 2), number(parts, 3)};
    byte[] wanted = Base64.getDecoder().decode(parts.group(5));
    byte[] salt = Base64.getDecoder().decode(parts.group(4));
    return MessageDigest.isEqual(wanted, computed(password, salt, wanted.length, cost));
  }

  private static int number(Matcher parts, int group) {
    return Integer.parseInt(parts.group(group));
  }

  private static byte[] computed(String password, byte[] salt, int length, int[] cost) {
    Argon2BytesGenerator argon2 = new Argon2BytesGenerator();
    argon2.init(
        new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
            .withVersion(Argon2Parameters.ARGON2_VERSION_13)
            .withMemoryAsKB(cost[0])
            .withIterations(cost[1])
            .withParallelism(cost[2])
            .withSalt(salt)
            .build());
    byte[] hash = new byte[length];
    argon2.generateBytes(password.getBytes(StandardCharsets.UTF_8), hash);
    return hash;
  }
}
