package dev.slipway.runtime.deploy;

/**
 * What the start-new step did.
 *
 * @param service its name on the engine
 */
record Launched(String service) {}
