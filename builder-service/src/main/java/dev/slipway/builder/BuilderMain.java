package dev.slipway.builder;

import dev.slipway.builder.run.BuilderConfig;
import dev.slipway.builder.run.BuilderService;
import dev.slipway.docker.DockerEngine;
import dev.slipway.docker.java.JavaDockerEngine;
import dev.slipway.platform.boot.ServiceMain;
import dev.slipway.platform.cluster.Ground;
import dev.slipway.platform.cluster.Role;
import dev.slipway.platform.cluster.Service;
import dev.slipway.platform.cluster.ServiceProcess;
import dev.slipway.platform.config.Settings;
import dev.slipway.store.ProcessStore;
import dev.slipway.store.Resealing;

/** A builder in a process of its own, beside the engine it builds with; any number may run. */
public final class BuilderMain implements Role {
  private BuilderMain() {}

  public static void main(String[] args) {
    ServiceMain.run(
        "slipway builder",
        () ->
            ServiceProcess.start(
                new BuilderMain(), Settings.of(System.getenv()), ProcessStore::new));
  }

  @Override
  public String name() {
    return "builder";
  }

  @Override
  public Service on(Ground ground) {
    Settings settings = ground.settings();
    BuilderConfig config = BuilderConfig.from(settings, ground.self().id(), ground.installation());
    String host = settings.text("SLIPWAY_DOCKER_HOST", JavaDockerEngine.DEFAULT_HOST);
    settings.check();
    DockerEngine engine = JavaDockerEngine.at(host);
    String node = engine.info().nodeId();
    new Resealing(ground.truth(), ground.vault()).sealPlain();
    var builder =
        new BuilderService(
            config,
            new BuilderService.Databases(ground.truth(), ground.relaxed()),
            ground.bus(),
            engine,
            ground.vault());
    return new Service(builder, node, builder::running, config.concurrency(), engine);
  }
}
