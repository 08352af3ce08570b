package dev.slipway.builder.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.slipway.contracts.problem.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What hostile repositories, references and addresses must not achieve. */
class HostileRepositoryTest {
  @TempDir Path folder;
  private GitServer server;
  private TestRepository repository;
  private GitSource source;
  private final List<String> told = new ArrayList<>();

  @BeforeEach
  void serve() throws IOException {
    repository = new TestRepository(folder.resolve("served/app"));
    server = new GitServer(folder.resolve("served"));
    source = new GitSource(folder.resolve("data"), true, limits(1 << 20, 200));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static SourceLimits limits(long treeBytes, int files) {
    return new SourceLimits(
        Duration.ofSeconds(20), Duration.ofSeconds(5), 64 << 20, treeBytes, files, 5, 2);
  }

  private RepositoryUrl url() {
    return RepositoryUrl.parse(server.url("app/.git"));
  }

  private Commit resolved(String branch, @Nullable String commit) throws IOException {
    return source.resolve(url(), branch, commit, told::add);
  }

  private WorkTree checkedOut(String sha) throws IOException {
    return source.checkOut(url(), sha, folder.resolve("tree"), null, told::add);
  }

  private static Problem problem(ThrowingCallable call) {
    var problem = catchThrowableOfType(Problem.class, call);
    assertThat(problem).as("a problem with code and remedy").isNotNull();
    assertThat(problem.remedy()).isNotBlank();
    return problem;
  }

  @Test
  void refusesSubmodulesFromTheDiskAndFromHelpers() throws IOException {
    for (var evil :
        List.of(
            "/etc", "file:///etc", "ext::sh -c 'touch /tmp/owned'", "-u/x", "../../../../etc")) {
      repository.file(
          ".gitmodules",
          "[submodule \"x\"]\n\tpath = x\n\turl = \"" + evil.replace("\"", "\\\"") + "\"\n");
      repository.git("add", "-A");
      repository.git("update-index", "--add", "--cacheinfo", "160000," + "1".repeat(40) + ",x");
      repository.git("commit", "-q", "-m", "evil");
      var sha = resolved("main", null).sha();
      assertThat(problem(() -> checkedOut(sha)).code())
          .isIn("submodule_unavailable", "repository_url_invalid");
    }
  }

  @Test
  void stopsAtSubmodulesThatNameThemselves() throws IOException {
    repository.file(".gitmodules", "[submodule \"x\"]\n\tpath = x\n\turl = ./\n");
    var first = repository.commit("one");
    for (int i = 0; i < 4; i++) {
      repository.file(
          ".gitmodules", "[submodule \"x\"]\n\tpath = x\n\turl = " + server.url("app/.git") + "\n");
      repository.git("add", ".gitmodules");
      repository.git("update-index", "--add", "--cacheinfo", "160000," + first + ",x");
      repository.git("commit", "-q", "-m", "deeper " + i);
      first = repository.git("rev-parse", "HEAD");
    }
    var sha = resolved("main", null).sha();
    assertThat(problem(() -> checkedOut(sha)).code()).isEqualTo("source_too_large");
  }

  @Test
  void refusesLfsPointersBelowTheRootDirectoryOnly() throws IOException {
    var sha =
        repository
            .file(
                "assets/big.bin",
                "version https://git-lfs.github.com/spec/v1\noid sha256:"
                    + "0".repeat(64)
                    + "\nsize 12345\n")
            .file("app/a.txt", "a")
            .commit("lfs");
    resolved("main", null);
    var problem = problem(() -> checkedOut(sha));
    assertThat(problem.code()).isEqualTo("lfs_unsupported");
    assertThat(problem.detail()).contains("assets/big.bin");
    assertThat(source.checkOut(url(), sha, folder.resolve("tree"), "app", told::add).files())
        .isEqualTo(2);
  }

  @Test
  void writesNothingThroughLinksAndLeavesOutThoseThatLeadAway() throws IOException {
    var outside = Files.createDirectory(folder.resolve("outside"));
    var link = repository.blob(outside.toString());
    var up = repository.blob("../../outside");
    var inner =
        repository.gitWithInput("100644 blob " + repository.blob("owned") + "\tfile\n", "mktree");
    var tree =
        repository.gitWithInput(
            "120000 blob "
                + link
                + "\taway\n120000 blob "
                + up
                + "\tup\n040000 tree "
                + inner
                + "\tdir\n",
            "mktree");
    var sha = repository.commitTree(tree);
    resolved("main", null);
    var checked = checkedOut(sha);
    assertThat(checked.root().resolve("away")).doesNotExist();
    assertThat(Files.isSymbolicLink(checked.root().resolve("up"))).isFalse();
    assertThat(checked.root().resolve("dir/file")).hasContent("owned");
    assertThat(outside).isEmptyDirectory();
    assertThat(told).anyMatch(line -> line.contains("leads out"));
  }

  @Test
  void refusesALinkAndAFolderOfTheSameName() throws IOException {
    var outside = Files.createDirectory(folder.resolve("outside"));
    var link = repository.blob(outside.toString());
    var inner =
        repository.gitWithInput("100644 blob " + repository.blob("owned") + "\tfile\n", "mktree");
    var raw = new java.io.ByteArrayOutputStream();
    entry(raw, "120000 a", link);
    entry(raw, "40000 a", inner);
    Files.write(folder.resolve("raw"), raw.toByteArray());
    var tree =
        repository.git(
            "hash-object", "-w", "--literally", "-t", "tree", folder.resolve("raw").toString());
    var sha = repository.commitTree(tree);
    assertThat(problem(() -> checkedOut(resolved("main", null).sha())).code())
        .isEqualTo("path_refused");
    assertThat(outside).isEmptyDirectory();
    assertThat(sha).hasSize(40);
  }

  @Test
  void refusesPathsThatClimbAndGitFolders() throws IOException {
    for (var name : List.of("..", ".git", ".GIT", ".")) {
      var raw = new java.io.ByteArrayOutputStream();
      var inner =
          repository.gitWithInput("100644 blob " + repository.blob("owned") + "\tfile\n", "mktree");
      entry(raw, "40000 " + name, inner);
      Files.write(folder.resolve("raw"), raw.toByteArray());
      var tree =
          repository.git(
              "hash-object", "-w", "--literally", "-t", "tree", folder.resolve("raw").toString());
      repository.commitTree(tree);
      assertThat(problem(() -> checkedOut(resolved("main", null).sha())).code())
          .as("name '%s'", name)
          .isEqualTo("path_refused");
    }
  }

  private static void entry(java.io.ByteArrayOutputStream raw, String modeAndName, String id)
      throws IOException {
    raw.write(modeAndName.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    raw.write(0);
    raw.write(java.util.HexFormat.of().parseHex(id));
  }

  @Test
  void boundsBytesAndFilesOfBombs() throws IOException {
    var zeros = repository.blob("0".repeat(4 << 20));
    var tree = repository.gitWithInput("100644 blob " + zeros + "\tbomb\n", "mktree");
    repository.commitTree(tree);
    assertThat(problem(() -> checkedOut(resolved("main", null).sha())).code())
        .isEqualTo("source_too_large");
    var many = repository.gitWithInput("100644 blob " + repository.blob("x") + "\tf\n", "mktree");
    for (int level = 0; level < 8; level++) {
      var entries = new StringBuilder();
      for (int i = 0; i < 10; i++) {
        entries.append("040000 tree ").append(many).append('\t').append(i).append('\n');
      }
      many = repository.gitWithInput(entries.toString(), "mktree");
    }
    repository.commitTree(many);
    assertThat(problem(() -> checkedOut(resolved("main", null).sha())).code())
        .isEqualTo("source_too_large");
  }

  @Test
  void refusesRefsThatLookLikeOptions() throws IOException {
    repository.commit("one");
    for (var ref :
        List.of(
            "--upload-pack=touch /tmp/owned",
            "-x",
            "a..b",
            "a b",
            "a\u0000b",
            "x^{commit}",
            "refs/heads/../../config",
            "@{-1}")) {
      assertThat(problem(() -> resolved(ref, null)).code()).as(ref).isEqualTo("ref_invalid");
    }
  }

  @Test
  void fetchesFromPublicAddressesOnlyUnlessAllowed() throws IOException {
    repository.commit("one");
    var careful = new GitSource(folder.resolve("careful"), false, SourceLimits.defaults());
    for (var host :
        List.of(
            "127.0.0.1",
            "localhost",
            "[::1]",
            "0x7f.1",
            "2130706433",
            "169.254.169.254",
            "10.0.0.1",
            "[::ffff:127.0.0.1]",
            "0.0.0.0",
            "100.64.0.1",
            "[fd00::1]")) {
      var problem =
          problem(() ->
              careful.resolve(
                  RepositoryUrl.parse("http://" + host + ":" + server.port() + "/app/.git"),
                  "main",
                  null,
                  told::add));
      assertThat(problem.code())
          .as(host)
          .isIn("address_refused", "repository_unreachable", "repository_url_invalid");
    }
    assertThat(server.requests()).isZero();
  }

  @Test
  void redirectsAreJudgedAgainAndGetNoCredentials() throws IOException {
    repository.commit("one");
    var seen = new java.util.concurrent.CopyOnWriteArrayList<String>();
    var redirecting =
        com.sun.net.httpserver.HttpServer.create(new java.net.InetSocketAddress("127.0.0.1", 0), 0);
    redirecting.createContext(
        "/",
        exchange -> {
          try (exchange) {
            if (exchange.getRequestHeaders().getFirst("Authorization") == null) {
              exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"git\"");
              exchange.sendResponseHeaders(401, -1);
              return;
            }
            seen.add("asked with credentials");
            exchange
                .getResponseHeaders()
                .set("Location", "http://127.0.0.1:" + server.port() + exchange.getRequestURI());
            exchange.sendResponseHeaders(302, -1);
          }
        });
    redirecting.start();
    server.protect("s3cret");
    try {
      var url =
          RepositoryUrl.parse(
              "http://git:s3cret@127.0.0.1:" + redirecting.getAddress().getPort() + "/app/.git");
      assertThat(problem(() -> source.resolve(url, "main", null, told::add)).code())
          .isIn("repository_private", "repository_unreachable");
      assertThat(seen).isNotEmpty();
      assertThat(server.credentialsSeen()).isZero();
    } finally {
      redirecting.stop(0);
    }
  }
}
