package dev.slipway.builder.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.contracts.application.ApplicationConfig;
import dev.slipway.contracts.application.BuildConfig;
import dev.slipway.contracts.application.BuildType;
import dev.slipway.contracts.application.Volume;
import dev.slipway.contracts.deployment.DeploymentStatus;
import dev.slipway.platform.pg.PostgresExtension;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Real repositories become real images that serve. */
@Tag("docker")
class BuildsIT {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  @TempDir Path folder;
  private RealBuilds builds;

  @BeforeEach
  void open() throws IOException {
    POSTGRES.clear("applications", "sagas", "saga_steps");
    builds = new RealBuilds(folder, POSTGRES);
  }

  @AfterEach
  void close() throws Exception {
    builds.close();
  }

  @Test
  void aDockerfile() throws Exception {
    builds.example("hello-dockerfile");
    var application = builds.world.application("hello-dockerfile", BuildConfig.auto(), null);
    assertThat(builds.served(builds.deployed(application), 8080, "/")).startsWith("200");
    var again = builds.deployed(application);
    assertThat(builds.world.log(again.id())).anyMatch(line -> line.contains("is reused"));
  }

  @Test
  void aNodeServerWithBuildAndStart() throws Exception {
    builds.example("node-server");
    var deployment =
        builds.deployed(builds.world.application("node-server", BuildConfig.auto(), null));
    assertThat(builds.served(deployment, 3000, "/")).startsWith("200").contains("Node");
  }

  @Test
  void theFoundingUsersNextSite() throws Exception {
    builds.example("nextjs-site");
    var build =
        new BuildConfig(BuildType.AUTO, null, null, null, null, "npm run build", null, null);
    var application = builds.world.application("nextjs-site", build, "npm run start");
    assertThat(builds.served(builds.deployed(application), 3000, "/"))
        .startsWith("200")
        .contains("<html");
  }

  @Test
  void aStaticSite() throws Exception {
    builds.example("static-site");
    var deployment =
        builds.deployed(
            builds.world.application("static-site", BuildWorld.build(BuildType.STATIC), null));
    assertThat(builds.served(deployment, 3000, "/")).startsWith("200").contains("<");
    assertThat(builds.served(deployment, 3000, "/no/such/page")).startsWith("404");
  }

  @Test
  void aSingleWebPageApplication() throws Exception {
    builds
        .world
        .repository("spa")
        .file(
            "package.json",
            """
            {"name":"spa","version":"1.0.0","scripts":{"build":"mkdir dist && echo \\"<h1>$GREETING</h1>\\" > dist/index.html"},"devDependencies":{"ms":"2.1.3"}}
            """)
        .commit("spa");
    var application = builds.world.application("spa", BuildConfig.auto(), null);
    builds.world.variables(application, Map.of("GREETING", "it's \"me\" & $HOME"), Map.of());
    assertThat(builds.served(builds.deployed(application), 3000, "/any/route"))
        .startsWith("200")
        .contains("it's \"me\" & $HOME");
    builds.world.variables(application, Map.of("GREETING", "changed"), Map.of());
    assertThat(builds.served(builds.deployed(application), 3000, "/")).contains("changed");
  }

  @Test
  void aPythonServer() throws Exception {
    builds
        .world
        .repository("python")
        .file(
            "main.py",
            """
            import http.server, os
            http.server.HTTPServer(("", int(os.environ["PORT"])), http.server.SimpleHTTPRequestHandler).serve_forever()
            """)
        .file("index.html", "from python")
        .file("requirements.txt", "# nothing needed\n")
        .commit("python");
    assertThat(
            builds.served(
                builds.deployed(builds.world.application("python", BuildConfig.auto(), null)),
                3000,
                "/"))
        .contains("from python");
  }

  @Test
  void aGoServer() throws Exception {
    builds
        .world
        .repository("go")
        .file("go.mod", "module example.org/hello\n\ngo 1.21\n")
        .file(
            "main.go",
            """
            package main

            import (
            	"fmt"
            	"net/http"
            	"os"
            )

            func main() {
            	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "from go") })
            	http.ListenAndServe(":"+os.Getenv("PORT"), nil)
            }
            """)
        .commit("go");
    assertThat(
            builds.served(
                builds.deployed(builds.world.application("go", BuildConfig.auto(), null)),
                3000,
                "/"))
        .contains("from go");
  }

  @Test
  void aPhpPage() throws Exception {
    builds
        .world
        .repository("php")
        .file("index.php", "<?php echo 'from php ' . getenv('PORT');\n")
        .commit("php");
    assertThat(
            builds.served(
                builds.deployed(builds.world.application("php", BuildConfig.auto(), null)),
                3000,
                "/"))
        .contains("from php 3000");
  }

  @Test
  void aJavaServer() throws Exception {
    builds
        .world
        .repository("java")
        .file(
            "src/Main.java",
            """
            import com.sun.net.httpserver.HttpServer;
            import java.net.InetSocketAddress;

            public class Main {
              public static void main(String[] args) throws Exception {
                var server = HttpServer.create(new InetSocketAddress(Integer.getInteger("server.port")), 0);
                server.createContext("/", e -> { e.sendResponseHeaders(200, 9); e.getResponseBody().write("from java".getBytes()); e.close(); });
                server.start();
              }
            }
            """)
        .file("pom.xml", "<project/>")
        .commit("java");
    var build =
        new BuildConfig(
            BuildType.AUTO,
            null,
            null,
            null,
            null,
            "mkdir -p target/classes && javac -d target/classes src/Main.java && jar cfe target/app.jar Main -C target/classes .",
            null,
            null);
    assertThat(
            builds.served(
                builds.deployed(builds.world.application("java", build, null)), 3000, "/"))
        .contains("from java");
  }

  @Test
  void secretsReachStepsAndNeverTheImage() throws Exception {
    builds
        .world
        .repository("secret")
        .file(
            "Dockerfile",
            """
            FROM slipway-base/busybox:latest
            ARG PLAIN=none
            ARG HIDDEN=none
            RUN --mount=type=secret,id=HIDDEN : %s; sha1sum /run/secrets/HIDDEN > /sum; echo "plain=$PLAIN hidden=$HIDDEN"
            CMD ["sh", "-c", "httpd -f -p $PORT -h /"]
            """
                .formatted(System.nanoTime()))
        .commit("secret");
    var application = builds.world.application("secret", BuildConfig.auto(), null);
    builds.world.variables(
        application, Map.of("PLAIN", "visible"), Map.of("HIDDEN", "canary-7d1f00"));
    var deployment = builds.deployed(application);
    assertThat(builds.world.log(deployment.id()))
        .contains("plain=visible hidden=none")
        .noneMatch(line -> line.contains("canary"));
    assertThat(
            builds.docker(
                "history", "--no-trunc", Objects.requireNonNull(deployment.imageDigest())))
        .doesNotContain("canary");
    assertThat(builds.served(deployment, 3000, "/sum")).contains("/run/secrets/HIDDEN");
  }

  @Test
  void aFailingStepIsNamed() throws Exception {
    builds
        .world
        .repository("bad")
        .file(
            "Dockerfile", "FROM slipway-base/busybox:latest\nRUN echo about to fail >&2; exit 7\n")
        .commit("bad");
    var failure =
        Objects.requireNonNull(
            builds.deployed(builds.world.application("bad", BuildConfig.auto(), null)).failure());
    assertThat(failure.code()).isEqualTo("build_failed");
    assertThat(failure.detail()).contains("exit code 7").contains("[2/2] RUN");
    assertThat(failure.logTail()).anyMatch(line -> line.contains("about to fail"));
  }

  @Test
  void aSyntaxLineNeedsNoRegistry() throws Exception {
    builds
        .world
        .repository("syntax")
        .file(
            "Dockerfile",
            "# syntax=docker/dockerfile:1\nFROM slipway-base/busybox:latest\nRUN --mount=type=cache,target=/x echo hi\n")
        .commit("syntax");
    assertThat(
            builds.deployed(builds.world.application("syntax", BuildConfig.auto(), null)).status())
        .isEqualTo(DeploymentStatus.DEPLOYING);
  }

  @Test
  void anApplicationInAFolderWithAVolumeMayWriteToIt() throws Exception {
    builds
        .world
        .repository("mono")
        .file("apps/api/package.json", "{\"scripts\":{\"start\":\"node server.js\"}}")
        .file(
            "apps/api/server.js",
            """
            const fs = require('fs');
            fs.writeFileSync('/data/seen', 'written by ' + process.getuid());
            require('http').createServer((q, r) => r.end(fs.readFileSync('/data/seen'))).listen(process.env.PORT);
            """)
        .commit("mono");
    var plain =
        BuildWorld.settings(builds.world.git.url("mono/.git"), BuildConfig.auto(), null, 3000);
    var settings =
        new ApplicationConfig(
            plain.repository(),
            plain.branch(),
            null,
            "apps/api",
            plain.build(),
            null,
            3000,
            1,
            plain.resources(),
            plain.healthCheck(),
            List.of(),
            List.of(new Volume("data", "/data")),
            false,
            true,
            120,
            30);
    var deployment = builds.deployed(builds.world.create("mono-" + System.nanoTime(), settings));
    assertThat(builds.served(deployment, 3000, "/")).contains("written by 1000");
  }

  @Test
  void aMissingBaseImageIsNamed() throws Exception {
    builds
        .world
        .repository("base")
        .file("Dockerfile", "FROM no-such-registry.invalid/no/image:1\n")
        .commit("base");
    var failure =
        Objects.requireNonNull(
            builds.deployed(builds.world.application("base", BuildConfig.auto(), null)).failure());
    assertThat(failure.code()).isEqualTo("base_image_missing");
    assertThat(failure.detail()).contains("no-such-registry.invalid/no/image:1");
  }

  @Test
  void aCancelledBuildLeavesNothingWithinTenSeconds() throws Exception {
    builds
        .world
        .repository("slow")
        .file("Dockerfile", "FROM slipway-base/busybox:latest\nRUN sleep 987654 & sleep 987653\n")
        .commit("slow");
    var id = builds.world.request(builds.world.application("slow", BuildConfig.auto(), null));
    builds.runner.ring();
    await().atMost(Duration.ofSeconds(30)).until(() -> running("987653"));
    builds.world.deployments.cancel(id, "requested").await();
    builds.runner.ring();
    assertThat(builds.ended(id).status()).isEqualTo(DeploymentStatus.CANCELLED);
    await().atMost(Duration.ofSeconds(10)).until(() -> !running("987653") && !running("987654"));
    builds.world.mustHaveNoFiles(id);
  }

  // by an argument that nothing else on this machine has
  private static boolean running(String argument) {
    return ProcessHandle.allProcesses()
        .anyMatch(p -> p.info().arguments().map(List::of).orElse(List.of()).contains(argument));
  }
}
