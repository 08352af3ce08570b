package dev.slipway.docker;

import org.jspecify.annotations.Nullable;

/**
 * Where built images are kept so that every host can run them.
 *
 * @param address host and port, with a prefix if images are below one: {@code
 *     registry.example:5000/team}
 * @param auth what engines present there, or null for a registry that asks for nothing
 */
public record Registry(String address, @Nullable RegistryAuth auth) {

  /** A registry; without a user it asks for nobody. The address may carry a prefix. */
  public static Registry of(String address, @Nullable String username, String password) {
    return new Registry(
        address, username == null ? null : new RegistryAuth(server(address), username, password));
  }

  private static String server(String address) {
    int slash = address.indexOf('/');
    return slash < 0 ? address : address.substring(0, slash);
  }

  /** Host and port. */
  public String server() {
    return server(address);
  }

  /**
   * Whether an image of this name is one that builds push here, so that every node can fetch it.
   */
  public boolean keeps(String image) {
    return image.startsWith(address + "/");
  }

  /** Whether an image of this name comes from the same server, whoever put it there. */
  public boolean serves(String image) {
    return image.startsWith(server() + "/");
  }

  /**
   * The very image, by content: a tag may have been moved since.
   *
   * @param image its name; one that names a digest already stays as it is
   * @param digest {@code sha256:…}
   */
  public static String pinned(String image, String digest) {
    if (image.contains("@")) {
      return image;
    }
    int colon = image.lastIndexOf(':');
    String repository = colon > image.lastIndexOf('/') ? image.substring(0, colon) : image;
    return repository + "@" + digest;
  }
}
