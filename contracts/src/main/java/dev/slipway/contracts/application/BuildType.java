package dev.slipway.contracts.application;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** How source becomes an image. */
public enum BuildType {
  /** Look at the source and plan; an explicit command always wins. */
  AUTO,
  /** The repository's own Dockerfile. */
  DOCKERFILE,
  /** Files served as they are. */
  STATIC,
  /** No build: an existing image. */
  IMAGE,
  /** The tool nixpacks, where the builder has it. */
  NIXPACKS,
  /** The tool railpack, where the builder has it. */
  RAILPACK,
  /** Cloud Native Buildpacks through {@code pack}, where the builder has it. */
  PACK;

  @JsonValue
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }
}
