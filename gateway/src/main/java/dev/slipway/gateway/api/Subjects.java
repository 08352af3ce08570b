package dev.slipway.gateway.api;

import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.contracts.application.Environment;
import dev.slipway.contracts.application.EnvironmentVariable;
import dev.slipway.contracts.application.ProjectId;
import dev.slipway.contracts.backup.BackupId;
import dev.slipway.contracts.database.DatabaseId;
import dev.slipway.contracts.database.DatabaseWork;
import dev.slipway.contracts.database.ProjectDatabase;
import dev.slipway.contracts.deployment.DeploymentId;
import dev.slipway.contracts.node.NodeId;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.store.DatabaseWorkStore.Order;
import dev.slipway.store.DestinationStore;
import io.vertx.core.Future;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How the thing that an action is about stands, for the audit log. An action {@code thing.verb} is
 * about a thing of that kind; of kinds that are not known here nothing but the action is noted.
 */
final class Subjects {
  /** Actions that show and change nothing. */
  private static final String REVEAL = ".reveal";

  private static final String DEPLOYMENT = "dep_";

  private Subjects() {}

  /**
   * Its state before a change, in the change's transaction; held until its end, so that nobody else
   * changes it in between. Null when there is none or nothing is known of its kind.
   */
  static Future<@Nullable Object> before(Stores in, String action, @Nullable String subject) {
    if (subject == null || action.endsWith(REVEAL) || subject.startsWith(DEPLOYMENT)) {
      return none();
    }
    boolean held =
        subject.startsWith("app_")
            && (action.startsWith("application.") || action.startsWith("environment."));
    Future<@Nullable Object> first = held ? held(in, subject) : none();
    return first.recover(Subjects::absent).compose(known -> after(in, action, subject));
  }

  /** Its state after a change, in the change's transaction. */
  static Future<@Nullable Object> after(Stores in, String action, String subject) {
    if (action.endsWith(REVEAL)) {
      return none();
    }
    String kind = action.substring(0, Math.max(0, action.indexOf('.')));
    Future<?> found =
        switch (kind) {
          case "application" ->
              subject.startsWith("app_")
                  ? in.applications().get(new ApplicationId(subject))
                  : none();
          case "environment" ->
              in.applications()
                  .get(new ApplicationId(subject))
                  .compose(known -> in.environments().current(known.id()))
                  .map(Subjects::masked);
          case "project" -> in.projects().get(new ProjectId(subject));
          case "database" ->
              subject.startsWith("db_") ? database(in, new DatabaseId(subject)) : none();
          case "deployment", "source" ->
              subject.startsWith(DEPLOYMENT) ? emergency(in, new DeploymentId(subject)) : none();
          case "node" -> in.nodes().get(new NodeId(subject));
          case "destination" ->
              isNamed(subject, "dst_", DestinationStore.LOCAL)
                  ? in.destinations().get(subject)
                  : none();
          case "backup-schedule" ->
              subject.startsWith("sch_") ? in.schedules().get(subject) : none();
          case "backup" ->
              subject.startsWith("bak_") ? in.backups().get(new BackupId(subject)) : none();
          case "restore" -> subject.startsWith("rst_") ? in.restores().get(subject) : none();
          case "key" -> subject.startsWith("key_") ? in.keys().get(subject, null) : none();
          default -> none();
        };
    return found.map(Object.class::cast).recover(Subjects::absent);
  }

  /**
   * A database, and what is asked of it beside what it is.
   *
   * @param wanted null: nothing but the kind of work is asked
   */
  private record WithWork(
      ProjectDatabase database, @Nullable DatabaseWork work, @Nullable Order wanted) {}

  private static Future<WithWork> database(Stores in, DatabaseId id) {
    return in.databases()
        .any(id)
        .compose(known ->
            in.databaseWork()
                .active(id)
                .map(work ->
                    work == null
                        ? new WithWork(known, null, null)
                        : new WithWork(known, work.kind(), work.order())));
  }

  /** Of a deployment it is told when somebody asked for it without the backups before it. */
  private static Future<@Nullable Map<String, Boolean>> emergency(Stores in, DeploymentId id) {
    return in.deployments()
        .get(id)
        .map(made -> made.skipBackups() ? Map.of("skipBackups", true) : null);
  }

  private static boolean isNamed(String subject, String prefix, String name) {
    return subject.startsWith(prefix) || subject.equals(name);
  }

  private static Future<@Nullable Object> held(Stores in, String application) {
    return in.applications().held(new ApplicationId(application)).map(Object.class::cast);
  }

  private static Future<@Nullable Object> none() {
    return Future.succeededFuture(null);
  }

  /** That it is not there is an answer, and what the change itself will tell its caller. */
  private static Future<@Nullable Object> absent(Throwable failure) {
    return failure instanceof Problem problem && problem.status() == 404
        ? Future.succeededFuture(null)
        : Future.failedFuture(failure);
  }

  /** Of a secret it is told when it was set, so that a change of it shows. */
  private static Map<String, String> masked(Environment environment) {
    Map<String, String> variables = new TreeMap<>();
    for (EnvironmentVariable item : environment.items()) {
      variables.put(item.key(), item.secret() ? "**** set " + item.updatedAt() : item.value());
    }
    return variables;
  }
}
