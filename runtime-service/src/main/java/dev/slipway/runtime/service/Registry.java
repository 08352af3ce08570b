package dev.slipway.runtime.service;

import dev.slipway.contracts.deployment.Release;
import dev.slipway.docker.RegistryAuth;
import dev.slipway.platform.config.Settings;
import org.jspecify.annotations.Nullable;

/**
 * Where nodes fetch images from.
 *
 * @param address host and port, with a prefix if images are below one: {@code
 *     registry.example:5000/team}
 * @param auth what nodes present there, or null for a registry that asks for nothing
 */
public record Registry(String address, @Nullable RegistryAuth auth) {

  /** Reads the settings; null when images stay on the engine that built them. */
  public static @Nullable Registry from(Settings settings) {
    String written = settings.text("SLIPWAY_REGISTRY").orElse(null);
    String user = settings.text("SLIPWAY_REGISTRY_USERNAME").orElse(null);
    String password = settings.secret("SLIPWAY_REGISTRY_PASSWORD").reveal();
    if (written == null) {
      return null;
    }
    String address = written.endsWith("/") ? written.substring(0, written.length() - 1) : written;
    return new Registry(
        address, user == null ? null : new RegistryAuth(server(address), user, password));
  }

  private static String server(String address) {
    int slash = address.indexOf('/');
    return slash < 0 ? address : address.substring(0, slash);
  }

  /** Host and port. */
  public String server() {
    return server(address);
  }

  /** Whether every node can fetch this release's image; older ones may be on one engine only. */
  public boolean keeps(Release release) {
    return release.spec().image().startsWith(address + "/");
  }

  /** The very image of a release, by digest: a tag may have been moved since. */
  public String pinned(Release release) {
    String image = release.spec().image();
    if (image.contains("@")) {
      return image;
    }
    int colon = image.lastIndexOf(':');
    String repository = colon > image.lastIndexOf('/') ? image.substring(0, colon) : image;
    return repository + "@" + release.spec().imageDigest();
  }
}
