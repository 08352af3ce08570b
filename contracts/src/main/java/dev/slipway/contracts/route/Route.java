package dev.slipway.contracts.route;

import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.contracts.deployment.ReleaseId;
import java.util.List;

/**
 * Where requests for one host go.
 *
 * @param host lower case, without port
 * @param targets healthy tasks of the release; empty: 503
 */
public record Route(
    String host,
    ApplicationId applicationId,
    ReleaseId releaseId,
    RouteState state,
    List<Target> targets) {}
