package dev.slipway.gateway.webhook;

import dev.slipway.contracts.application.ApplicationConfig;
import dev.slipway.contracts.application.BuildType;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Whether a push deploys an application.
 *
 * <p>What is deployed for a branch is its head as the builder finds it, never the commit that the
 * delivery names: deliveries come late, twice and out of order, the branch does not. A tag is
 * deployed itself, unless one of a newer commit was before.
 *
 * @param byHand an operator asked for it: what only saves needless deployments does not count
 * @param newestTag when the newest commit was made that a tag has deployed
 */
record PushRules(ApplicationConfig config, boolean byHand, Optional<Instant> newestTag) {
  private static final Pattern SKIP =
      Pattern.compile(
          "\\[(skip ci|ci skip|no ci|skip deploy|deploy skip)]", Pattern.CASE_INSENSITIVE);

  /** The first thing told that deploys; otherwise why the first one does not. */
  Verdict judge(List<News> all) {
    Verdict first = null;
    for (News news : all) {
      Verdict verdict = judge(news);
      if (verdict.deploys()) {
        return verdict;
      }
      first = first == null ? verdict : first;
    }
    return first == null ? judge(new News.Unrelated("empty", "It tells of no push.")) : first;
  }

  private Verdict judge(News news) {
    return switch (news) {
      case News.Ping ping -> Verdict.ignore(ping, "ping", "The sender tried whether we answer.");
      case News.Unrelated none -> Verdict.ignore(none, none.reason(), none.detail());
      case News.Push push -> pushed(push);
      case News.ImagePush image -> imagePushed(image);
    };
  }

  private Verdict pushed(News.Push push) {
    if (isImage() && !push.name().isEmpty()) {
      return Verdict.ignore(
          push, "runs_an_image", "The application runs an image; pushes to Git do not change it.");
    }
    Verdict refused = push.tag() ? tagRefused(push) : isImage() ? null : branchRefused(push);
    if (refused == null) {
      refused = refusedForBoth(push);
    }
    return refused != null ? refused : Verdict.deploy(push, push.tag() ? tagged(push) : null);
  }

  private static String tagged(News.Push push) {
    String commit = push.head().commit();
    return commit != null ? commit : "refs/tags/" + push.name();
  }

  private @Nullable Verdict branchRefused(News.Push push) {
    if (!config.deployTags().isEmpty()) {
      return Verdict.ignore(
          push, "deploys_tags", "The application deploys tags; pushes to branches do not count.");
    }
    String wanted = config.branch().isEmpty() ? push.defaultBranch() : config.branch();
    boolean other = wanted != null && !push.name().isEmpty() && !wanted.equals(push.name());
    if (other) {
      return Verdict.ignore(
          push,
          "other_branch",
          "The application deploys the branch " + wanted + ", not " + push.name() + ".");
    }
    if (config.commit() != null) {
      return Verdict.ignore(
          push, "pinned", "The application is pinned to the commit " + config.commit() + ".");
    }
    if (!byHand
        && !config.watchPaths().isEmpty()
        && push.changed() != null
        && !Globs.anyFits(config.watchPaths(), push.changed())) {
      return Verdict.ignore(push, "paths_unchanged", "No file changed that watchPaths name.");
    }
    return null;
  }

  private @Nullable Verdict tagRefused(News.Push push) {
    if (config.deployTags().isEmpty() || !Globs.fits(config.deployTags(), push.name())) {
      return Verdict.ignore(
          push, "other_tag", "deployTags names no pattern that the tag " + push.name() + " fits.");
    }
    Instant made = push.head().committedAt();
    if (!byHand && made != null && newestTag.filter(made::isBefore).isPresent()) {
      return Verdict.ignore(
          push, "older_tag", "A tag of a newer commit was deployed before; this one came late.");
    }
    return null;
  }

  private @Nullable Verdict refusedForBoth(News.Push push) {
    if (push.deleted()) {
      return Verdict.ignore(push, "deleted", "The branch or tag was deleted.");
    }
    String message = push.head().message();
    if (!byHand && message != null && SKIP.matcher(message).find()) {
      return Verdict.ignore(push, "skipped", "The commit's message says to skip it.");
    }
    return autoDeployRefused(push);
  }

  private @Nullable Verdict autoDeployRefused(News news) {
    return byHand || config.autoDeploy()
        ? null
        : Verdict.ignore(news, "auto_deploy_off", "autoDeploy is off for this application.");
  }

  private Verdict imagePushed(News.ImagePush pushed) {
    String image = config.build().image();
    if (!isImage() || image == null) {
      return Verdict.ignore(
          pushed,
          "builds_itself",
          "The application is built from source; images do not change it.");
    }
    if (ImageName.isPinned(image)) {
      return Verdict.ignore(pushed, "pinned", "The application is pinned to an image's digest.");
    }
    boolean same =
        ImageName.repository(image).equals(ImageName.repository(pushed.repository()))
            && ImageName.tag(image).equals(pushed.tag());
    if (!same) {
      return Verdict.ignore(pushed, "other_image", "The application runs " + image + ".");
    }
    Verdict refused = autoDeployRefused(pushed);
    return refused != null ? refused : Verdict.deploy(pushed, null);
  }

  private boolean isImage() {
    return config.build().type() == BuildType.IMAGE;
  }
}
