package dev.slipway.builder.run;

import dev.slipway.builder.plan.Planner;
import dev.slipway.builder.source.Commit;
import dev.slipway.builder.source.DeployKey;
import dev.slipway.builder.source.GitSource;
import dev.slipway.builder.source.RepositoryUrl;
import dev.slipway.contracts.application.BuildType;
import dev.slipway.contracts.deployment.BuildOrder;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.saga.StepContext;
import dev.slipway.store.ImageStore.BuiltImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Pins the commit and brings its files here, unless the very same was built before. */
final class SourceStep {
  private final BuildParts parts;
  private final Runs runs;
  private final RegistryCalls registries;

  SourceStep(BuildParts parts, Runs runs, RegistryCalls registries) {
    this.parts = parts;
    this.runs = runs;
    this.registries = registries;
  }

  Checked checkOut(StepContext ctx) throws IOException {
    var run = runs.of(ctx);
    var order = run.order();
    parts.stores().deployments().building(ctx.fence(), order.deploymentId()).await();
    // before anything is fetched; the log is open already, and tells it
    run.effective().required();
    if (order.config().build().type() == BuildType.IMAGE) {
      return new Checked(null, null, null, null);
    }
    runs.admit(run, BuildSaga.CHECKOUT, parts.engine().info());
    if (order.archive() != null) {
      return unpack(ctx, run, order.archive());
    }
    var url = url(run);
    long began = System.nanoTime();
    var commit = pinned(ctx, run, url);
    run.log()
        .say(
            BuildSaga.CHECKOUT,
            "Commit %s \"%s\" by %s, fetched in %s."
                .formatted(commit.shortSha(), commit.message(), commit.author(), since(began)));
    var unchanged = unchanged(order, commit.sha());
    var reused = reusable(run, unchanged);
    if (reused != null) {
      run.log()
          .say(
              BuildSaga.CHECKOUT,
              "This commit was built before with the same settings and environment: image "
                  + reused.reference()
                  + " is reused, nothing is built.");
    } else {
      ctx.checkpoint();
      bring(run, commit.sha(), url);
    }
    return new Checked(commit.sha(), commit.message(), unchanged, reused);
  }

  private Checked unpack(StepContext ctx, Runs.Run run, String archive) throws IOException {
    var order = run.order();
    var known = parts.stores().archives().get(archive).await();
    parts
        .stores()
        .deployments()
        .pinned(ctx.fence(), order.deploymentId(), null, known.shown(), "")
        .await();
    run.log()
        .say(
            BuildSaga.CHECKOUT,
            "Source: %s, %,d KB, sent by hand.".formatted(known.shown(), known.bytes() >> 10));
    var unchanged = unchanged(order, archive);
    var reused = reusable(run, unchanged);
    if (reused != null) {
      run.log()
          .say(
              BuildSaga.CHECKOUT,
              "This archive was built before with the same settings and environment: image "
                  + reused.reference()
                  + " is reused, nothing is built.");
    } else {
      ctx.checkpoint();
      bring(run, archive, null);
    }
    return new Checked(archive, known.shown(), unchanged, reused);
  }

  private Commit pinned(StepContext ctx, Runs.Run run, RepositoryUrl url) throws IOException {
    var order = run.order();
    run.log().say(BuildSaga.CHECKOUT, "Fetching " + url.shown() + what(order) + ".");
    var commit =
        parts
            .source()
            .resolve(
                url,
                order.config().branch(),
                order.requestedCommit(),
                line -> run.log().say(BuildSaga.CHECKOUT, line));
    var branch = commit.branch() == null ? order.config().branch() : commit.branch();
    parts
        .stores()
        .deployments()
        .pinned(ctx.fence(), order.deploymentId(), commit.sha(), commit.message(), branch)
        .await();
    return commit;
  }

  private static String what(BuildOrder order) {
    if (order.requestedCommit() != null) {
      return ", commit " + order.requestedCommit();
    }
    return order.config().branch().isEmpty() ? "" : ", branch " + order.config().branch();
  }

  /** The repository with what lets this application in. */
  private RepositoryUrl url(Runs.Run run) {
    var url = written(run.order());
    var access = run.access();
    if (url.scheme() == RepositoryUrl.Scheme.SSH) {
      return access.privateKey() == null ? url : url.with(DeployKey.read(access.privateKey()));
    }
    var given = access.credentials();
    if (given == null || url.scheme() == RepositoryUrl.Scheme.GIT) {
      return url;
    }
    var secret = String.valueOf(access.secret());
    return given.kind().equals("token")
        ? url.with(given.settings().getOrDefault("username", "git"), secret)
        : url.with(
            "x-access-token",
            new GitHubApp(parts.config().addresses(), given.settings(), secret).token());
  }

  private static RepositoryUrl written(BuildOrder order) {
    var written = order.config().repository();
    if (written == null || written.isBlank()) {
      throw Problem.failed(
          "repository_required",
          "The application names no repository.",
          "Set repository to a Git URL, or build.type to image with build.image.");
    }
    return RepositoryUrl.parse(written);
  }

  /**
   * The work tree, brought here again when it is not whole: another process may have begun this
   * build.
   */
  Path tree(Runs.Run run, Checked checked) throws IOException {
    var tree = treeOf(run.order());
    if (!whole(run.order(), String.valueOf(checked.sha()))) {
      bring(run, String.valueOf(checked.sha()), null);
    }
    return tree;
  }

  /**
   * Brings the files here.
   *
   * @param known the repository when this step has just looked it up, for what lets a build in may
   *     have to be asked for; null looks it up when it is needed
   */
  private void bring(Runs.Run run, String sha, @Nullable RepositoryUrl known) throws IOException {
    var order = run.order();
    long began = System.nanoTime();
    remove(order);
    Files.createDirectories(folderOf(order));
    var tree =
        order.archive() == null
            ? checkedOut(run, known == null ? url(run) : known, sha)
            : new SentSource(parts.stores().archives(), folderOf(order)).unpack(sha, treeOf(order));
    Files.writeString(mark(order), sha);
    run.log()
        .say(
            BuildSaga.CHECKOUT,
            "%,d files, %,d KB, written in %s."
                .formatted(tree.files(), tree.bytes() >> 10, since(began)));
  }

  private dev.slipway.builder.source.WorkTree checkedOut(
      Runs.Run run, RepositoryUrl url, String sha) throws IOException {
    var order = run.order();
    try {
      return checkOut(run, url, sha);
    } catch (Problem lost) {
      if (!lost.code().equals("commit_not_found")) {
        throw lost;
      }
      // this host's mirror never had it, or was made anew since
      parts
          .source()
          .resolve(
              url, order.config().branch(), sha, line -> run.log().say(BuildSaga.CHECKOUT, line));
      return checkOut(run, url, sha);
    }
  }

  private dev.slipway.builder.source.WorkTree checkOut(Runs.Run run, RepositoryUrl url, String sha)
      throws IOException {
    return parts
        .source()
        .checkOut(
            url,
            sha,
            treeOf(run.order()),
            run.order().config().rootDirectory(),
            line -> run.log().say(BuildSaga.CHECKOUT, line));
  }

  private boolean whole(BuildOrder order, String sha) throws IOException {
    return Files.isRegularFile(mark(order))
        && Files.readString(mark(order)).equals(sha)
        && Files.isDirectory(treeOf(order));
  }

  private Path mark(BuildOrder order) {
    return folderOf(order).resolve("whole");
  }

  Path folderOf(BuildOrder order) {
    return parts.config().workTrees().resolve(order.deploymentId().value());
  }

  private Path treeOf(BuildOrder order) {
    return folderOf(order).resolve("tree");
  }

  /** Removes everything this build has on the disk. */
  void remove(BuildOrder order) throws IOException {
    GitSource.remove(folderOf(order));
  }

  private String unchanged(BuildOrder order, String sha) {
    var config = order.config();
    return Fingerprint.of(
        Arrays.asList(
            "unchanged",
            Planner.VERSION,
            order.applicationId().value(),
            sha,
            config.rootDirectory(),
            config.build(),
            config.startCommand(),
            config.port(),
            config.volumes(),
            order.environmentVersion(),
            parts.config().bases()));
  }

  /** The image of this fingerprint, if it was made and is still there. */
  @Nullable Made reusable(Runs.Run run, String fingerprint) {
    var found = parts.stores().images().find(fingerprint).await();
    var made = found.filter(this::isThere).map(SourceStep::made).orElse(null);
    if (made != null) {
      run.seen().add(made.id());
    }
    return made;
  }

  /** With a registry, what it keeps; without one, what this engine has. */
  private boolean isThere(BuiltImage image) {
    var registry = parts.config().registry();
    if (registry != null) {
      return registry.keeps(image.reference())
          && image.reference().contains("@")
          && registries.digest(image.reference()).isPresent();
    }
    return parts
        .engine()
        .image(image.reference())
        .filter(here -> here.id().equals(image.digest()))
        .isPresent();
  }

  private static Made made(BuiltImage image) {
    return new Made(
        image.reference(),
        image.digest(),
        image.fingerprint(),
        image.startCommand(),
        image.port() == null ? 0 : image.port());
  }

  static String since(long began) {
    return Timeline.seconds(Duration.ofNanos(System.nanoTime() - began));
  }
}
