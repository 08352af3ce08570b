package dev.slipway.builder.run;

import com.fasterxml.jackson.annotation.JsonIgnore;
import org.jspecify.annotations.Nullable;

/**
 * An image and how to run it.
 *
 * @param reference the name it has on the engine; {@code repository@sha256:…} once a registry has
 *     it
 * @param id its content
 * @param fingerprint names what it was made from; null for an image that was not built here
 * @param startCommand what must run instead of its own command, or null
 * @param port where the application listens
 */
record Made(
    String reference,
    String id,
    @Nullable String fingerprint,
    @Nullable String startCommand,
    int port) {

  /** Whether the name says what a registry keeps, and nothing else ever. */
  @JsonIgnore
  boolean pinned() {
    return reference.contains("@");
  }

  /** The name under which a registry keeps these contents. */
  String pinnedTo(String digest) {
    return reference.substring(0, reference.lastIndexOf(':')) + "@" + digest;
  }

  Made at(String newReference) {
    return new Made(newReference, id, fingerprint, startCommand, port);
  }
}
