package dev.slipway.builder.source;

import dev.slipway.contracts.problem.Problem;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.errors.IncorrectObjectTypeException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.AbbreviatedObjectId;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.transport.RefSpec;
import org.jspecify.annotations.Nullable;

/**
 * From what a person named to one commit that is in the mirror, with as few round trips as it
 * takes.
 */
final class Resolution {
  private static final Pattern FULL = Pattern.compile("[0-9a-fA-F]{40}");
  private static final Pattern SHORT = Pattern.compile("[0-9a-fA-F]{4,39}");
  private static final int MANY_PACKS = 60;
  private static final List<RefSpec> EVERYTHING =
      List.of(
          new RefSpec("+refs/heads/*:refs/all/heads/*"),
          new RefSpec("+refs/tags/*:refs/all/tags/*"));

  private final Repository mirror;
  private final Remote remote;
  private final RepositoryUrl url;
  private final SourceLimits limits;
  private final SourceListener listener;

  Resolution(
      Repository mirror,
      Remote remote,
      RepositoryUrl url,
      SourceLimits limits,
      SourceListener listener) {
    this.mirror = mirror;
    this.remote = remote;
    this.url = url;
    this.limits = limits;
    this.listener = listener;
  }

  Commit resolve(String branch, @Nullable String commit) throws IOException {
    var found = commit == null || commit.isBlank() ? named(branch.strip()) : asked(commit.strip());
    packIfMany();
    return found;
  }

  private Commit asked(String commit) throws IOException {
    if (FULL.matcher(commit).matches()) {
      return byFullId(ObjectId.fromString(commit));
    }
    if (SHORT.matcher(commit).matches()) {
      return byShortId(commit);
    }
    return named(commit);
  }

  /** A branch, else a tag; the default branch for an empty name. */
  private Commit named(String name) throws IOException {
    if (name.isEmpty()) {
      return defaultBranch();
    }
    var full = name.startsWith("refs/") ? name : Constants.R_HEADS + name;
    if (name.startsWith("-") || !Repository.isValidRefName(full)) {
      throw Problem.failed(
          "ref_invalid",
          "'" + name + "' cannot be the name of a branch or tag.",
          "Give a branch or tag as `git branch` or `git tag` shows it.");
    }
    if (fetched(List.of(into(full)))) {
      return commitAt(into(full).getDestination(), name);
    }
    var offered = offered();
    var tag = Constants.R_TAGS + name;
    if (!name.startsWith("refs/") && offered.containsKey(tag) && fetched(List.of(into(tag)))) {
      return commitAt(into(tag).getDestination(), name);
    }
    throw branchNotFound(name, offered);
  }

  private Commit defaultBranch() throws IOException {
    var offered = offered();
    var head = offered.get(Constants.HEAD);
    var target =
        head != null && head.isSymbolic() ? head.getTarget().getName() : likelyDefault(offered);
    if (target == null || !fetched(List.of(into(target)))) {
      throw branchNotFound("HEAD", offered);
    }
    return commitAt(into(target).getDestination(), Repository.shortenRefName(target));
  }

  private static @Nullable String likelyDefault(Map<String, Ref> offered) {
    for (var name : List.of("refs/heads/main", "refs/heads/master")) {
      if (offered.containsKey(name)) {
        return name;
      }
    }
    return offered.keySet().stream()
        .filter(n -> n.startsWith(Constants.R_HEADS))
        .min(String::compareTo)
        .orElse(null);
  }

  private Commit byFullId(ObjectId id) throws IOException {
    var here = commitIfHere(id);
    if (here != null) {
      return here;
    }
    // most servers hand out any commit they reach from a branch; the others need all branches
    // fetched
    boolean byId = fetchedQuietly(List.of(new RefSpec(id.name() + ":refs/commits/" + id.name())));
    here = commitIfHere(id);
    if (here == null && !byId) {
      fetchEverything();
      here = commitIfHere(id);
    }
    if (here == null) {
      throw commitNotFound(id.name());
    }
    return here;
  }

  private Commit byShortId(String digits) throws IOException {
    var here = commitsStarting(digits);
    if (here.isEmpty()) {
      fetchEverything();
      here = commitsStarting(digits);
    }
    if (here.size() > 1) {
      throw Problem.failed(
          "commit_ambiguous",
          "More than one commit of " + url.shown() + " begins with " + digits + ".",
          "Give more digits of the commit's id, best all 40.");
    }
    if (here.isEmpty()) {
      throw commitNotFound(digits);
    }
    return here.getFirst();
  }

  private List<Commit> commitsStarting(String digits) throws IOException {
    var found = new ArrayList<Commit>();
    try (var reader = mirror.newObjectReader()) {
      for (var id :
          reader.resolve(
              AbbreviatedObjectId.fromString(digits.toLowerCase(java.util.Locale.ROOT)))) {
        var commit = commitIfHere(id);
        if (commit != null && commit.sha().equals(id.name())) {
          found.add(commit);
        }
      }
    }
    return found;
  }

  private void fetchEverything() throws IOException {
    if (!fetched(EVERYTHING)) {
      throw commitNotFound("that");
    }
    if (mirror.getRefDatabase().getRefsByPrefix("refs/all/").isEmpty()) {
      offered();
    }
  }

  /**
   * Where a remote ref is kept here: under a hash, so that {@code a} and {@code a/b} never stand in
   * each other's way.
   */
  private static RefSpec into(String remoteName) {
    return new RefSpec(
        "+" + remoteName + ":refs/heads/" + Mirrors.hash(remoteName).substring(0, 16));
  }

  /** False when the remote has none of these. */
  private boolean fetched(List<RefSpec> refs) throws IOException {
    var watch = new FetchWatch(mirror.getDirectory().toPath(), limits, listener);
    var deadline = new Deadline(limits.fetchTime());
    try (deadline) {
      remote.fetch(mirror, url, refs, watch);
      return true;
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      if (saysMissing(e)) {
        return false;
      }
      throw translated(e, watch.stopped(), deadline.passed());
    }
  }

  private boolean fetchedQuietly(List<RefSpec> refs) throws IOException {
    try {
      return fetched(refs);
    } catch (Problem refusedById) {
      if (refusedById.code().equals("repository_unreachable")
          || refusedById.code().equals("repository_private")) {
        return false; // "not our ref" and the like; if the remote is really away, fetching
        // everything says so
      }
      throw refusedById;
    }
  }

  private Map<String, Ref> offered() throws IOException {
    var deadline = new Deadline(limits.fetchTime());
    Map<String, Ref> refs;
    try (deadline) {
      refs = remote.refs(mirror, url);
    } catch (IOException | RuntimeException e) {
      throw translated(e, null, deadline.passed());
    }
    if (refs.isEmpty()) {
      throw Problem.failed(
          "repository_empty",
          url.shown() + " has no commits yet.",
          "Push a first commit, then deploy again.");
    }
    return refs;
  }

  private IOException translated(Throwable e, FetchWatch.@Nullable Stop stop, boolean late)
      throws IOException {
    if (late || stop == FetchWatch.Stop.TOO_SLOW) {
      throw GitFailure.tooSlow(url, limits, e);
    }
    if (stop == FetchWatch.Stop.TOO_BIG) {
      throw GitFailure.tooLarge(url, limits, e);
    }
    if (stop == FetchWatch.Stop.INTERRUPTED || Thread.currentThread().isInterrupted()) {
      Thread.currentThread().interrupt();
      return new java.io.InterruptedIOException("the fetch was interrupted");
    }
    var problem = GitFailure.of(e, url, limits);
    if (problem != null) {
      throw problem;
    }
    return new IOException(RepositoryUrl.mask(String.valueOf(e.getMessage())), e);
  }

  private static boolean saysMissing(Throwable e) {
    var words = String.valueOf(e.getMessage());
    return words.contains("Remote does not have") || words.contains("not our ref");
  }

  private Commit commitAt(String localRef, String name) throws IOException {
    var ref = mirror.exactRef(localRef);
    if (ref == null || ref.getObjectId() == null) {
      throw new IOException("the fetched ref " + name + " is not in the mirror");
    }
    try (var walk = new RevWalk(mirror)) {
      return told(walk.parseCommit(ref.getObjectId()), name);
    } catch (IncorrectObjectTypeException e) {
      throw commitNotFound(name);
    }
  }

  private @Nullable Commit commitIfHere(ObjectId id) throws IOException {
    try (var walk = new RevWalk(mirror)) {
      var commit = walk.parseCommit(id);
      walk.parseTree(commit.getTree()); // an interrupted fetch may have left the commit alone
      return told(commit, null);
    } catch (MissingObjectException | IncorrectObjectTypeException e) {
      return null;
    }
  }

  private static Commit told(RevCommit commit, @Nullable String branch) {
    var message = commit.getShortMessage();
    var author = commit.getAuthorIdent();
    return new Commit(
        commit.name(),
        message.length() > 500 ? message.substring(0, 500) : message,
        author == null ? "" : author.getName(),
        author == null ? commit.getCommitterIdent().getWhenAsInstant() : author.getWhenAsInstant(),
        branch);
  }

  // each fetch leaves a pack; many packs make every look-up slow
  private void packIfMany() throws IOException {
    var packs =
        mirror
            .getDirectory()
            .toPath()
            .resolve("objects/pack")
            .toFile()
            .list((d, n) -> n.endsWith(".pack"));
    if (packs == null || packs.length < MANY_PACKS) {
      return;
    }
    try (var git = new Git(mirror)) {
      listener.line("tidying the local mirror (" + packs.length + " packs)");
      git.gc().call();
    } catch (GitAPIException e) {
      throw new IOException("tidying the mirror failed", e);
    }
  }

  private Problem branchNotFound(String name, Map<String, Ref> offered) {
    var there =
        offered.keySet().stream()
            .filter(n -> n.startsWith(Constants.R_HEADS))
            .map(Repository::shortenRefName)
            .sorted()
            .limit(10)
            .collect(Collectors.joining(", "));
    return Problem.failed(
        "branch_not_found",
        url.shown() + " has no branch or tag '" + name + "'.",
        there.isEmpty() ? "Push a branch first." : "Set one of its branches: " + there + ".");
  }

  private Problem commitNotFound(String id) {
    return Problem.failed(
        "commit_not_found",
        url.shown() + " has no commit " + id + " on any branch or tag.",
        "Check the id, and that the commit has been pushed.");
  }
}
