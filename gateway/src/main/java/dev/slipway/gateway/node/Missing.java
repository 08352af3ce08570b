package dev.slipway.gateway.node;

/**
 * Something a host lacks to be of full use.
 *
 * @param code stable, for programs
 * @param detail what is wrong
 * @param remedy what its operator can do about it
 */
record Missing(String code, String detail, String remedy) {

  static Missing down(String since) {
    return new Missing(
        "node_down",
        "The host has not answered since " + since + "; its replicas run elsewhere.",
        "Start it, or take it out: ./slipway node remove.");
  }

  static Missing runtime() {
    return new Missing(
        "no_runtime",
        "No runtime-service answers for it: no logs, statistics or commands from its replicas.",
        "Start one on that host: ./slipway run runtime.");
  }

  static Missing registry(String registry, String problem) {
    return new Missing(
        "registry_unreachable",
        "Its engine cannot fetch images from " + registry + ": " + problem,
        "Open the way to the registry from that host; a registry without TLS must stand in"
            + " \"insecure-registries\" of its /etc/docker/daemon.json.");
  }

  static Missing noRegistry() {
    return new Missing(
        "registry_unset",
        "No registry is set, so images exist only on the host that built them.",
        "Set SLIPWAY_REGISTRY to a registry that all hosts reach, for builders and runtimes.");
  }

  static Missing clock(double seconds) {
    return new Missing(
        "clock_off",
        "Its clock is %.1f s off the database's.".formatted(seconds),
        "Keep its time with NTP: apt-get install chrony.");
  }

  static Missing mesh(String from, String address, String problem) {
    return new Missing(
        "node_unreachable",
        from + " cannot connect to " + address + ": " + problem,
        "Let the hosts reach one another on 7946/tcp, 7946/udp and 4789/udp; managers on"
            + " 2377/tcp.");
  }
}
