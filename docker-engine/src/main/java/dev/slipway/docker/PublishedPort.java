package dev.slipway.docker;

/**
 * A container's port on its host.
 *
 * @param protocol {@code tcp} or {@code udp}
 */
public record PublishedPort(int containerPort, int hostPort, String protocol) {}
