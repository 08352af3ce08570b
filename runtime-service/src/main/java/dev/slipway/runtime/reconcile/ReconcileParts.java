package dev.slipway.runtime.reconcile;

import dev.slipway.docker.DockerEngine;
import dev.slipway.runtime.Stores;
import dev.slipway.runtime.logs.RuntimeLogs;
import dev.slipway.runtime.service.Launcher;
import dev.slipway.runtime.service.Replicas;

/**
 * What the reconcile loop works with.
 *
 * @param registry nodes fetch images from a registry, so an image may be missing here
 */
public record ReconcileParts(
    Stores stores,
    DockerEngine engine,
    Replicas replicas,
    Launcher launcher,
    RuntimeLogs logs,
    String installation,
    boolean registry) {}
