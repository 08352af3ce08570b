package dev.slipway.runtime.deploy;

import dev.slipway.docker.DockerEngine;
import dev.slipway.platform.logs.LogLevel;
import dev.slipway.platform.saga.StepContext;
import dev.slipway.runtime.service.LastWords;
import dev.slipway.runtime.service.Replica;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Watches a release become healthy on behalf of the deployment's log. */
final class Onlooker implements Witness {
  private final StepContext ctx;
  private final Runs.Run run;
  private final DockerEngine engine;
  private final Supplier<List<String>> environment;
  private @Nullable List<String> secrets;
  private @Nullable String container;

  /**
   * Watches for one step.
   *
   * @param environment reads the secrets to mask; asked for only when there is output to show
   */
  Onlooker(StepContext ctx, Runs.Run run, DockerEngine engine, Supplier<List<String>> environment) {
    this.ctx = ctx;
    this.run = run;
    this.engine = engine;
    this.environment = environment;
  }

  @Override
  public void notes(LogLevel level, String text) {
    run.log().say(DeploySaga.AWAIT_HEALTHY, level, text);
  }

  /** The output of a replica elsewhere is in the application's own log, by its own node. */
  @Override
  public void watches(Replica replica) {
    if (replica.elsewhere() != null) {
      return;
    }
    container = replica.containerId();
    secrets();
    run.log().watch(engine, replica.containerId(), DeploySaga.AWAIT_HEALTHY);
  }

  @Override
  public void checkpoint() {
    ctx.checkpoint();
  }

  /** Keeps the last lines of the container seen last: the undo will remove it. */
  void takeLastWords() {
    if (container != null) {
      run.lastWords(new LastWords(engine).of(container, secrets()));
    }
  }

  private List<String> secrets() {
    List<String> known = secrets;
    if (known == null) {
      known = environment.get();
      secrets = known;
      run.log().mask(known);
    }
    return known;
  }
}
