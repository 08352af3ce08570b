package dev.slipway.gateway.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.application.ApplicationConfig;
import dev.slipway.contracts.application.BuildConfig;
import dev.slipway.contracts.application.BuildType;
import dev.slipway.contracts.application.HealthCheck;
import dev.slipway.contracts.application.Resources;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PushRulesTest {
  private static final String COMMIT = "2222222222222222222222222222222222222222";
  private static final Instant MADE = Instant.parse("2026-11-20T09:00:00Z");
  private static final ApplicationConfig MAIN = config("main", null, true, List.of(), List.of());

  @Test
  void aPushToTheBranchDeploysItsHeadAndNotTheCommitToldOf() {
    Verdict verdict = judge(MAIN, branch("main", "Fix the cart", null));
    assertThat(verdict.deploys()).isTrue();
    assertThat(verdict.commit()).isNull();
  }

  @Test
  void anotherBranchDeploysNothing() {
    assertThat(judge(MAIN, branch("dev", null, null)).reason()).isEqualTo("other_branch");
    ApplicationConfig own = config("", null, true, List.of(), List.of());
    assertThat(judge(own, branch("main", null, null)).deploys()).isTrue();
    assertThat(judge(own, branch("dev", null, null)).reason()).isEqualTo("other_branch");
  }

  @ParameterizedTest
  @ValueSource(strings = {"x [skip ci]", "[CI SKIP] x", "x\n\n[skip deploy]", "[no ci]"})
  void theMessageMaySayToSkipIt(String message) {
    assertThat(judge(MAIN, branch("main", message, null)).reason()).isEqualTo("skipped");
    assertThat(byHand(MAIN, branch("main", message, null)).deploys()).isTrue();
  }

  @Test
  void onlyWatchedPathsDeployAndTheUnknownCountsAsChanged() {
    ApplicationConfig web = config("main", null, true, List.of("web/**", "!**/*.md"), List.of());
    assertThat(judge(web, branch("main", null, Set.of("api/a", "web/x/b.js"))).deploys()).isTrue();
    assertThat(judge(web, branch("main", null, Set.of("api/a", "web/README.md"))).reason())
        .isEqualTo("paths_unchanged");
    assertThat(judge(web, branch("main", null, null)).deploys()).isTrue();
    assertThat(byHand(web, branch("main", null, Set.of("api/a"))).deploys()).isTrue();
  }

  @Test
  void whatIsOffPinnedOrDeletedDeploysNothing() {
    ApplicationConfig off = config("main", null, false, List.of(), List.of());
    assertThat(judge(off, branch("main", null, null)).reason()).isEqualTo("auto_deploy_off");
    assertThat(byHand(off, branch("main", null, null)).deploys()).isTrue();
    ApplicationConfig pinned = config("main", "c0ffee1", true, List.of(), List.of());
    assertThat(judge(pinned, branch("main", null, null)).reason()).isEqualTo("pinned");
    News deleted = new News.Push(false, "main", true, null, News.Head.UNKNOWN, "alice", null);
    assertThat(judge(MAIN, deleted).reason()).isEqualTo("deleted");
  }

  @Test
  void tagsThatFitAreDeployedThemselves() {
    ApplicationConfig tags = config("main", null, true, List.of(), List.of("v*", "!*-rc*"));
    assertThat(judge(tags, tag("v1.2")).commit()).isEqualTo(COMMIT);
    assertThat(judge(tags, tag("v1.2-rc1")).reason()).isEqualTo("other_tag");
    assertThat(judge(tags, branch("main", null, null)).reason()).isEqualTo("deploys_tags");
    assertThat(judge(MAIN, tag("v1.2")).reason()).isEqualTo("other_tag");
  }

  @Test
  void aTagOfAnOlderCommitThanTheLastOneCameLate() {
    ApplicationConfig tags = config("main", null, true, List.of(), List.of("*"));
    Optional<Instant> newer = Optional.of(MADE.plusSeconds(1));
    assertThat(new PushRules(tags, false, newer).judge(List.of(tag("v1"))).reason())
        .isEqualTo("older_tag");
    assertThat(new PushRules(tags, true, newer).judge(List.of(tag("v1"))).deploys()).isTrue();
    assertThat(new PushRules(tags, false, Optional.of(MADE)).judge(List.of(tag("v1"))).deploys())
        .isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "r.example.org:5000/me/shop:2,r.example.org:5000/me/shop,2,true",
    "r.example.org:5000/me/shop:2,proxy.example.org/me/shop,2,true",
    "me/shop,me/shop,latest,true",
    "nginx,library/nginx,latest,true",
    "docker.io/library/nginx:1,nginx,1,true",
    "me/shop:2,me/shop,3,false",
    "me/shop:2,you/shop,2,false",
    "me/shop,me/shop,,false",
  })
  void anImageIsComparedByPathAndTag(
      String runs, String pushed, @Nullable String tag, boolean fits) {
    Verdict verdict = judge(image(runs), new News.ImagePush(pushed, tag, "ci"));
    assertThat(verdict.deploys()).isEqualTo(fits);
  }

  @Test
  void gitAndImagesAreKeptApart() {
    assertThat(judge(image("me/shop"), branch("main", null, null)).reason())
        .isEqualTo("runs_an_image");
    assertThat(judge(MAIN, new News.ImagePush("me/shop", "1", "ci")).reason())
        .isEqualTo("builds_itself");
    assertThat(judge(image("me/shop"), branch("", null, null)).deploys()).isTrue();
    assertThat(
            judge(image("me/shop@sha256:1"), new News.ImagePush("me/shop", "latest", "ci"))
                .reason())
        .isEqualTo("pinned");
  }

  @ParameterizedTest
  @CsvSource({
    "web/**,web/a/b.js,true",
    "web/**,web,true",
    "web/,web/a,true",
    "web,web/a,false",
    "**/*.js,a.js,true",
    "**/*.js,a/b/c.js,true",
    "*.js,a/b.js,false",
    "a?c,abc,true",
    "a*c*e,abcde,true",
    "a*c*e,abcd,false",
    "/web/*,web/x,true",
    "**,anything/at/all,true",
  })
  void patternsOfPaths(String pattern, String path, boolean fits) {
    assertThat(Globs.fits(List.of(pattern), path)).isEqualTo(fits);
  }

  @Test
  void aPatternMadeToTakeLongDoesNot() {
    String stars = "*a".repeat(100) + "b";
    String folders = "**/".repeat(60) + "x";
    assertThat(Globs.fits(List.of(stars), "a".repeat(5_000))).isFalse();
    assertThat(Globs.fits(List.of(folders), "a/".repeat(2_000))).isFalse();
  }

  private static Verdict judge(ApplicationConfig config, News news) {
    return new PushRules(config, false, Optional.empty()).judge(List.of(news));
  }

  private static Verdict byHand(ApplicationConfig config, News news) {
    return new PushRules(config, true, Optional.empty()).judge(List.of(news));
  }

  private static News branch(String name, @Nullable String message, @Nullable Set<String> changed) {
    News.Head head = new News.Head(COMMIT, message, MADE);
    return new News.Push(false, name, false, "main", head, "alice", changed);
  }

  private static News tag(String name) {
    News.Head head = new News.Head(COMMIT, null, MADE);
    return new News.Push(true, name, false, "main", head, "alice", null);
  }

  private static ApplicationConfig image(String image) {
    BuildConfig build = new BuildConfig(BuildType.IMAGE, null, null, image, null, null, null, null);
    return config("", null, true, List.of(), List.of(), build);
  }

  private static ApplicationConfig config(
      String branch,
      @Nullable String commit,
      boolean auto,
      List<String> watchPaths,
      List<String> deployTags) {
    return config(branch, commit, auto, watchPaths, deployTags, BuildConfig.auto());
  }

  private static ApplicationConfig config(
      String branch,
      @Nullable String commit,
      boolean auto,
      List<String> watchPaths,
      List<String> deployTags,
      BuildConfig build) {
    return new ApplicationConfig(
        "https://git.example.org/me/shop.git",
        branch,
        commit,
        null,
        build,
        null,
        8080,
        1,
        Resources.UNLIMITED,
        HealthCheck.DEFAULT,
        List.of(),
        List.of(),
        false,
        auto,
        0,
        0,
        watchPaths,
        deployTags);
  }
}
