package dev.slipway.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.application.Application;
import dev.slipway.contracts.application.Project;
import dev.slipway.contracts.deployment.DeploymentStatus;
import dev.slipway.docker.ContainerInfo;
import dev.slipway.docker.OutputHandler;
import dev.slipway.docker.java.JavaDockerEngine;
import dev.slipway.platform.pg.PostgresExtension;
import dev.slipway.runtime.Fixture.Shape;
import dev.slipway.runtime.service.Labels;
import dev.slipway.store.ProjectStore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a replica may not do, tried from inside on this machine's engine. */
@Tag("docker")
class ConfinementIT {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private static final int PORT = RuntimeStand.PORT;

  /**
   * CHOWN, DAC_OVERRIDE, FOWNER, KILL, SETGID, SETUID and NET_BIND_SERVICE, as the kernel counts.
   */
  private static final String KEPT = "00000000000004eb";

  private static JavaDockerEngine engine;
  private static RuntimeStand stand;

  @BeforeAll
  static void stand() {
    engine =
        JavaDockerEngine.at(
            System.getenv().getOrDefault("SLIPWAY_DOCKER_HOST", JavaDockerEngine.DEFAULT_HOST));
    stand = new RuntimeStand(POSTGRES.database(), engine);
  }

  @AfterAll
  static void leave() {
    stand.close();
    engine.close();
  }

  private static Shape serves(String command) {
    return RuntimeStand.running(command);
  }

  private static Application running(String project, Shape shape) {
    var made = new ProjectStore(POSTGRES.database()).create(project).await();
    return running(made, shape);
  }

  private static Application running(Project project, Shape shape) {
    Application application = stand.fixture.application(project, shape);
    var deployment = stand.deploy(application, shape);
    assertThat(deployment.status())
        .as(() -> stand.fixture.log(deployment))
        .isEqualTo(DeploymentStatus.SUCCESS);
    return application;
  }

  private static String container(Application application) {
    return engine.containers(Labels.of(stand.fixture.installation, application.id())).stream()
        .filter(found -> found.state() == ContainerInfo.State.RUNNING)
        .findFirst()
        .orElseThrow()
        .id();
  }

  /** What a command says in a replica, and its exit code on the last line. */
  private static String in(Application application, String command) {
    StringBuilder said = new StringBuilder();
    OutputHandler hear =
        (kind, bytes, offset, length) ->
            said.append(new String(bytes, offset, length, StandardCharsets.UTF_8));
    int code =
        engine.exec(
            container(application), List.of("sh", "-c", command), Duration.ofSeconds(20), hear);
    return said + "exit " + code;
  }

  @Test
  void aReplicaHasTheRightsThatCommonImagesNeedAndNoOthers() {
    Application web = running("rights", serves(RuntimeStand.serves("rights")));
    String status = in(web, "cat /proc/1/status /proc/self/status");

    assertThat(status.lines().filter(line -> line.startsWith("NoNewPrivs")))
        .allMatch(line -> line.endsWith("1"));
    assertThat(status.lines().filter(line -> line.matches("Cap(Eff|Prm|Bnd).*")))
        .allMatch(line -> line.endsWith(KEPT));
    assertThat(in(web, "cat /sys/fs/cgroup/pids.max /sys/fs/cgroup/pids/pids.max 2>/dev/null"))
        .contains("4096");
    assertThat(in(web, "mknod /tmp/sda b 8 0")).doesNotEndWith("exit 0");
    assertThat(in(web, "ls /var/run/docker.sock /run/docker.sock")).doesNotEndWith("exit 0");
    assertThat(in(web, "touch /made && chown 1234 /made && rm /made")).endsWith("exit 0");
  }

  @Test
  void aReadOnlyReplicaWritesToTmpAlone() {
    Application web =
        running(
            "sealed",
            serves("echo sealed > /tmp/index.html; exec httpd -f -p $PORT -h /tmp").readOnly());
    assertThat(stand.fixture.answer(web.id())).isEqualTo("sealed");
    assertThat(in(web, "touch /made")).contains("Read-only").doesNotEndWith("exit 0");
    assertThat(in(web, "touch /tmp/made")).endsWith("exit 0");
  }

  @Test
  void projectsDoNotReachEachOtherAndTheirOwnDo() {
    var here = new ProjectStore(POSTGRES.database()).create("here").await();
    Application one = running(here, serves(RuntimeStand.serves("one")));
    Application two = running(here, serves(RuntimeStand.serves("two")));
    Application stranger = running("elsewhere", serves(RuntimeStand.serves("three")));

    assertThat(addresses(two)).anySatisfy(at -> assertThat(in(one, fetch(at))).contains("two"));
    assertThat(in(one, "nslookup " + two.name())).contains(addresses(two).getFirst());
    assertThat(in(one, "nslookup " + stranger.name()))
        .doesNotContain(addresses(stranger).getFirst());
    assertThat(addresses(stranger))
        .isNotEmpty()
        .allSatisfy(at -> assertThat(in(one, fetch(at))).as(at).doesNotContain("three"));
  }

  private static String fetch(String host) {
    return "printf 'GET / HTTP/1.0\\r\\n\\r\\n' | nc -w 3 " + host + " " + PORT;
  }

  /** Every address that a replica has, in its project's network and at its host. */
  private static List<String> addresses(Application application) {
    return Pattern.compile("inet ([0-9.]+)/")
        .matcher(in(application, "ip -4 -o addr show"))
        .results()
        .map(found -> found.group(1))
        .filter(address -> !address.startsWith("127."))
        .toList();
  }
}
