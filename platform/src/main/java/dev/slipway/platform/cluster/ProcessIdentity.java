package dev.slipway.platform.cluster;

import dev.slipway.platform.boot.Version;
import dev.slipway.platform.config.Settings;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Who a process is: the owner of its sagas and leases, its name on the bus and in the table of
 * processes. A process that comes back under the same id inherits at once what it held.
 *
 * @param id no two living processes share it ({@code SLIPWAY_PROCESS}; by default the role, the
 *     host and six random digits)
 * @param role {@code gateway}, {@code builder}, {@code runtime}, {@code backup}, {@code ingress} or
 *     {@code standalone}
 * @param version of Slipway
 * @param host the name of its host, or of its container
 */
public record ProcessIdentity(String id, String role, String version, String host) {
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

  /** Reads the settings; the caller checks them for mistakes. */
  public static ProcessIdentity from(Settings settings, String role) {
    String host = hostName();
    Optional<String> given = settings.text("SLIPWAY_PROCESS");
    if (given.isPresent() && !ID.matcher(given.get()).matches()) {
      settings.mistake(
          "SLIPWAY_PROCESS",
          "is '" + given.get() + "'",
          "set up to 100 letters, digits, dots, dashes and underscores, another one for each"
              + " process");
    }
    return of(given.orElseGet(() -> role + "-" + host + "-" + random()), role);
  }

  /** A process whose id is known. */
  public static ProcessIdentity of(String id, String role) {
    return new ProcessIdentity(id, role, Version.TEXT, hostName());
  }

  private static String random() {
    byte[] random = new byte[3];
    new SecureRandom().nextBytes(random);
    return HexFormat.of().formatHex(random);
  }

  private static String hostName() {
    try {
      String name = InetAddress.getLocalHost().getHostName();
      return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9.-]", "-");
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }
}
