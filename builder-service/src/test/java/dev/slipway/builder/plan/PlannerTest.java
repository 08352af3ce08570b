package dev.slipway.builder.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.slipway.contracts.application.BuildConfig;
import dev.slipway.contracts.application.BuildType;
import dev.slipway.contracts.problem.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What small trees become, and what they do not. */
class PlannerTest {
  private static final BuildConfig AUTO = BuildConfig.auto();
  @TempDir Path tree;

  private PlannerTest file(String name, String text) throws IOException {
    var file = tree.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    return this;
  }

  private static PlanSettings settings(BuildConfig build, @Nullable String start) {
    return new PlanSettings(
        build, null, start, 3000, List.of(), Set.of(), Set.of(), 0, true, "scope", Map.of());
  }

  private BuildPlan plan(BuildConfig build, @Nullable String start) {
    return Planner.plan(tree, settings(build, start));
  }

  private BuildPlan auto() {
    return plan(AUTO, null);
  }

  private static String text(BuildPlan plan) {
    return String.valueOf(plan.dockerfileText());
  }

  private static BuildConfig commands(
      @Nullable String install, @Nullable String build, @Nullable String output) {
    return new BuildConfig(BuildType.AUTO, null, null, null, install, build, output, null);
  }

  private static BuildConfig of(BuildType type) {
    return new BuildConfig(type, null, null, null, null, null, null, null);
  }

  private static Problem problem(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    var problem = catchThrowableOfType(Problem.class, call);
    assertThat(problem).isNotNull();
    assertThat(problem.remedy()).isNotBlank();
    return problem;
  }

  @Test
  void aNextSiteInstallsBuildsAndStartsAsItsOwnerSays() throws IOException {
    file(
            "package.json",
            """
            {"scripts":{"build":"next build","start":"next start"},"dependencies":{"next":"15"}}\
            """)
        .file("package-lock.json", "{}");
    var plan = plan(commands(null, "npm run build", null), "npm run start");
    assertThat(plan.kind()).isEqualTo("node");
    assertThat(text(plan))
        .contains(
            "npm ci --include=dev",
            "npm run build",
            "exec npm run start",
            "USER 1000:1000",
            "ENV PORT=3000",
            "target=/app/.next/cache");
    assertThat(plan.explanation()).anyMatch(l -> l.contains("npm run start (as set)"));
  }

  @Test
  void aLockFileChoosesThePackageManager() throws IOException {
    file("package.json", "{\"scripts\":{\"start\":\"node x.js\"}}");
    assertThat(text(auto())).contains("npm install");
    file("package-lock.json", "{}");
    assertThat(text(auto())).contains("npm ci");
    file("yarn.lock", "");
    assertThat(text(auto())).contains("yarn install --production=false --frozen-lockfile");
    file(".yarnrc.yml", "");
    assertThat(text(auto())).contains("yarn install --immutable");
    file("pnpm-lock.yaml", "");
    assertThat(text(auto())).contains("pnpm install --prod=false --frozen-lockfile");
    file(
        "package.json",
        "{\"packageManager\":\"yarn@1.22.0\",\"scripts\":{\"start\":\"node x.js\"}}");
    assertThat(text(auto())).contains("yarn install");
  }

  @Test
  void packagesKeepTheirOwnLayerUnlessTheirInstallationReadsMore() throws IOException {
    file("package.json", "{\"scripts\":{\"start\":\"node x.js\"}}").file("package-lock.json", "{}");
    assertThat(text(auto())).contains("COPY --chown=1000:1000 package.json package-lock.json ./");
    file(
        "package.json",
        "{\"scripts\":{\"start\":\"node x.js\",\"postinstall\":\"prisma generate\"}}");
    assertThat(text(auto())).doesNotContain("COPY --chown=1000:1000 package.json");
    file("package.json", "{\"workspaces\":[\"a\"],\"scripts\":{\"start\":\"node x.js\"}}");
    assertThat(text(auto())).doesNotContain("COPY --chown=1000:1000 package.json");
  }

  @Test
  void aPlainStartScriptRunsWithoutThePackageManager() throws IOException {
    file("package.json", "{\"scripts\":{\"start\":\"node server.js --quiet\"}}");
    assertThat(text(auto())).contains("exec node server.js --quiet");
    file("package.json", "{\"scripts\":{\"start\":\"node server.js && echo done\"}}");
    assertThat(text(auto())).contains("exec npm run start");
    file("package.json", "{\"scripts\":{\"prestart\":\"x\",\"start\":\"node server.js\"}}");
    assertThat(text(auto())).contains("exec npm run start");
  }

  @Test
  void aSiteWithoutAServerIsBuiltAndServedAsFiles() throws IOException {
    file(
            "package.json",
            "{\"scripts\":{\"build\":\"vite build\"},\"devDependencies\":{\"vite\":\"5\"}}")
        .file("index.html", "");
    var plan = auto();
    assertThat(plan.kind()).isEqualTo("static");
    assertThat(plan.families()).containsExactly("node", "static");
    assertThat(text(plan))
        .contains(
            "for folder in dist build",
            "try_files $uri $uri/ $uri.html /index.html",
            "listen 3000;");
    assertThat(text(plan(commands(null, null, "web"), null))).contains("cp -R 'web'/. /site/");
  }

  @Test
  void nodeWithoutAnythingToRunSaysSo() throws IOException {
    file("package.json", "{}");
    assertThat(problem(this::auto).code()).isEqualTo("start_command_unknown");
    file("package.json", "{oops");
    assertThat(problem(this::auto).code()).isEqualTo("manifest_invalid");
  }

  @Test
  void aDockerfileWinsOverDetectionButNotOverCommands() throws IOException {
    file("package.json", "{\"scripts\":{\"start\":\"node x.js\"}}").file("Dockerfile", "FROM x\n");
    assertThat(auto().kind()).isEqualTo("dockerfile");
    var commanded = plan(commands(null, "npm run x", null), null);
    assertThat(commanded.kind()).isEqualTo("node");
    assertThat(commanded.explanation()).anyMatch(l -> l.contains("Dockerfile is not used"));
  }

  @Test
  void aMissingDockerfileNamesTheOneThatIsThere() throws IOException {
    file("docker/app.Dockerfile", "FROM x\n").file("README.md", "");
    var problem = problem(() -> plan(of(BuildType.DOCKERFILE), null));
    assertThat(problem.code()).isEqualTo("dockerfile_missing");
    assertThat(problem.detail() + problem.remedy()).contains("docker/app.Dockerfile");
    var named =
        new BuildConfig(
            BuildType.DOCKERFILE, "docker/app.Dockerfile", null, null, null, null, null, null);
    assertThat(plan(named, null).dockerfile()).isEqualTo("docker/app.Dockerfile");
  }

  @Test
  void dockerfilesGetDeclaredArgumentsAndSecretsOnly() throws IOException {
    file(
        "Dockerfile",
        "ARG BASE=slipway-base/node\nFROM $BASE AS build\nARG A B=1\nARG TOKEN\nRUN --mount=type=secret,id=KEY \\\n  --mount=type=cache,target=/x true\nFROM build AS final\nEXPOSE 8080\n");
    var settings =
        new PlanSettings(
            of(BuildType.DOCKERFILE),
            null,
            "run me",
            3000,
            List.of(),
            Set.of("A", "C"),
            Set.of("TOKEN", "KEY"),
            4,
            true,
            "s",
            Map.of());
    var plan = Planner.plan(tree, settings);
    assertThat(plan.arguments()).containsExactly("A");
    assertThat(plan.secrets()).containsExactly("KEY");
    assertThat(plan.families()).containsExactly("node");
    assertThat(plan.port()).isEqualTo(8080);
    assertThat(plan.startCommand()).isEqualTo("run me");
    assertThat(plan.usesEnvironment()).isTrue();
    assertThat(plan.explanation()).anyMatch(l -> l.contains("ARG TOKEN stays empty"));
  }

  @Test
  void anUnknownTargetNamesTheStages() throws IOException {
    file("Dockerfile", "FROM x AS one\nFROM one\n");
    var build = new BuildConfig(BuildType.DOCKERFILE, null, "two", null, null, null, null, null);
    var problem = problem(() -> plan(build, null));
    assertThat(problem.code()).isEqualTo("target_missing");
    assertThat(problem.detail()).contains("one");
    assertThat(
            plan(
                    new BuildConfig(
                        BuildType.DOCKERFILE, null, "one", null, null, null, null, null),
                    null)
                .target())
        .isEqualTo("one");
  }

  @Test
  void pythonServersAreGuessedFromWhatTheyImport() throws IOException {
    file("requirements.txt", "fastapi\nuvicorn\n")
        .file("app/main.py", "from fastapi import FastAPI\napi = FastAPI()\n");
    assertThat(text(auto()))
        .contains(
            "uvicorn app.main:api --host 0.0.0.0 --port $PORT", "pip install -r requirements.txt");
    file("main.py", "from flask import Flask\napp = Flask(__name__)\n");
    assertThat(text(auto())).contains("flask --app main:app run");
    file("requirements.txt", "flask\ngunicorn\n");
    assertThat(text(auto())).contains("gunicorn main:app --bind 0.0.0.0:$PORT");
    file("manage.py", "").file("site/wsgi.py", "");
    assertThat(text(auto())).contains("gunicorn site.wsgi");
    file("Procfile", "release: x\nweb: python serve.py\n");
    assertThat(text(auto())).contains("exec python serve.py");
    assertThat(text(plan(AUTO, "own command"))).contains("exec own command");
  }

  @Test
  void pythonToolsBesideNodeDoNotCount() throws IOException {
    var start = "{\"scripts\":{\"start\":\"node x.js\"}}";
    assertThat(file("package.json", start).file("pyproject.toml", "[tool.black]").auto().kind())
        .isEqualTo("node");
  }

  @Test
  void javaGoAndPhpAreRecognised() throws IOException {
    file("pom.xml", "<project/>");
    assertThat(text(auto())).contains("mvn -B -ntp", "-DskipTests package", "-Dserver.port=$PORT");
    file("mvnw", "");
    assertThat(text(auto())).contains("sh ./mvnw");
    Files.delete(tree.resolve("pom.xml"));
    file("build.gradle", "");
    assertThat(problem(this::auto).code()).isEqualTo("gradle_wrapper_missing");
    file("gradlew", "");
    assertThat(text(auto())).contains("sh ./gradlew");
    file("go.mod", "module x\n").file("cmd/web/main.go", "package main\n");
    assertThat(text(auto())).contains("-o /out/app ./cmd/web", "FROM slipway-base/debian:latest");
    Files.delete(tree.resolve("go.mod"));
    Files.delete(tree.resolve("build.gradle"));
    file("public/index.php", "").file("composer.json", "{}");
    assertThat(text(auto())).contains("composer install", "php -S 0.0.0.0:$PORT -t public");
  }

  @Test
  void foldersOfFilesAreServed() throws IOException {
    file("public/index.html", "hi");
    assertThat(text(auto())).contains("COPY public/. /srv", "=404;");
    assertThat(
            problem(() ->
                    plan(
                        new BuildConfig(
                            BuildType.STATIC, null, null, null, null, null, "nope", null),
                        null))
                .code())
        .isEqualTo("output_directory_missing");
    var spa = new BuildConfig(BuildType.STATIC, null, null, null, null, null, null, true);
    assertThat(text(plan(spa, null))).contains("$uri.html /index.html;");
  }

  @Test
  void nothingToDetectListsWhatIsThere() throws IOException {
    file("README.md", "");
    var problem = problem(this::auto);
    assertThat(problem.code()).isEqualTo("nothing_detected");
    assertThat(problem.detail()).contains("README.md");
    assertThat(plan(AUTO, "./run.sh").kind()).isEqualTo("commands");
  }

  @Test
  void theRootDirectoryIsWhereItLooks() throws IOException {
    file("apps/web/package.json", "{\"scripts\":{\"start\":\"node x.js\"}}")
        .file("Dockerfile", "FROM x\n");
    var settings =
        new PlanSettings(
            AUTO, "/apps/web/", null, 3000, List.of(), Set.of(), Set.of(), 0, true, "s", Map.of());
    var plan = Planner.plan(tree, settings);
    assertThat(plan.kind()).isEqualTo("node");
    assertThat(plan.contextRoot()).isEqualTo("apps/web");
    for (var away : List.of("nope", "../..", "apps/web/package.json")) {
      var wrong =
          new PlanSettings(
              AUTO, away, null, 3000, List.of(), Set.of(), Set.of(), 0, true, "s", Map.of());
      assertThat(problem(() -> Planner.plan(tree, wrong)).code())
          .isEqualTo("root_directory_missing");
    }
  }

  @Test
  void linksThatLeadAwayAreNotRead() throws IOException {
    var outside = Files.createTempFile("outside", ".json");
    Files.writeString(outside, "{\"scripts\":{\"start\":\"secret\"}}");
    Files.createSymbolicLink(tree.resolve("package.json"), outside);
    assertThat(problem(this::auto).code()).isEqualTo("nothing_detected");
    Files.delete(outside);
  }

  @Test
  void theClassicBuilderGetsNoMountsAndNoSecrets() throws IOException {
    file("package.json", "{\"scripts\":{\"build\":\"x\",\"start\":\"node x.js\"}}");
    var settings =
        new PlanSettings(
            AUTO,
            null,
            null,
            3000,
            List.of(),
            Set.of("PLAIN"),
            Set.of("SECRET"),
            1,
            false,
            "s",
            Map.of());
    var plan = Planner.plan(tree, settings);
    assertThat(text(plan)).doesNotContain("--mount").doesNotContain("SECRET").contains("ARG PLAIN");
    assertThat(plan.arguments()).containsExactly("PLAIN");
    assertThat(plan.explanation()).anyMatch(l -> l.contains("secrets are not visible"));
  }

  @Test
  void secretsAreMountedAndNeverArguments() throws IOException {
    file("package.json", "{\"scripts\":{\"build\":\"x\",\"start\":\"node x.js\"}}");
    var settings =
        new PlanSettings(
            AUTO,
            null,
            null,
            3000,
            List.of(),
            Set.of("PLAIN"),
            Set.of("SECRET"),
            7,
            true,
            "s",
            Map.of());
    var plan = Planner.plan(tree, settings);
    assertThat(plan.environmentFile()).isTrue();
    assertThat(plan.arguments()).isEmpty();
    assertThat(text(plan))
        .contains("type=secret", "ARG SLIPWAY_ENVIRONMENT=v7")
        .doesNotContain("ARG PLAIN")
        .doesNotContain("SECRET=");
  }

  @Test
  void baseImagesAndVolumesAreRespected() throws IOException {
    file("package.json", "{\"scripts\":{\"start\":\"node x.js\"}}");
    var settings =
        new PlanSettings(
            AUTO,
            null,
            null,
            3000,
            List.of("/data it's"),
            Set.of(),
            Set.of(),
            0,
            true,
            "s",
            Map.of("node", "mirror.example/node:22"));
    assertThat(text(Planner.plan(tree, settings)))
        .contains("FROM mirror.example/node:22")
        .contains("mkdir -p '/data it'\\''s'");
  }

  @Test
  void commandsCannotBreakOutOfTheirInstruction() throws IOException {
    file("package.json", "{\"scripts\":{\"start\":\"node x.js\"}}");
    var nasty = "echo one\nUSER root\\\n# x\nFROM evil";
    var text = text(plan(commands(null, nasty, null), "echo \"q\" 'q' \\ \n FROM evil"));
    assertThat(text.lines().filter(l -> l.startsWith("FROM ") || l.startsWith("USER ")))
        .containsExactly("FROM slipway-base/node:latest", "USER 1000:1000");
    assertThat(text.lines().filter(l -> l.endsWith("\\"))).isEmpty();
  }

  @Test
  void theSameInputGivesTheSamePlan() throws IOException {
    var digest = file("go.mod", "module x\n").auto().digest();
    assertThat(auto().digest()).isEqualTo(digest).isNotEqualTo(plan(AUTO, "other").digest());
  }

  @Test
  void anImageNeedsANameAndNoBuild() {
    assertThat(problem(() -> plan(of(BuildType.IMAGE), null)).code()).isEqualTo("image_required");
  }
}
