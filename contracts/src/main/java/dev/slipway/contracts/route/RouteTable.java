package dev.slipway.contracts.route;

import java.util.List;

/**
 * All routes of an installation at one version.
 *
 * @param version grows with every change; an ingress reports the one it applied
 */
public record RouteTable(String installationId, long version, List<Route> routes) {}
