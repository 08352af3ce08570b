package dev.slipway.e2e.lab;

import java.util.Locale;

/** What a process of the platform does, and the ports it has on its host. */
public enum Role {
  GATEWAY(5701),
  BUILDER(5702),
  RUNTIME(5703),
  BACKUP(5704),
  /** Needs no cluster: its routes are rows. */
  INGRESS(0);

  /** Of the API on each host with a gateway. */
  public static final int API_PORT = 3001;

  /** Of the applications on each host with an ingress. */
  public static final int HTTP_PORT = 8080;

  private final int clusterPort;

  Role(int clusterPort) {
    this.clusterPort = clusterPort;
  }

  /** As {@code ./slipway run} takes it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  int clusterPort() {
    return clusterPort;
  }

  int managementPort() {
    return 9_100 + ordinal();
  }

  boolean joins() {
    return clusterPort != 0;
  }

  /** What it writes into its log when work may be sent to it. */
  String readyWords() {
    return this == INGRESS ? "applications on port" : " is ready";
  }
}
