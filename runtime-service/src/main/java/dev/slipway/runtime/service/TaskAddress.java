package dev.slipway.runtime.service;

import java.util.Locale;

/** Under which of its addresses the ingress finds a task. */
public enum TaskAddress {
  /** At its address on the gateway bridge: runtime and ingress run on the task's Linux host. */
  BRIDGE,
  /** At its overlay address: runtime and ingress run as containers on the projects' networks. */
  OVERLAY,
  /** At a port published on its host: on several hosts, and wherever the others do not lead. */
  PUBLISHED;

  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }
}
