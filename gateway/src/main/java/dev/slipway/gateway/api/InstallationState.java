package dev.slipway.gateway.api;

import dev.slipway.platform.cluster.StartPhase;
import dev.slipway.platform.health.Health;
import dev.slipway.store.ProcessStore.Process;
import java.util.List;

/**
 * How far the installation has come, from who is there and what answers. A service that has never
 * been seen is still on its way; one that was there and fell silent has failed.
 */
final class InstallationState {
  private static final String ALL_IN_ONE = "standalone";
  private static final List<String> NEEDED = List.of("builder", "runtime");

  private InstallationState() {}

  static StartPhase of(Health health, List<Process> processes) {
    StartPhase services = services(processes);
    return services == StartPhase.READY && !health.isOk() ? StartPhase.FAILED : services;
  }

  private static StartPhase services(List<Process> processes) {
    if (processes.stream().anyMatch(one -> one.role().equals(ALL_IN_ONE) && one.alive())) {
      return of(ALL_IN_ONE, processes);
    }
    StartPhase worst = StartPhase.READY;
    for (String role : NEEDED) {
      StartPhase phase = of(role, processes);
      if (phase == StartPhase.FAILED) {
        return phase;
      }
      worst = phase == StartPhase.INSTALLING ? phase : worst;
    }
    return worst;
  }

  private static StartPhase of(String role, List<Process> processes) {
    List<Process> known = processes.stream().filter(one -> one.role().equals(role)).toList();
    if (known.stream().anyMatch(Process::ready)) {
      return StartPhase.READY;
    }
    boolean onItsWay = known.isEmpty() || known.stream().anyMatch(Process::alive);
    return onItsWay ? StartPhase.INSTALLING : StartPhase.FAILED;
  }
}
