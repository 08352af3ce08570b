package dev.slipway.builder.source;

import dev.slipway.contracts.problem.Problem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jgit.errors.ConfigInvalidException;
import org.eclipse.jgit.errors.IncorrectObjectTypeException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.BlobBasedConfig;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.jspecify.annotations.Nullable;

/** Writes one commit and its submodules into a folder. */
final class Checkout {
  private final Mirrors mirrors;
  private final Remote remote;
  private final SourceLimits limits;
  private final SourceListener listener;
  private int submodules;

  Checkout(Mirrors mirrors, Remote remote, SourceLimits limits, SourceListener listener) {
    this.mirrors = mirrors;
    this.remote = remote;
    this.limits = limits;
    this.listener = listener;
  }

  WorkTree checkOut(RepositoryUrl url, String sha, Path into, @Nullable String root)
      throws IOException {
    var files = new TreeWriter(into, limits, listener);
    write(url, sha, "", files, 0);
    files.writeLinks();
    refusePointers(files.pointersBelow(root));
    return new WorkTree(into, files.count(), files.bytes(), submodules);
  }

  /** A submodule, still to be written. */
  private record Submodule(RepositoryUrl url, String sha, String path) {}

  private void write(RepositoryUrl url, String sha, String prefix, TreeWriter files, int depth)
      throws IOException {
    // the mirror is given back before a submodule's is asked for: two trees that name each other
    // must not wait for ever
    List<Submodule> nested =
        mirrors.use(
            url,
            listener,
            mirror -> {
              if (depth > 0) {
                new Resolution(mirror, remote, url, limits, listener).resolve("", sha);
              }
              return writeFiles(mirror, url, sha, prefix, files);
            });
    for (var submodule : nested) {
      enter(submodule, depth + 1);
      try {
        write(submodule.url(), submodule.sha(), submodule.path(), files, depth + 1);
      } catch (Problem e) {
        throw unavailable(submodule, e);
      }
    }
  }

  private void enter(Submodule submodule, int depth) {
    submodules++;
    if (depth > limits.submoduleDepth() || submodules > limits.submodules()) {
      throw Problem.failed(
          "source_too_large",
          "The submodule "
              + submodule.path()
              + " is nested deeper than "
              + limits.submoduleDepth()
              + " or is one of more than "
              + limits.submodules()
              + ".",
          "Take submodules out that the application does not need.");
    }
    listener.line(
        "submodule "
            + submodule.path()
            + " from "
            + submodule.url().shown()
            + " at "
            + submodule.sha().substring(0, 7));
  }

  private List<Submodule> writeFiles(
      Repository mirror, RepositoryUrl url, String sha, String prefix, TreeWriter files)
      throws IOException {
    try (var walk = new RevWalk(mirror)) {
      var commit = walk.parseCommit(ObjectId.fromString(sha));
      files.startAgainAt(prefix);
      return submodules(mirror, commit, url, prefix, files.write(mirror, commit.getTree(), prefix));
    } catch (IncorrectObjectTypeException | MissingObjectException e) {
      if (!(e instanceof MissingObjectException missing)
          || !missing.getObjectId().name().equals(sha)) {
        throw e;
      }
      throw Problem.failed(
          "commit_not_found",
          "The mirror of " + url.shown() + " has lost commit " + sha + ".",
          "Deploy again: it is fetched anew.");
    }
  }

  private List<Submodule> submodules(
      Repository mirror,
      RevCommit commit,
      RepositoryUrl url,
      String prefix,
      List<TreeWriter.Link> links)
      throws IOException {
    var found = new ArrayList<Submodule>();
    if (links.isEmpty()) {
      return found;
    }
    var settings = settings(mirror, commit);
    for (var link : links) {
      var written = urlOf(settings, link.path());
      var full = prefix.isEmpty() ? link.path() : prefix + "/" + link.path();
      if (written == null) {
        listener.line(
            "the folder " + full + " is a submodule without a URL in .gitmodules; it stays empty");
        continue;
      }
      found.add(new Submodule(url.submodule(written), link.sha(), full));
    }
    return found;
  }

  private static @Nullable BlobBasedConfig settings(Repository mirror, RevCommit commit)
      throws IOException {
    try (var entry = TreeWalk.forPath(mirror, ".gitmodules", commit.getTree())) {
      return entry == null || !TreeWriter.isPlainFile(entry)
          ? null
          : new BlobBasedConfig(null, mirror, entry.getObjectId(0));
    } catch (ConfigInvalidException e) {
      throw Problem.failed(
          "submodule_unavailable",
          "The file .gitmodules cannot be read.",
          "Correct .gitmodules; `git submodule status` says what is wrong.",
          e);
    }
  }

  private static @Nullable String urlOf(@Nullable BlobBasedConfig settings, String path) {
    if (settings == null) {
      return null;
    }
    for (var name : settings.getSubsections("submodule")) {
      if (path.equals(settings.getString("submodule", name, "path"))) {
        return settings.getString("submodule", name, "url");
      }
    }
    return null;
  }

  private static Problem unavailable(Submodule submodule, Problem why) {
    if (why.code().equals("source_too_large")
        || why.code().equals("path_refused")
        || why.code().equals("submodule_unavailable")) {
      return why;
    }
    return Problem.failed(
        "submodule_unavailable",
        "The submodule " + submodule.path() + " cannot be fetched: " + why.detail(),
        why.remedy(),
        why);
  }

  private static void refusePointers(List<String> pointers) {
    if (pointers.isEmpty()) {
      return;
    }
    var shown = String.join(", ", pointers.subList(0, Math.min(5, pointers.size())));
    throw Problem.failed(
        "lfs_unsupported",
        pointers.size()
            + " file(s) are kept in Git LFS, which builds do not fetch: "
            + shown
            + (pointers.size() > 5 ? ", …" : "")
            + ".",
        "Store these files in Git itself (git lfs migrate export --include=…), or fetch them in a build command.");
  }
}
