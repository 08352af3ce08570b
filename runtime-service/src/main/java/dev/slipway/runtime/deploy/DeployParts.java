package dev.slipway.runtime.deploy;

import dev.slipway.docker.DockerEngine;
import dev.slipway.platform.bus.Bus;
import dev.slipway.platform.saga.StepContext;
import dev.slipway.runtime.Stores;
import dev.slipway.runtime.route.Confirmation;
import dev.slipway.runtime.route.Hosts;
import dev.slipway.runtime.service.EngineWatch;
import dev.slipway.runtime.service.Launcher;
import dev.slipway.runtime.service.Replicas;
import dev.slipway.runtime.service.RuntimeParts;
import dev.slipway.runtime.service.Stillness;
import dev.slipway.runtime.service.Warrant;

/** What a deployment works with. */
public record DeployParts(
    Stores stores,
    RuntimeParts base,
    EngineWatch watch,
    Replicas replicas,
    Launcher launcher,
    Stillness stillness,
    Hosts hosts,
    Confirmation confirmation,
    Bus bus) {

  DockerEngine engine() {
    return base.engine();
  }

  /** The right of this saga's owner to change what runs. */
  Warrant warrant(StepContext ctx) {
    return Warrant.of(stores.database(), ctx.fence());
  }
}
