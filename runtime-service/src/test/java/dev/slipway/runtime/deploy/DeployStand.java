package dev.slipway.runtime.deploy;

import dev.slipway.contracts.application.Application;
import dev.slipway.contracts.deployment.Deployment;
import dev.slipway.contracts.deployment.Release;
import dev.slipway.docker.memory.MemoryEngine;
import dev.slipway.docker.memory.MemoryImage;
import dev.slipway.platform.pg.Database;
import dev.slipway.runtime.Fixture;
import dev.slipway.runtime.Fixture.Shape;

/** A runtime on an engine in memory that holds an old and a new image of a shop. */
final class DeployStand implements AutoCloseable {
  static final int PORT = Fixture.PORT;
  static final String OLD = "shop:old";
  static final String NEW = "shop:new";

  final MemoryEngine engine = new MemoryEngine();
  final Fixture fixture;

  DeployStand(Database database) {
    engine.hold(OLD, MemoryImage.web(PORT, "old"));
    engine.hold(NEW, MemoryImage.web(PORT, "new"));
    fixture = new Fixture(database, engine, "0123456789ab");
    fixture.watch.start();
  }

  /** Deploys an image and waits until it serves. */
  Release serve(Application application, Shape shape, String image) {
    Deployment deployment = fixture.deploy(application, shape, image);
    DeployWorld.settle(fixture, deployment);
    return fixture.release(deployment);
  }

  @Override
  public void close() {
    fixture.close();
  }
}
