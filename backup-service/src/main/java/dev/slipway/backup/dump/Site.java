package dev.slipway.backup.dump;

import dev.slipway.docker.ContainerSummary;
import dev.slipway.docker.DockerEngine;
import dev.slipway.docker.Program;
import dev.slipway.docker.ProgramSpec;
import dev.slipway.docker.ServiceSpec.Confinement;
import dev.slipway.docker.ServiceSpec.VolumeMount;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Where the containers of one backup's or restore's attempt are made. All of them carry its id, so
 * that the next attempt finds what a killed one left.
 *
 * @param work the saga's id: in names and labels
 * @param fence of this attempt: a label, and in names, so that an attempt never meets another's
 * @param memoryBytes of a tool
 */
public record Site(
    DockerEngine engine,
    String installation,
    String work,
    long fence,
    long memoryBytes,
    AtomicInteger made) {
  public static final String INSTALLATION = "dev.slipway.installation";

  /** Whose container it is: the saga's id. */
  public static final String WORK = "dev.slipway.backup-work";

  /** Of which attempt. */
  public static final String FENCE = "dev.slipway.fence";

  private static final long PROCESSES = 256;
  private static final String ROOT = "0:0";

  public static Site of(
      DockerEngine engine, String installation, String work, long fence, long memoryBytes) {
    return new Site(engine, installation, work, fence, memoryBytes, new AtomicInteger());
  }

  public Map<String, String> labels() {
    return Map.of(INSTALLATION, installation, WORK, work, FENCE, Long.toString(fence));
  }

  /** A name that nothing else has: {@code sw1a2b3c-bak_…-3-1-pg_dump}. */
  public String name(String what) {
    return "sw%s-%s-%d-%d-%s"
        .formatted(
            installation.substring(0, Math.min(6, installation.length())),
            work.toLowerCase(Locale.ROOT),
            fence,
            made.incrementAndGet(),
            what);
  }

  /** Tools in containers of their own beside a server, of the server's own image. */
  public Tools beside(DatabaseServer server) {
    return (what, command, env, stdin) -> {
      var spec =
          ProgramSpec.of(name(what), server.image(), labels())
              .command(command)
              .env(env)
              .networks(server.networks())
              .memoryBytes(memoryBytes)
              .pidsLimit(PROCESSES)
              .dropCapabilities(List.of("ALL"));
      return engine.run(stdin ? spec.stdin().build() : spec.build());
    };
  }

  /**
   * Tools in containers of their own that have a volume of this node, and nothing else: no network,
   * nothing to write to but that volume.
   *
   * @param capabilities what they may do although the files are somebody else's
   */
  public Tools mounting(String image, VolumeMount volume, List<String> capabilities) {
    return (what, command, env, stdin) -> {
      var spec =
          ProgramSpec.of(name(what), image, labels())
              .command(command)
              .env(env)
              .mounts(List.of(volume))
              .user(ROOT)
              .memoryBytes(memoryBytes)
              .pidsLimit(PROCESSES)
              .dropCapabilities(List.of("ALL"))
              .keepCapabilities(capabilities)
              .confinement(new Confinement(true, true, List.of()));
      return engine.run(stdin ? spec.stdin().build() : spec.build());
    };
  }

  /** Tools inside the container of a server. */
  public Tools inside(Program server) {
    return (what, command, env, stdin) ->
        engine.exec(server.id(), new dev.slipway.docker.ExecSpec(command, env, null, stdin));
  }

  /** Removes whatever this attempt and those before it left; never what a successor makes. */
  public void clear() {
    for (ContainerSummary left :
        engine.containers(Map.of(INSTALLATION, installation, WORK, work))) {
      if (Long.parseLong(left.labels().getOrDefault(FENCE, "0")) <= fence) {
        engine.removeContainer(left.id());
      }
    }
  }
}
