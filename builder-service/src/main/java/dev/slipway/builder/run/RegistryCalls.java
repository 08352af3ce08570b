package dev.slipway.builder.run;

import dev.slipway.contracts.problem.Problem;
import dev.slipway.docker.DockerEngine;
import dev.slipway.docker.DockerProblem;
import dev.slipway.docker.ImageInfo;
import dev.slipway.docker.Registry;
import dev.slipway.docker.RegistryAuth;
import dev.slipway.platform.net.AddressGuard;
import dev.slipway.store.RegistryStore;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What builds ask of registries, through the engine, with refusals that say what to do. */
final class RegistryCalls {
  private final DockerEngine engine;
  private final @Nullable Registry registry;
  private final RegistryStore others;
  private final AddressGuard addresses;

  RegistryCalls(BuilderConfig config, DockerEngine engine, RegistryStore others) {
    this.engine = engine;
    this.registry = config.registry();
    this.others = others;
    this.addresses = config.addresses();
  }

  /** The digest under which our registry keeps this image; empty when it does not. */
  Optional<String> digest(String reference) {
    return explained(reference, () -> engine.registryDigest(reference, authFor(reference)));
  }

  /** Sends the image; the digest under which it is kept from now on. */
  String push(String reference, BuildLog log) {
    var progress = new TransferLog(log, BuildSaga.PUSH);
    return explained(reference, () -> engine.push(reference, authFor(reference), progress));
  }

  /**
   * Fetches an image, with the credentials that are kept for where it comes from.
   *
   * @throws Problem {@code address_refused} when that is no place to connect to
   */
  ImageInfo pull(String reference, BuildLog log) {
    refusePrivate(reference);
    log.say(BuildSaga.BUILD, "Pulling " + reference + ".");
    var progress = new TransferLog(log, BuildSaga.BUILD);
    return explained(reference, () -> engine.pull(reference, authFor(reference), progress));
  }

  /** Whether credentials are kept for where this image comes from. */
  boolean known(String reference) {
    return authFor(reference) != null || (registry != null && registry.serves(reference));
  }

  /**
   * Refuses an image from where nobody may connect to. The engine resolves the name once more: this
   * keeps out who names a private address, not who runs a name service for the purpose. A name that
   * nobody knows leads nowhere: the image may be here, or the engine says that it is missing.
   */
  void refusePrivate(String reference) {
    var server = server(reference);
    if (server != null && (registry == null || !registry.serves(reference))) {
      try {
        addresses.resolve(server.replaceAll(":[0-9]+$", ""));
      } catch (Problem e) {
        if (!e.code().equals("host_unknown")) {
          throw e;
        }
      }
    }
  }

  private @Nullable RegistryAuth authFor(String reference) {
    if (registry != null && registry.serves(reference)) {
      return registry.auth(); // what the nodes that run it present as well
    }
    var server = server(reference);
    return server == null
        ? null
        : others
            .login(server)
            .await()
            .map(login -> new RegistryAuth(server, login.username(), login.password()))
            .orElse(null);
  }

  /** Host and port in front of an image's name; null when the engine's own default is meant. */
  static @Nullable String server(String reference) {
    int slash = reference.indexOf('/');
    var first = slash < 0 ? "" : reference.substring(0, slash);
    return first.contains(".") || first.contains(":") || first.equals("localhost")
        ? first.toLowerCase(Locale.ROOT)
        : null;
  }

  private <T> T explained(String reference, Supplier<T> call) {
    try {
      return call.get();
    } catch (DockerProblem.RegistryRefused
        | DockerProblem.ImageMissing
        | DockerProblem.EngineFailed e) {
      var server = server(reference);
      if (server != null && known(reference)) {
        throw refusal(server, e);
      }
      throw e;
    }
  }

  /** The engine passes on what the registry's client said: the words are all there is to go by. */
  static Problem refusal(String server, DockerProblem problem) {
    var said = problem.getMessage();
    var detail = "The registry " + server + " did not do it: " + said;
    if (has(
        said, "no basic auth credentials", "unauthorized", "authentication required", "denied")) {
      return Problem.failed(
          "registry_unauthorized",
          detail,
          "Add the registry with credentials that may read there: ./slipway registries add. For the platform's own, set"
              + " SLIPWAY_REGISTRY_USERNAME and SLIPWAY_REGISTRY_PASSWORD (or _PASSWORD_FILE) to ones that may read and"
              + " write, and restart the builder.",
          problem);
    }
    if (has(said, "HTTP response to HTTPS client", "x509:", "certificate")) {
      return Problem.failed(
          "registry_insecure",
          detail,
          "Give the registry a certificate that the engines trust (its authority in /etc/docker/certs.d/"
              + server
              + "/ca.crt), or allow plain HTTP on every host: \"insecure-registries\": [\""
              + server
              + "\"] in /etc/docker/daemon.json, then restart Docker.",
          problem);
    }
    if (has(said, "no space left")) {
      return Problem.failed(
          "registry_full",
          detail,
          "Free space on the registry's disk, then deploy again.",
          problem);
    }
    if (has(said, "manifest", "No such image", "name unknown")) {
      return Problem.failed(
          "base_image_missing",
          detail,
          "Push the image there, or correct its name and tag.",
          problem);
    }
    return unreachable(said)
        ? Problem.failed(
            "registry_unreachable",
            detail,
            "See that the registry runs and that this host reaches "
                + server
                + ", then deploy again.",
            problem)
        : Problem.failed(
            "registry_failed",
            detail,
            "Look into the registry's own log and at its disk, then deploy again.",
            problem);
  }

  private static boolean unreachable(String said) {
    return has(
        said,
        "dial tcp",
        "connection re",
        "no such host",
        "timeout",
        "deadline",
        "EOF",
        "no route");
  }

  private static boolean has(String said, String... words) {
    for (var word : words) {
      if (said.contains(word)) {
        return true;
      }
    }
    return false;
  }
}
