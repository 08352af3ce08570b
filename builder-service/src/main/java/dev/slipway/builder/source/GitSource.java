package dev.slipway.builder.source;

import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.net.AddressGuard;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.eclipse.jgit.errors.TransportException;
import org.jspecify.annotations.Nullable;

/**
 * Where applications come from. Every method blocks, belongs on a virtual thread, and stops when
 * that is interrupted.
 *
 * <p>All failures a person can act on are {@link Problem}s; what remains are the disk's.
 */
public final class GitSource {
  private final Mirrors mirrors;
  private final Remote remote;
  private final SourceLimits limits;

  /**
   * A source with its mirrors in {@code <data>/git} and its ssh keys in {@code <data>/ssh}.
   *
   * @param privateAddresses whether loopback and private networks may be fetched from
   */
  public GitSource(Path data, boolean privateAddresses, SourceLimits limits) {
    this(data, new AddressGuard(privateAddresses), limits);
  }

  /** As above, with a guard that says where fetches may go. */
  public GitSource(Path data, AddressGuard guard, SourceLimits limits) {
    this(data, guard, limits, new HostKeyFile(data.resolve("ssh/known_hosts")));
  }

  /** As above, with host keys that others know as well. */
  public GitSource(Path data, AddressGuard guard, SourceLimits limits, HostKeys hosts) {
    GitEnvironment.install();
    this.mirrors = new Mirrors(data.resolve("git"));
    this.remote = new Remote(data, guard, limits, hosts);
    this.limits = limits;
  }

  /**
   * Fetches what is new and pins the commit that is meant.
   *
   * @param branch a branch or tag; empty for the remote's default branch
   * @param commit a full or short id (or a tag) that wins over the branch; null for the branch's
   *     head
   * @throws Problem {@code repository_unreachable}, {@code repository_private}, {@code
   *     repository_empty}, {@code repository_too_large}, {@code address_refused}, {@code
   *     branch_not_found}, {@code commit_not_found}, {@code commit_ambiguous}, {@code ref_invalid}
   */
  public Commit resolve(
      RepositoryUrl url, String branch, @Nullable String commit, SourceListener listener)
      throws IOException {
    try {
      return mirrors.use(
          url,
          listener,
          mirror -> new Resolution(mirror, remote, url, limits, listener).resolve(branch, commit));
    } catch (IOException e) {
      if (e.getCause() instanceof TransportException) {
        throw GitFailure.unclear(url, e);
      }
      throw e;
    }
  }

  /**
   * Writes the files of a commit into a new folder, its submodules included. What stands there
   * already is removed first.
   *
   * @param rootDirectory the folder the application lives in, for which Git LFS pointers are an
   *     error
   * @throws Problem {@code lfs_unsupported}, {@code source_too_large}, {@code path_refused}, {@code
   *     submodule_unavailable}, {@code commit_not_found}, and those of {@link #resolve}
   */
  public WorkTree checkOut(
      RepositoryUrl url,
      String sha,
      Path into,
      @Nullable String rootDirectory,
      SourceListener listener)
      throws IOException {
    Mirrors.delete(into);
    return new Checkout(mirrors, remote, limits, listener).checkOut(url, sha, into, rootDirectory);
  }

  /**
   * What clearing up the mirrors did.
   *
   * @param removed mirrors, of {@code bytes} in all
   * @param left mirrors that stay, of {@code leftBytes} in all
   */
  public record Cleared(int removed, long bytes, int left, long leftBytes) {}

  /**
   * Removes mirrors that were not used for a time, and then those unused for longest until what is
   * left fits. A mirror in use stays; one that is missed later is cloned anew.
   */
  public Cleared clearMirrors(Duration unusedFor, long bytes) throws IOException {
    var youngest = Instant.now().minus(unusedFor);
    var kept = mirrors.kept();
    long left = kept.stream().mapToLong(Mirrors.Kept::bytes).sum();
    int removed = 0;
    long freed = 0;
    for (var mirror : kept) {
      boolean due = mirror.usedAt().isBefore(youngest) || left - freed > bytes;
      if (due && mirrors.remove(mirror.name())) {
        removed++;
        freed += mirror.bytes();
      }
    }
    return new Cleared(removed, freed, kept.size() - removed, left - freed);
  }

  /** Removes a work tree and all that is in it. A missing one is success. */
  public static void remove(Path workTree) throws IOException {
    Mirrors.delete(workTree);
  }
}
