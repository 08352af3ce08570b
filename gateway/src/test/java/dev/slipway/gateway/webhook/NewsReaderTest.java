package dev.slipway.gateway.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Deliveries with the fields that each sender documents, written by hand. */
class NewsReaderTest {
  private static final String OLD = "1111111111111111111111111111111111111111";
  private static final String NEW = "2222222222222222222222222222222222222222";
  private static final String NONE = "0000000000000000000000000000000000000000";
  private static final String GITHUB =
      """
      {"ref":"refs/heads/main","before":"%s","after":"%s","created":false,"deleted":false,
       "forced":false,"repository":{"default_branch":"main"},"pusher":{"name":"alice"},
       "commits":[{"id":"%s","added":["web/a.js"],"modified":["README.md"],"removed":[]}],
       "head_commit":{"id":"%s","message":"Fix the cart","timestamp":"2026-11-20T10:00:00+01:00"}}
      """
          .formatted(OLD, NEW, NEW, NEW);
  private static final News.Head HEAD =
      new News.Head(NEW, "Fix the cart", Instant.parse("2026-11-20T09:00:00Z"));
  private static final News.Push PUSH =
      new News.Push(false, "main", false, "main", HEAD, "alice", Set.of("web/a.js", "README.md"));

  @Test
  void aPushOfGitHubIsRead() {
    assertThat(read(Provider.GITHUB, "push", GITHUB)).isEqualTo(PUSH);
    String form = "payload=" + URLEncoder.encode(GITHUB, StandardCharsets.UTF_8) + "&other=1";
    assertThat(read(Provider.GITHUB, "push", form)).isEqualTo(PUSH);
  }

  @Test
  void aPushOfGiteaIsReadAndItsShortListIsNotBelieved() {
    String gitea = GITHUB.replace("\"name\":\"alice\"", "\"login\":\"alice\"");
    String told = gitea.replace("\"forced\":false", "\"total_commits\":1");
    assertThat(read(Provider.GITEA, "push", told)).isEqualTo(PUSH);
    String cut = gitea.replace("\"forced\":false", "\"total_commits\":2");
    assertThat(push(read(Provider.GITEA, "push", cut)).changed()).isNull();
  }

  @ParameterizedTest
  @CsvSource({"\"forced\":false,\"forced\":true", "\"added\":,\"unlisted\":"})
  void whatIsNotToldInFullCountsAsUnknown(String told, String instead) {
    News news = read(Provider.GITHUB, "push", GITHUB.replace(told, instead));
    assertThat(push(news).changed()).isNull();
    String created = GITHUB.replace(OLD, NONE);
    assertThat(push(read(Provider.GITHUB, "push", created)).changed()).isNull();
  }

  @Test
  void aDeletedBranchIsTold() {
    String deleted = GITHUB.replace("\"deleted\":false", "\"deleted\":true");
    assertThat(push(read(Provider.GITHUB, "push", deleted)).deleted()).isTrue();
    String zeros = GITHUB.replace("\"after\":\"" + NEW, "\"after\":\"" + NONE);
    assertThat(push(read(Provider.GITEA, "push", zeros)).deleted()).isTrue();
  }

  @Test
  void anAnnotatedTagStandsForItsCommit() {
    String tag =
        GITHUB
            .replace("refs/heads/main", "refs/tags/v1.2")
            .replace("\"after\":\"" + NEW, "\"after\":\"" + OLD);
    News.Push push = push(read(Provider.GITHUB, "push", tag));
    assertThat(push.tag()).isTrue();
    assertThat(push.name()).isEqualTo("v1.2");
    assertThat(push.head().commit()).isEqualTo(NEW);
  }

  @Test
  void aPushOfGitLabIsRead() {
    String sent =
        """
        {"object_kind":"push","ref":"refs/heads/main","before":"%s","after":"%s",
         "checkout_sha":"%s","user_username":"alice","project":{"default_branch":"main"},
         "commits":[{"id":"%s","message":"Fix the cart","timestamp":"2026-11-20T10:00:00+01:00",
           "added":["web/a.js"],"modified":["README.md"],"removed":[]}],"total_commits_count":1}
        """
            .formatted(OLD, NEW, NEW, NEW);
    assertThat(read(Provider.GITLAB, "Push Hook", sent)).isEqualTo(PUSH);
    String more = sent.replace("_count\":1", "_count\":21");
    assertThat(push(read(Provider.GITLAB, "Push Hook", more)).changed()).isNull();
    String tag =
        sent.replace("\"push\"", "\"tag_push\"").replace("refs/heads/main", "refs/tags/v1");
    assertThat(push(read(Provider.GITLAB, "Tag Push Hook", tag)).tag()).isTrue();
  }

  @Test
  void aPushOfBitbucketIsRead() {
    String sent =
        """
        {"actor":{"nickname":"alice"},"push":{"changes":[
          {"old":{"type":"branch","name":"gone"},"new":null},
          {"old":null,"new":{"type":"branch","name":"main","target":{"hash":"%s",
            "message":"Fix the cart","date":"2026-11-20T10:00:00+01:00"}}}]}}
        """
            .formatted(NEW);
    var all = NewsReader.read(Provider.BITBUCKET, "repo:push", Buffer.buffer(sent));
    assertThat(push(all.getFirst()).deleted()).isTrue();
    assertThat(all.getLast())
        .isEqualTo(new News.Push(false, "main", false, null, HEAD, "alice", null));
    String own =
        """
        {"actor":{"name":"alice"},"changes":[{"ref":{"id":"refs/tags/v1","displayId":"v1",
          "type":"TAG"},"fromHash":"%s","toHash":"%s","type":"ADD"}]}
        """
            .formatted(NONE, NEW);
    News.Push tag = push(read(Provider.BITBUCKET, "repo:refs_changed", own));
    assertThat(tag.tag()).isTrue();
    assertThat(tag.head().commit()).isEqualTo(NEW);
  }

  @Test
  void imagesOfRegistriesAreRead() {
    String notified =
        """
        {"events":[{"action":"pull","target":{"repository":"me/shop","tag":"1"}},
          {"action":"push","target":{"repository":"me/shop","tag":"2"},
           "request":{"host":"registry.example.org:5000"},"actor":{"name":"ci"}}]}
        """;
    News.ImagePush pushed = new News.ImagePush("registry.example.org:5000/me/shop", "2", "ci");
    assertThat(read(Provider.REGISTRY, "push", notified)).isEqualTo(pushed);
    assertThat(read(Provider.PLAIN, "push", notified)).isEqualTo(pushed);
    String hub =
        """
        {"push_data":{"tag":"2","pusher":"alice"},"repository":{"repo_name":"me/shop"}}
        """;
    assertThat(read(Provider.PLAIN, "push", hub))
        .isEqualTo(new News.ImagePush("me/shop", "2", "alice"));
  }

  @Test
  void plainJsonIsRead() {
    String sent =
        """
        {"ref":"refs/heads/main","commit":"%s","message":"Fix the cart","pusher":"alice",
         "committedAt":"2026-11-20T09:00:00Z","changed":["web/a.js","README.md"]}
        """
            .formatted(NEW);
    assertThat(read(Provider.PLAIN, "push", sent))
        .isEqualTo(new News.Push(false, "main", false, null, HEAD, "alice", PUSH.changed()));
    assertThat(push(read(Provider.PLAIN, "push", "{\"branch\":\"x\"}")).name()).isEqualTo("x");
    assertThat(push(read(Provider.PLAIN, "push", "{\"tag\":\"v1\"}")).tag()).isTrue();
    assertThat(push(read(Provider.PLAIN, "push", "{}")).name()).isEmpty();
    assertThat(push(read(Provider.PLAIN, "push", "")).name()).isEmpty();
    assertThat(read(Provider.PLAIN, "push", "{\"image\":\"r.example.org/a/b:3\"}"))
        .isEqualTo(new News.ImagePush("a/b", "3", "unknown"));
  }

  @ParameterizedTest
  @CsvSource({"GITHUB,ping", "BITBUCKET,diagnostics:ping"})
  void aPingIsAPing(Provider provider, String event) {
    assertThat(read(provider, event, "{}")).isEqualTo(new News.Ping());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "no json",
        "[]",
        "null",
        "7",
        "{",
        "{\"ref\":{}}",
        "{\"ref\":\"refs/pull/1\"}",
        "{\"ref\":7,\"commits\":{\"a\":1},\"head_commit\":[]}",
        "payload=%zz",
      })
  void nonsenseIsUnrelatedWhoeverSendsIt(String body) {
    for (Provider provider : Provider.values()) {
      if (provider != Provider.PLAIN) {
        assertThat(NewsReader.read(provider, "push", Buffer.buffer(body)))
            .allMatch(news -> news instanceof News.Unrelated);
      }
    }
  }

  @Test
  void textIsBoundedAndCanBeStored() {
    String sent = "{\"branch\":\"" + "x".repeat(5000) + "\",\"message\":\"a\\u0000b\"}";
    News.Push push = push(read(Provider.PLAIN, "push", sent));
    assertThat(push.name()).hasSizeLessThanOrEqualTo(500);
    assertThat(push.head().message()).isEqualTo("a b");
  }

  @Test
  void sendersAreToldByTheirHeaders() {
    assertThat(sender("X-GitHub-Event", "push")).isEqualTo(Provider.GITHUB);
    assertThat(
            Provider.of(
                MultiMap.caseInsensitiveMultiMap()
                    .set("X-GitHub-Event", "push")
                    .set("X-Gitea-Event", "push")))
        .isEqualTo(Provider.GITEA);
    assertThat(sender("X-Gitlab-Event", "Push Hook")).isEqualTo(Provider.GITLAB);
    assertThat(sender("X-Event-Key", "repo:push")).isEqualTo(Provider.BITBUCKET);
    assertThat(sender("Content-Type", Provider.REGISTRY_TYPE + ".v1+json"))
        .isEqualTo(Provider.REGISTRY);
    assertThat(sender("Content-Type", "application/json")).isEqualTo(Provider.PLAIN);
  }

  private static Provider sender(String header, String value) {
    return Provider.of(MultiMap.caseInsensitiveMultiMap().set(header, value));
  }

  private static News read(Provider provider, String event, String body) {
    return NewsReader.read(provider, event, Buffer.buffer(body)).getFirst();
  }

  private static News.Push push(News news) {
    assertThat(news).isInstanceOf(News.Push.class);
    return (News.Push) news;
  }
}
