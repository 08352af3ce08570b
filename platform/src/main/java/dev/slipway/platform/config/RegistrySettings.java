package dev.slipway.platform.config;

import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where images are kept so that every host can fetch them, as builders and runtimes are told it.
 *
 * @param address host and port, with a prefix if images shall be below one: {@code
 *     registry.example:5000/team}
 * @param username null for a registry that asks for nobody
 * @param password of that user
 */
public record RegistrySettings(String address, @Nullable String username, Secret password) {
  private static final String ADDRESS = "SLIPWAY_REGISTRY";
  private static final String USERNAME = "SLIPWAY_REGISTRY_USERNAME";
  private static final Pattern HOST_AND_PREFIX =
      Pattern.compile("[A-Za-z0-9.\\[\\]:-]+(/[a-z0-9._/-]*)?");

  /** Reads the settings; empty when images stay on the engine that built them. */
  public static Optional<RegistrySettings> from(Settings settings) {
    Optional<String> written = settings.text(ADDRESS);
    Optional<String> username = settings.text(USERNAME);
    Secret password = settings.secret("SLIPWAY_REGISTRY_PASSWORD");
    if (written.isEmpty()) {
      return Optional.empty();
    }
    String address = written.get();
    if (!HOST_AND_PREFIX.matcher(address).matches() || address.contains("//")) {
      settings.mistake(
          ADDRESS,
          "is not host:port with an optional /prefix",
          "set it without http:// in front, such as registry.example:5000");
    }
    if (username.isEmpty() != password.isEmpty()) {
      settings.mistake(
          USERNAME,
          "and SLIPWAY_REGISTRY_PASSWORD belong together, and one of them is missing",
          "set both, or none of them");
    }
    return Optional.of(
        new RegistrySettings(
            address.endsWith("/") ? address.substring(0, address.length() - 1) : address,
            username.orElse(null),
            password));
  }
}
