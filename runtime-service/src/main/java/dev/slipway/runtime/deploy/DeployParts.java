package dev.slipway.runtime.deploy;

import dev.slipway.docker.DockerEngine;
import dev.slipway.platform.bus.Bus;
import dev.slipway.runtime.Stores;
import dev.slipway.runtime.route.Confirmation;
import dev.slipway.runtime.route.Hosts;
import dev.slipway.runtime.service.EngineWatch;
import dev.slipway.runtime.service.Launcher;
import dev.slipway.runtime.service.Replicas;

/**
 * What a deployment works with.
 *
 * @param registry nodes fetch images from a registry, so an image may be missing here
 */
public record DeployParts(
    Stores stores,
    DockerEngine engine,
    EngineWatch watch,
    Replicas replicas,
    Launcher launcher,
    Hosts hosts,
    Confirmation confirmation,
    Bus bus,
    boolean registry) {}
