package dev.slipway.builder.run;

import dev.slipway.docker.RegistryAuth;
import dev.slipway.platform.config.Settings;
import org.jspecify.annotations.Nullable;

/**
 * Where built images are kept so that every host can run them.
 *
 * @param address host and port, with a prefix if images shall be below one: {@code
 *     registry.example:5000/team}
 * @param auth credentials, or null for a registry that asks for none
 */
public record Registry(String address, @Nullable RegistryAuth auth) {

  /** Reads the settings; null when images stay on the engine that built them. */
  static @Nullable Registry from(Settings settings) {
    var written = settings.text("SLIPWAY_REGISTRY").orElse(null);
    var user = settings.text("SLIPWAY_REGISTRY_USERNAME").orElse(null);
    var password = settings.secret("SLIPWAY_REGISTRY_PASSWORD");
    if (written == null) {
      return null;
    }
    if (!written.matches("[A-Za-z0-9.\\[\\]:-]+(/[a-z0-9._/-]*)?") || written.contains("//")) {
      settings.mistake(
          "SLIPWAY_REGISTRY",
          "is not host:port with an optional /prefix",
          "set it without http:// in front, such as registry.example:5000");
    }
    if ((user == null) != password.isEmpty()) {
      settings.mistake(
          "SLIPWAY_REGISTRY_USERNAME",
          "and SLIPWAY_REGISTRY_PASSWORD belong together, and one of them is missing",
          "set both, or none of them");
    }
    var address = written.endsWith("/") ? written.substring(0, written.length() - 1) : written;
    return new Registry(
        address, user == null ? null : new RegistryAuth(host(address), user, password.reveal()));
  }

  private static String host(String address) {
    var slash = address.indexOf('/');
    return slash < 0 ? address : address.substring(0, slash);
  }

  /** Host and port. */
  String server() {
    return host(address);
  }

  /** Whether an image of this name is one that builds push. */
  boolean keeps(String reference) {
    return reference.startsWith(address + "/");
  }

  /** Whether an image of this name comes from the same server, whoever put it there. */
  boolean serves(String reference) {
    return reference.startsWith(server() + "/");
  }
}
