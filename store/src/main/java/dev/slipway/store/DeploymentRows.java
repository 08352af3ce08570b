package dev.slipway.store;

import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.contracts.deployment.Deployment;
import dev.slipway.contracts.deployment.DeploymentId;
import dev.slipway.contracts.deployment.DeploymentStatus;
import dev.slipway.contracts.deployment.DeploymentStep;
import dev.slipway.contracts.deployment.Failure;
import dev.slipway.contracts.deployment.ReleaseId;
import dev.slipway.contracts.deployment.Trigger;
import dev.slipway.platform.bus.Json;
import io.vertx.sqlclient.Row;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads deployments with their steps from the journal and their place in the queue. */
final class DeploymentRows {
  static final String SELECT =
      """
      select d.*, d.failure::text as failure_text,
          (select coalesce(json_agg(json_build_object(
                'name', st.name,
                'status', st.state,
                'attempt', st.attempt,
                'lastError', case when st.error is not null then json_build_object(
                  'code', st.error->>'code', 'detail', st.error->>'message',
                  'remedy', st.error->>'remedy') end,
                'startedAt', st.started_at,
                'completedAt', st.ended_at) order by s.seq, st.n), '[]')::text
             from sagas s join saga_steps st on st.saga_id = s.id
             where s.subject = d.id) as steps_text,
          case when d.status = 'pending' then
            (select count(*)::int from sagas older, sagas mine
               where mine.subject = d.id and mine.state = 'waiting'
                 and older.state = 'waiting' and older.kind = mine.kind
                 and coalesce(older.place, older.seq) < coalesce(mine.place, mine.seq)) end
            as queue_position,
          array(select b.id from backups b where b.deployment_id = d.id order by b.id) as backup_ids
        from deployments d
      """;

  private DeploymentRows() {}

  static Deployment deployment(Row row) {
    return new Deployment(
        new DeploymentId(row.getString("id")),
        new ApplicationId(row.getString("application_id")),
        row.getInteger("number"),
        DeploymentStatus.valueOf(row.getString("status").toUpperCase(Locale.ROOT)),
        Trigger.valueOf(row.getString("trigger").toUpperCase(Locale.ROOT)),
        row.getString("actor"),
        row.getString("title"),
        row.getString("requested_commit"),
        row.getString("commit_sha"),
        row.getString("commit_message"),
        row.getString("branch"),
        row.getString("image_digest"),
        release(row.getString("release_id")),
        release(row.getString("rollback_of")),
        row.getInteger("queue_position"),
        row.getString("reason"),
        Rows.jsonOrNull(row, "failure_text", Failure.class),
        Rows.when(row, "created_at"),
        Rows.at(row, "started_at"),
        Rows.at(row, "completed_at"),
        List.of(Json.read(row.getString("steps_text"), DeploymentStep[].class)),
        row.getBoolean("skip_backups"),
        List.of(row.getArrayOfStrings("backup_ids")));
  }

  private static @Nullable ReleaseId release(@Nullable String id) {
    return id == null ? null : new ReleaseId(id);
  }
}
