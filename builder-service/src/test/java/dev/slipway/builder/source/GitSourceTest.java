package dev.slipway.builder.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.slipway.contracts.problem.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a source promises, against real repositories served over real HTTP. */
class GitSourceTest {
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
  void pinsTheBranchsHeadWithItsMessageAndAuthor() throws IOException {
    repository.file("a.txt", "one");
    var sha = repository.commit("First\n\nbody");
    var commit = resolved("main", null);
    assertThat(commit.sha()).isEqualTo(sha);
    assertThat(commit.message()).isEqualTo("First");
    assertThat(commit.author()).isEqualTo("Ada");
    assertThat(commit.branch()).isEqualTo("main");
  }

  @Test
  void followsTheDefaultBranchWhenNoneIsNamed() throws IOException {
    var sha = repository.commit("on trunk");
    repository.git("branch", "-m", "trunk");
    assertThat(resolved("", null).sha()).isEqualTo(sha);
    assertThat(resolved("", null).branch()).isEqualTo("trunk");
  }

  @Test
  void findsTagsAndShortAndFullIds() throws IOException {
    var first = repository.commit("first");
    repository.git("tag", "-a", "v1", "-m", "annotated");
    var second = repository.commit("second");
    assertThat(resolved("v1", null).sha()).isEqualTo(first);
    assertThat(resolved("main", first.substring(0, 8)).sha()).isEqualTo(first);
    assertThat(resolved("main", first).sha()).isEqualTo(first);
    assertThat(resolved("main", "v1").sha()).isEqualTo(first);
    assertThat(resolved("main", null).sha()).isEqualTo(second);
  }

  @Test
  void findsAFullIdThatNoBranchFetchedSoFarLeadsTo() throws IOException {
    repository.commit("base");
    repository.git("checkout", "-q", "-b", "side");
    var side = repository.commit("aside");
    repository.git("checkout", "-q", "main");
    assertThat(resolved("main", side).sha()).isEqualTo(side);
  }

  @Test
  void fetchesOnlyWhatIsNew() throws IOException {
    repository.file(
        "big.txt",
        "x".repeat(50)
            + java.util.stream.IntStream.range(0, 40_000)
                .mapToObj(i -> "" + i * 7919L)
                .reduce("", (a, b) -> a.length() > 300_000 ? a : a + b));
    repository.commit("big");
    resolved("main", null);
    var before = server.sent();
    repository.file("small.txt", "small");
    var second = repository.commit("small");
    assertThat(resolved("main", null).sha()).isEqualTo(second);
    assertThat(server.sent() - before).isLessThan(4000);
  }

  @Test
  void asksNobodyForACommitItHas() throws IOException {
    var sha = repository.commit("one");
    resolved("main", null);
    var before = server.requests();
    assertThat(resolved("main", sha).sha()).isEqualTo(sha);
    assertThat(server.requests()).isEqualTo(before);
  }

  @Test
  void followsABranchThatWasRewrittenAndOneThatBecameAFolder() throws IOException {
    repository.commit("one");
    repository.git("branch", "a");
    resolved("a", null);
    repository.git("branch", "-D", "a");
    repository.git("branch", "a/b");
    assertThat(resolved("a/b", null).message()).isEqualTo("one");
    repository.git("commit", "-q", "--amend", "--allow-empty", "-m", "rewritten");
    assertThat(resolved("main", null).message()).isEqualTo("rewritten");
  }

  @Test
  void writesTheCommitsFilesAndNothingElse() throws IOException {
    repository.file("run.sh", "#!/bin/sh").file("deep/er/b.txt", "b");
    Files.createSymbolicLink(repository.folder().resolve("link"), Path.of("deep/er"));
    repository.folder().resolve("run.sh").toFile().setExecutable(true);
    var sha = repository.commit("files");
    resolved("main", null);
    var tree = checkedOut(sha);
    assertThat(tree.files()).isEqualTo(3);
    assertThat(tree.root().resolve("deep/er/b.txt")).hasContent("b");
    assertThat(tree.root().resolve("link/b.txt")).hasContent("b");
    assertThat(tree.root().resolve("run.sh")).isExecutable();
    assertThat(tree.root().resolve(".git")).doesNotExist();
  }

  @Test
  void servesTenAtOnce() throws Exception {
    var sha = repository.file("a.txt", "a").commit("one");
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var all = new ArrayList<Callable<WorkTree>>();
      for (int i = 0; i < 10; i++) {
        var into = folder.resolve("tree" + i);
        all.add(() ->
            source.checkOut(url(), resolved("main", null).sha(), into, null, SourceListener.NONE));
      }
      for (var done : threads.invokeAll(all)) {
        assertThat(done.get().root().resolve("a.txt")).hasContent("a");
      }
    }
    assertThat(sha).hasSize(40);
  }

  @Test
  void clonesADamagedMirrorAnew() throws IOException {
    var sha = repository.file("a.txt", "a".repeat(2000)).commit("one");
    resolved("main", null);
    try (var packs =
        Files.newDirectoryStream(
            folder.resolve("data/git/" + Mirrors.nameOf(url()) + ".git/objects/pack"), "*.pack")) {
      for (var pack : packs) {
        pack.toFile().setWritable(true);
        Files.writeString(pack, "nonsense", StandardOpenOption.TRUNCATE_EXISTING);
      }
    }
    assertThat(resolved("main", null).sha()).isEqualTo(sha);
    assertThat(checkedOut(sha).root().resolve("a.txt")).exists();
  }

  @Test
  void startsOverFromAHalfWrittenMirror() throws IOException {
    var sha = repository.commit("one");
    var mirror = folder.resolve("data/git/" + Mirrors.nameOf(url()) + ".git");
    Files.createDirectories(mirror.resolve("objects"));
    Files.writeString(mirror.resolve("HEAD"), "");
    Files.writeString(mirror.resolve("config.lock"), "");
    assertThat(resolved("main", null).sha()).isEqualTo(sha);
  }

  @Test
  void saysWhatIsWrongWithTheRemote() throws IOException {
    assertThat(problem(() -> resolved("main", null)).code()).isEqualTo("repository_empty");
    repository.commit("one");
    var missing = problem(() -> resolved("nope", null));
    assertThat(missing.code()).isEqualTo("branch_not_found");
    assertThat(missing.remedy()).contains("main");
    assertThat(problem(() -> resolved("main", "a".repeat(40))).code())
        .isEqualTo("commit_not_found");
    assertThat(problem(() -> resolved("main", "abcdef1")).code()).isEqualTo("commit_not_found");
    assertThat(
            problem(() ->
                    source.resolve(
                        RepositoryUrl.parse(server.url("nowhere")), "main", null, told::add))
                .code())
        .isEqualTo("repository_private");
    var port = server.port();
    server.close();
    assertThat(
            problem(() ->
                    source.resolve(
                        RepositoryUrl.parse("http://127.0.0.1:" + port + "/app"),
                        "main",
                        null,
                        told::add))
                .code())
        .isEqualTo("repository_unreachable");
    assertThat(
            problem(() ->
                    source.resolve(
                        RepositoryUrl.parse("http://no-such-host.invalid/app"),
                        "main",
                        null,
                        told::add))
                .code())
        .isEqualTo("repository_unreachable");
  }

  @Test
  void givesCredentialsAndNeverShowsThem() throws IOException {
    var sha = repository.commit("one");
    server.protect("s3cret-t0ken");
    var without = problem(() -> resolved("main", null));
    assertThat(without.code()).isEqualTo("repository_private");
    var with =
        RepositoryUrl.parse("http://git:s3cret-t0ken@127.0.0.1:" + server.port() + "/app/.git");
    assertThat(source.resolve(with, "main", null, told::add).sha()).isEqualTo(sha);
    var wrong = RepositoryUrl.parse("http://git:wr0ng@127.0.0.1:" + server.port() + "/app/.git");
    var refused = problem(() -> source.resolve(wrong, "other", null, told::add));
    assertThat(refused.detail() + with + told).doesNotContain("s3cret").doesNotContain("wr0ng");
    try (var files = Files.walk(folder.resolve("data"))) {
      assertThat(files.filter(Files::isRegularFile))
          .allSatisfy(file ->
              assertThat(Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1))
                  .doesNotContain("s3cret"));
    }
  }

  @Test
  void fetchesSubmodulesOfTheSameServer() throws IOException {
    var library = new TestRepository(folder.resolve("served/library"));
    library.file("lib.txt", "lib").commit("lib");
    repository.git("submodule", "--quiet", "add", "../library", "vendor/lib");
    repository.git("config", "-f", ".gitmodules", "submodule.vendor/lib.url", "../../library/.git");
    var sha = repository.commit("with a submodule");
    resolved("main", null);
    var tree = checkedOut(sha);
    assertThat(tree.submodules()).isOne();
    assertThat(tree.root().resolve("vendor/lib/lib.txt")).hasContent("lib");
  }

  @Test
  void stopsWhenInterrupted() throws Exception {
    try (var silent = new java.net.ServerSocket(0, 5, java.net.InetAddress.getLoopbackAddress())) {
      var outcome = new java.util.concurrent.CompletableFuture<Throwable>();
      var thread =
          Thread.startVirtualThread(() ->
              outcome.complete(
                  org.assertj.core.api.Assertions.catchThrowable(() ->
                      source.resolve(
                          RepositoryUrl.parse("http://127.0.0.1:" + silent.getLocalPort() + "/app"),
                          "main",
                          null,
                          told::add))));
      try (var accepted = silent.accept()) {
        thread.interrupt();
        assertThat(outcome).succeedsWithin(Duration.ofSeconds(3)).isNotNull();
        assertThat(accepted.isConnected()).isTrue();
      }
    }
  }
}
