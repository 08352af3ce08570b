package dev.slipway.runtime.deploy;

import dev.slipway.contracts.application.HealthCheck;
import dev.slipway.contracts.route.Target;
import dev.slipway.docker.ContainerInfo.Health;
import dev.slipway.platform.logs.LogLevel;
import dev.slipway.runtime.service.EngineWatch;
import dev.slipway.runtime.service.HealthProbe;
import dev.slipway.runtime.service.Look;
import dev.slipway.runtime.service.Replica;
import dev.slipway.runtime.service.Replicas;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Waits until a release's replicas are well, looking from where the ingress will reach them. Woken
 * by the engine's events while a container is awaited; looks quickly at first and slower later
 * while it starts.
 */
final class HealthGate {
  private static final long FIRST_PAUSE_MS = 15;
  private static final long LONGEST_PAUSE_MS = 250;
  private static final long SWARM_LOOK_MS = 1_000;
  private static final long PATIENT_MS = 500;

  /**
   * While the Swarm does not hear all its hosts: it takes a dead one for dead after 15 to 30 s, may
   * have to elect a leader before, and starts the replicas elsewhere only then.
   */
  private static final Duration MOVE = Duration.ofSeconds(60);

  private final Replicas replicas;
  private final HealthProbe probe;
  private final EngineWatch watch;
  private final Autopsy autopsy;

  HealthGate(Replicas replicas, HealthProbe probe, EngineWatch watch, Autopsy autopsy) {
    this.replicas = replicas;
    this.probe = probe;
    this.watch = watch;
    this.autopsy = autopsy;
  }

  /**
   * Blocks until enough replicas are well.
   *
   * @throws dev.slipway.contracts.problem.Problem when they exit, never open the port, fail their
   *     check or cannot be placed, within the grace time at the latest
   */
  Proven await(Gate gate, Witness witness) throws InterruptedException {
    Wait wait = new Wait(gate, witness);
    while (!wait.proven()) {
      long seen = watch.moments();
      wait.look();
      if (!wait.proven()) {
        watch.await(seen, wait.pause());
      }
    }
    return wait.result();
  }

  /** One wait and what it has seen so far. */
  private final class Wait {
    private final Gate gate;
    private final Witness witness;
    private final HealthCheck check;
    private final long began = System.nanoTime();
    private final Map<String, Replica> well = new LinkedHashMap<>();
    private final Set<String> buried = new HashSet<>();
    private int deaths;
    private long pauseMs = FIRST_PAUSE_MS;
    private long swarmLookedAtMs;
    private boolean started;
    private boolean firstLook = true;
    private @Nullable Look lastLook;
    private @Nullable String told;
    private @Nullable Replica lastSeen;
    private @Nullable Replica lastDead;

    Wait(Gate gate, Witness witness) {
      this.gate = gate;
      this.witness = witness;
      this.check = gate.release().spec().config().healthCheck();
      this.buried.addAll(gate.outgoing());
    }

    boolean proven() {
      return well.size() >= gate.wanted();
    }

    Proven result() {
      List<Target> targets = new ArrayList<>();
      String published = null;
      for (Replica replica : well.values()) {
        if (replica.target() != null) {
          targets.add(replica.target());
        }
        if (replica.publishedPort() > 0 && published == null) {
          published = "127.0.0.1:" + replica.publishedPort();
        }
      }
      return new Proven(targets, published);
    }

    void look() {
      witness.checkpoint();
      int running = 0;
      for (Replica replica : replicas.of(gate.release())) {
        if (replica.running() && !buried.contains(replica.containerId())) {
          running++;
          probe(replica);
        } else if (replica.ended() && buried.add(replica.containerId())) {
          mourn(replica);
        }
      }
      firstLook = false;
      if (running > 0 && !started) {
        started = true;
        pauseMs = FIRST_PAUSE_MS;
      }
      if (!proven()) {
        judge(running >= gate.wanted());
      }
    }

    private void probe(Replica replica) {
      lastSeen = replica;
      if (well.containsKey(replica.containerId())) {
        return;
      }
      Duration limit = Duration.ofSeconds(check.timeoutSeconds());
      Duration left = gate.grace().minusMillis(elapsedMs()).plusMillis(50);
      Look look =
          probe.look(
              replica,
              check,
              gate.imageCheck(),
              gate.release().applicationName(),
              left.compareTo(limit) < 0 ? positive(left) : limit);
      if (look.well()) {
        well.put(replica.containerId(), replica);
      } else {
        note(look);
        if (elapsedMs() > PATIENT_MS) {
          witness.watches(replica);
        }
      }
    }

    private void note(Look look) {
      lastLook = look;
      if (elapsedMs() > PATIENT_MS && !look.detail().equals(told)) {
        told = look.detail();
        witness.notes(LogLevel.INFO, "Not healthy yet: " + look.detail() + ".");
      }
    }

    /** What ended before we began to wait tells nothing about this attempt. */
    private void mourn(Replica replica) {
      boolean wasWell = well.remove(replica.containerId()) != null;
      if (firstLook) {
        return;
      }
      deaths++;
      lastSeen = replica;
      lastDead = replica;
      witness.watches(replica);
      if (replica.check() == Health.UNHEALTHY) {
        witness.notes(LogLevel.WARN, "The engine stopped a replica: its own health check failed.");
      } else {
        witness.notes(
            LogLevel.WARN,
            "A replica exited with code %d%s; Swarm starts another."
                .formatted(replica.exitCode(), wasWell ? " after it had been healthy" : ""));
      }
      autopsy.refuseIfHopeless(gate, replica, deaths);
    }

    /** While some are missing Swarm is asked why: a node may refuse what another one runs. */
    private void judge(boolean allRun) {
      if (!allRun && elapsedMs() - swarmLookedAtMs >= SWARM_LOOK_MS) {
        swarmLookedAtMs = elapsedMs();
        autopsy.refuseIfRejected(gate, elapsedMs());
      }
      if (elapsedMs() > gate.grace().toMillis() && !moves(allRun)) {
        throw lastDead != null
            ? autopsy.dead(lastDead, deaths)
            : autopsy.late(gate, lastSeen, lastLook, well.size());
      }
    }

    /** None of them failed, and some wait for a host that is not heard: that is not their fault. */
    private boolean moves(boolean allRun) {
      return !allRun
          && lastDead == null
          && elapsedMs() <= gate.grace().plus(MOVE).toMillis()
          && !replicas.everyNodeIsHeard();
    }

    Duration pause() {
      if (!started) {
        return Duration.ofMillis(LONGEST_PAUSE_MS);
      }
      Duration pause = Duration.ofMillis(pauseMs);
      pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs + pauseMs / 2);
      return pause;
    }

    private long elapsedMs() {
      return (System.nanoTime() - began) / 1_000_000;
    }
  }

  private static Duration positive(Duration left) {
    return left.isPositive() ? left : Duration.ofMillis(50);
  }
}
