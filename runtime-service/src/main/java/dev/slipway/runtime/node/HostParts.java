package dev.slipway.runtime.node;

import dev.slipway.docker.DockerEngine;
import dev.slipway.docker.RegistryAuth;
import dev.slipway.runtime.Stores;
import org.jspecify.annotations.Nullable;

/**
 * What a host answers from.
 *
 * @param process the name of this process
 * @param engine of this host
 * @param registry where its engine fetches images, {@code host:port[/prefix]}; null when none is
 *     set
 * @param auth credentials of the registry, or null to ask without
 * @param taskAddress how the ingress finds tasks, as it is written in the settings
 */
public record HostParts(
    String process,
    String installation,
    Stores stores,
    DockerEngine engine,
    @Nullable String registry,
    @Nullable RegistryAuth auth,
    String taskAddress) {}
