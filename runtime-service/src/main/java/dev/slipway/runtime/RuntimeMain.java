package dev.slipway.runtime;

import dev.slipway.docker.DockerEngine;
import dev.slipway.docker.EngineInfo;
import dev.slipway.docker.java.JavaDockerEngine;
import dev.slipway.platform.boot.ServiceMain;
import dev.slipway.platform.boot.SetupFailure;
import dev.slipway.platform.cluster.Ground;
import dev.slipway.platform.cluster.Role;
import dev.slipway.platform.cluster.Service;
import dev.slipway.platform.cluster.ServiceProcess;
import dev.slipway.platform.config.Settings;
import dev.slipway.store.ProcessStore;
import dev.slipway.store.Resealing;

/** A runtime in a process of its own, one beside every engine of the Swarm. */
public final class RuntimeMain implements Role {
  private RuntimeMain() {}

  public static void main(String[] args) {
    ServiceMain.run(
        "slipway runtime",
        () ->
            ServiceProcess.start(
                new RuntimeMain(), Settings.of(System.getenv()), ProcessStore::new));
  }

  @Override
  public String name() {
    return "runtime";
  }

  @Override
  public Service on(Ground ground) {
    Settings settings = ground.settings();
    RuntimeConfig config = RuntimeConfig.from(settings, ground.self().id(), ground.installation());
    String host = settings.text("SLIPWAY_DOCKER_HOST", JavaDockerEngine.DEFAULT_HOST);
    settings.check();
    DockerEngine engine = JavaDockerEngine.at(host);
    EngineInfo info = engine.info();
    mustBeInSwarm(info);
    new Resealing(ground.truth(), ground.vault()).sealPlain();
    var runtime =
        new RuntimeService(
            config,
            new RuntimeService.Databases(ground.truth(), ground.relaxed()),
            ground.bus(),
            engine,
            ground.vault());
    return new Service(runtime, info.nodeId(), runtime::running, config.concurrency(), engine);
  }

  /** A worker will do: its runtime answers for the containers of its node. */
  private static void mustBeInSwarm(EngineInfo info) {
    if (info.swarm() != EngineInfo.Swarm.MANAGER && info.swarm() != EngineInfo.Swarm.WORKER) {
      throw new SetupFailure(
          "The container engine is in no Swarm: run 'docker swarm init' on the first host and"
              + " 'docker swarm join' on the others.");
    }
  }
}
