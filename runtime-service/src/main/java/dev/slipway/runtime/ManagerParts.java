package dev.slipway.runtime;

import dev.slipway.platform.bus.Bus;
import dev.slipway.platform.saga.CrashPoints;
import dev.slipway.platform.saga.Saga;
import dev.slipway.runtime.logs.RuntimeLogs;
import dev.slipway.runtime.node.HostParts;
import dev.slipway.runtime.route.Confirmation;
import dev.slipway.runtime.service.EngineWatch;
import dev.slipway.runtime.service.RuntimeParts;
import java.util.List;

/**
 * What a runtime beside a manager of the Swarm works with.
 *
 * @param sagas long work that it does besides deployments
 */
record ManagerParts(
    RuntimeConfig config,
    Stores stores,
    Bus bus,
    RuntimeParts base,
    HostParts host,
    EngineWatch watch,
    RuntimeLogs logs,
    Confirmation confirmation,
    CrashPoints crashPoints,
    List<Saga> sagas) {}
