package dev.slipway.docker;

/**
 * Credentials of one registry. Never printed.
 *
 * @param server host and port, such as {@code registry.example:5000}
 */
public record RegistryAuth(String server, String username, String password) {

  @Override
  public String toString() {
    return "RegistryAuth[" + server + ", " + username + ", ***]";
  }
}
