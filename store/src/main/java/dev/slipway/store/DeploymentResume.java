package dev.slipway.store;

import dev.slipway.contracts.deployment.DeploymentId;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.pg.Queries;
import dev.slipway.platform.saga.SagaStore;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;

/** Takes a stuck deployment up again, as far as nothing newer has taken its place. */
final class DeploymentResume {
  private DeploymentResume() {}

  static Future<Boolean> resume(Queries tx, DeploymentId id) {
    return tx.one(
            """
            select coalesce(r.state = 'serving', false) as serves,
                coalesce(s.parked_from, case when s.past_return then 'running' else 'undoing' end)
                  = 'undoing' as undoing,
                exists (select 1 from sagas o where o.exclusive = s.exclusive
                  and o.state in ('running', 'undoing')) as busy,
                exists (select 1 from deployments n where n.application_id = d.application_id
                  and n.number > d.number and n.status = 'success') as overtaken
              from deployments d join sagas s on s.subject = d.id and s.state = 'stuck'
                join applications a on a.id = d.application_id
                left join releases r on r.id = d.release_id
              where d.id = $1 order by s.seq desc limit 1 for update of a
            """,
            id.value())
        .compose(
            row -> row == null ? Future.succeededFuture(false) : resume(tx, id, row).map(true));
  }

  private static Future<Void> resume(Queries tx, DeploymentId id, Row row) {
    if (row.getBoolean("busy")) {
      throw Problem.conflict(
          "application_busy",
          "Another deployment of this application is at work.",
          "Wait for its end; if this one is needed then, retry it again.");
    }
    boolean undoing = row.getBoolean("undoing");
    if (!undoing && row.getBoolean("overtaken")) {
      throw Problem.conflict(
          "overtaken",
          "A newer deployment has taken the place of this one.",
          "Nothing is left to resume; deploy its commit anew if it is wanted again.");
    }
    return SagaStore.resume(tx, id.value(), !row.getBoolean("serves"))
        .compose(goesOn -> undoing ? Future.succeededFuture() : atWorkAgain(tx, id));
  }

  private static Future<Void> atWorkAgain(Queries tx, DeploymentId id) {
    return tx.query(
            """
            with again as (
              update deployments set status = case when release_id is null then 'building' else 'deploying' end,
                  failure = null, reason = null, completed_at = null
                where id = $1 returning id, release_id),
            listening as (
              update log_streams set ended = false, status = null where stream = 'd:' || $1)
            update releases r set state = 'candidate' from again
              where r.id = again.release_id and r.deployment_id = again.id and r.state = 'removed'
            """,
            id.value())
        .mapEmpty();
  }
}
