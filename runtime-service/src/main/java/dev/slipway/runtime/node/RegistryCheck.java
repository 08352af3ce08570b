package dev.slipway.runtime.node;

import dev.slipway.contracts.node.NodeContract.Reach;
import dev.slipway.docker.DockerProblem;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Whether the engine of this host can fetch images. The engine itself is asked for an image that
 * nobody has: a registry that says so is reached, trusted and willing; nothing is fetched. What it
 * said is believed for a while, for every look at the hosts asks.
 */
final class RegistryCheck {
  private static final String NOBODY_HAS = "slipway-reachability-check:none";
  private static final Duration BELIEVED = Duration.ofSeconds(15);

  private final HostParts host;
  private @Nullable Reach last;
  private long until;

  RegistryCheck(HostParts host) {
    this.host = host;
  }

  /** Null when no registry is set. Blocks until the engine has answered. */
  synchronized @Nullable Reach look() {
    String registry = host.registry();
    if (registry == null) {
      return null;
    }
    Reach known = last;
    if (known == null || System.nanoTime() - until > 0) {
      known = new Reach(registry, problem(registry));
      last = known;
      until = System.nanoTime() + BELIEVED.toNanos();
    }
    return known;
  }

  private @Nullable String problem(String registry) {
    try {
      host.engine().registryDigest(registry + "/" + NOBODY_HAS, host.auth());
      return null;
    } catch (DockerProblem refused) {
      return explained(refused.getMessage());
    }
  }

  /** The engine's words, with what they mean where they are known to puzzle. */
  private static String explained(String said) {
    String words = said.toLowerCase(Locale.ROOT);
    return words.contains("http response to https") || words.contains("x509")
        ? "its engine does not trust the registry: " + said
        : said;
  }
}
