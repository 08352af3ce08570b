package dev.slipway.contracts.route;

/** Where one healthy task answers, as seen from the ingress. */
public record Target(String host, int port) {}
