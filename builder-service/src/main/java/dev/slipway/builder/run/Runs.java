package dev.slipway.builder.run;

import dev.slipway.builder.source.RepositoryUrl;
import dev.slipway.contracts.application.Environment;
import dev.slipway.contracts.deployment.BuildOrder;
import dev.slipway.contracts.deployment.DeploymentId;
import dev.slipway.docker.EngineInfo;
import dev.slipway.platform.lease.Fence;
import dev.slipway.platform.saga.StepContext;
import dev.slipway.store.EnvironmentStore.Effective;
import dev.slipway.store.SourceAccessStore.Access;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What the builds at work here keep in memory; a resumed build has a new fence and begins anew. */
final class Runs {
  private final BuildParts parts;
  private final Map<Fence, Run> open = new ConcurrentHashMap<>();

  Runs(BuildParts parts) {
    this.parts = parts;
  }

  /** One build at work, and the images that it saw on this engine. */
  record Run(BuildOrder order, Effective effective, Access access, BuildLog log, Set<String> seen) {
    Environment environment() {
      return effective.environment();
    }
  }

  /** The build of this saga, opened when this process has not seen it yet. */
  Run of(StepContext ctx) {
    var known = open.get(ctx.fence());
    if (known != null) {
      return known;
    }
    var order = ctx.input(BuildOrder.class);
    var effective =
        parts
            .stores()
            .environments()
            .effective(order.applicationId(), order.environmentVersion())
            .await();
    var deployment = new DeploymentId(ctx.subject());
    var access = parts.stores().access().open(order.applicationId()).await();
    var secrets = secrets(order, effective.environment());
    if (access.credentials() != null && access.credentials().kind().equals("token")) {
      secrets.add(String.valueOf(access.secret()));
    }
    var log = BuildLog.open(parts, deployment, ctx.fence(), secrets).await();
    var run = new Run(order, effective, access, log, ConcurrentHashMap.newKeySet());
    open.put(ctx.fence(), run);
    return run;
  }

  private static List<String> secrets(BuildOrder order, Environment environment) {
    var secrets = new ArrayList<>(environment.secretValues());
    var repository = order.config().repository();
    if (repository != null && repository.contains("@")) {
      try {
        var url = RepositoryUrl.parse(repository);
        if (url.password() != null) {
          secrets.add(url.password());
        } else if (url.user() != null && url.scheme() != RepositoryUrl.Scheme.SSH) {
          secrets.add(url.user());
        }
      } catch (dev.slipway.contracts.problem.Problem unreadable) {
        return secrets; // the checkout step says so, without the URL's credentials
      }
    }
    return secrets;
  }

  /** Returns when the disks have room for all builds at work here; says what it waits for. */
  void admit(Run run, String step, EngineInfo engine) throws IOException {
    parts.admission().admit(engine, open.size(), line -> run.log().say(step, line));
  }

  /** Forgets a build without another word: it goes on elsewhere or is over. */
  void forget(StepContext ctx) {
    open.remove(ctx.fence());
  }
}
