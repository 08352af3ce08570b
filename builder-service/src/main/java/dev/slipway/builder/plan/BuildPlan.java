package dev.slipway.builder.plan;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How one commit becomes an image. Decided once, from files and settings alone: the same input
 * gives the same plan, to the letter.
 *
 * @param kind what was recognised: {@code dockerfile}, {@code node}, {@code python}, {@code java},
 *     {@code go}, {@code php}, {@code static}, {@code commands}, {@code image}, {@code nixpacks},
 *     {@code railpack}, {@code pack}
 * @param contextRoot the folder whose files the build sees, relative to the work tree; empty for
 *     its top
 * @param dockerfile path of the repository's own Dockerfile, relative to the context; null when
 *     generated or not needed
 * @param dockerfileText the generated Dockerfile, or null
 * @param target stage to stop at, or null
 * @param image the existing image of kind {@code image}, or null
 * @param families base images that must be present, by family
 * @param arguments names of variables handed over as build arguments; never of secrets
 * @param secrets names of variables handed over as secrets of their own
 * @param environmentFile whether all variables are handed over as one secret file
 * @param usesEnvironment whether a changed variable may change the image
 * @param ignore lines added to {@code .dockerignore}
 * @param startCommand what must run instead of the image's own command, or null
 * @param port where the application will listen
 * @param cachedDirectories kept from build to build
 * @param explanation what was decided and why, one line each, for the log
 */
public record BuildPlan(
    String kind,
    String contextRoot,
    @Nullable String dockerfile,
    @Nullable String dockerfileText,
    @Nullable String target,
    @Nullable String image,
    List<String> families,
    List<String> arguments,
    List<String> secrets,
    boolean environmentFile,
    boolean usesEnvironment,
    List<String> ignore,
    @Nullable String startCommand,
    int port,
    List<String> cachedDirectories,
    List<String> explanation) {

  public BuildPlan {
    families = List.copyOf(families);
    arguments = List.copyOf(arguments);
    secrets = List.copyOf(secrets);
    ignore = List.copyOf(ignore);
    cachedDirectories = List.copyOf(cachedDirectories);
    explanation = List.copyOf(explanation);
  }

  /** SHA-256 of all that decides the image; the explanation does not. */
  public String digest() {
    var decided =
        String.join(
            "\u0000",
            kind,
            contextRoot,
            String.valueOf(dockerfile),
            String.valueOf(dockerfileText),
            String.valueOf(target),
            String.valueOf(image),
            arguments.toString(),
            secrets.toString(),
            ignore.toString(),
            String.valueOf(startCommand),
            String.valueOf(port));
    try {
      var sha = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha.digest(decided.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
