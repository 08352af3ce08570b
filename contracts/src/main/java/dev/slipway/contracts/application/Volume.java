package dev.slipway.contracts.application;

/**
 * Data that outlives releases. An application with a volume is deployed by {@code recreate}: old
 * down, new up, for two writers would spoil it.
 *
 * @param name unique in the application, {@code [a-z0-9-]}, at most 40 characters
 * @param path absolute mount path in the container
 */
public record Volume(String name, String path) {}
