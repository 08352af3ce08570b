package dev.slipway.ingress.proxy;

import java.time.Duration;

/**
 * How long and how much the proxy waits and keeps.
 *
 * @param head from the first byte of a request's head to its last
 * @param idle a connection without a request
 * @param upload between two pieces of a request body the application is ready for
 * @param answer from the request to the first byte of its answer
 * @param stream between two bytes of an answer
 * @param tunnel between two bytes of an upgraded connection, in any direction
 * @param connect for an application to accept a connection
 * @param hold a request waits for an application that is being recreated
 * @param held requests that wait so at once, per host
 * @param originIdle an unused connection to an application is kept
 */
public record Limits(
    Duration head,
    Duration idle,
    Duration upload,
    Duration answer,
    Duration stream,
    Duration tunnel,
    Duration connect,
    Duration hold,
    int held,
    Duration originIdle) {

  public static Limits defaults() {
    return new Limits(
        Duration.ofSeconds(10),
        Duration.ofSeconds(75),
        Duration.ofSeconds(60),
        Duration.ofMinutes(5),
        Duration.ofHours(1),
        Duration.ofHours(1),
        Duration.ofSeconds(3),
        Duration.ofSeconds(30),
        1024,
        Duration.ofSeconds(3));
  }
}
