package dev.slipway.runtime.node;

import dev.slipway.contracts.node.NodeContract.Reach;
import dev.slipway.docker.DockerProblem;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Whether the engine of this host can fetch images. The engine itself is asked for an image that
 * nobody has: a registry that says so is reached, trusted and willing; nothing is fetched. What it
 * said is believed for a while, and an engine that is still waiting is not asked again.
 */
final class RegistryCheck {
  private static final String NOBODY_HAS = "slipway-reachability-check:none";
  private static final Duration BELIEVED = Duration.ofSeconds(15);
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final HostParts host;
  private @Nullable CompletableFuture<Reach> asked;
  private long askedNanos;

  RegistryCheck(HostParts host) {
    this.host = host;
  }

  /** Null when no registry is set. Blocks no longer than two seconds. */
  @Nullable Reach look() throws InterruptedException {
    String registry = host.registry();
    if (registry == null) {
      return null;
    }
    try {
      return ask(registry).get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return new Reach(
          registry, "the engine has heard nothing from it for " + PATIENCE.toSeconds() + " s.");
    } catch (ExecutionException e) {
      throw new IllegalStateException("The engine could not be asked", e.getCause());
    }
  }

  private synchronized CompletableFuture<Reach> ask(String registry) {
    CompletableFuture<Reach> known = asked;
    if (known != null && (!known.isDone() || System.nanoTime() - askedNanos < BELIEVED.toNanos())) {
      return known;
    }
    CompletableFuture<Reach> fresh = new CompletableFuture<>();
    asked = fresh;
    askedNanos = System.nanoTime();
    Thread.ofVirtual()
        .name("registry-check")
        .start(
            () -> fresh.completeAsync(() -> new Reach(registry, problem(registry)), Runnable::run));
    return fresh;
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
