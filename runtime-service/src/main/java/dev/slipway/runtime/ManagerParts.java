package dev.slipway.runtime;

import dev.slipway.platform.bus.Bus;
import dev.slipway.platform.saga.CrashPoints;
import dev.slipway.runtime.logs.RuntimeLogs;
import dev.slipway.runtime.node.HostParts;
import dev.slipway.runtime.route.Confirmation;
import dev.slipway.runtime.service.EngineWatch;
import dev.slipway.runtime.service.RuntimeParts;

/** What a runtime beside a manager of the Swarm works with. */
record ManagerParts(
    RuntimeConfig config,
    Stores stores,
    Bus bus,
    RuntimeParts base,
    HostParts host,
    EngineWatch watch,
    RuntimeLogs logs,
    Confirmation confirmation,
    CrashPoints crashPoints) {}
