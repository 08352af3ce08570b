package dev.slipway.gateway.backup;

import dev.slipway.contracts.backup.BackupSchedule;
import dev.slipway.contracts.backup.BackupSubject;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.schedule.CronTimes;
import dev.slipway.store.DestinationStore;
import dev.slipway.store.ScheduleStore.Draft;
import io.vertx.core.json.JsonObject;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What a request says of a schedule. */
final class ScheduleFields {
  private ScheduleFields() {}

  static Draft ofNew(JsonObject body) {
    String cron = body.getString("cron");
    String before = body.getString("beforeDeploymentsOf");
    if ((cron == null) == (before == null)) {
      throw Problem.invalid(
          "cron",
          cron == null
              ? "is missing, such as '0 2 * * *' for every day at 02:00; or give beforeDeploymentsOf"
              : "does not go with beforeDeploymentsOf");
    }
    BackupSubject subject = SubjectFields.of(body);
    return checked(
        new Draft(
            body.getString("name"),
            subject,
            body.getString("destinationId", DestinationStore.LOCAL),
            cron,
            body.getString("timeZone", "UTC"),
            before,
            body.getInteger("keepDays"),
            body.getInteger("keepCount"),
            body.getBoolean("encrypted", false),
            SubjectFields.pause(body, subject, false),
            body.getBoolean("enabled", true)));
  }

  /** The schedule with what the request names; null for a limit means: no limit. */
  static Draft changed(BackupSchedule known, JsonObject body) {
    Predicate<String> sent = body::containsKey;
    if (known.cron() == null && sent.test("cron")) {
      throw Problem.invalid("cron", "does not go with beforeDeploymentsOf");
    }
    return checked(
        new Draft(
            body.getString("name", known.name()),
            known.subject(),
            body.getString("destinationId", known.destinationId()),
            sent.test("cron") ? body.getString("cron") : known.cron(),
            body.getString("timeZone", known.timeZone()),
            known.applicationId(),
            limit(body, "keepDays", known.keepDays()),
            limit(body, "keepCount", known.keepCount()),
            body.getBoolean("encrypted", known.encrypted()),
            SubjectFields.pause(body, known.subject(), known.pauseApplication()),
            body.getBoolean("enabled", known.enabled())));
  }

  private static @Nullable Integer limit(JsonObject body, String name, @Nullable Integer known) {
    return body.containsKey(name) ? body.getInteger(name) : known;
  }

  /** Also while it is disabled: what cannot be read is refused when it is written. */
  private static Draft checked(Draft draft) {
    String cron = draft.cron();
    CronTimes.of(cron == null ? "0 0 * * *" : cron, draft.timeZone());
    return draft;
  }
}
