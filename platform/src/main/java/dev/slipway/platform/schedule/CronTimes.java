package dev.slipway.platform.schedule;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import dev.slipway.contracts.problem.Problem;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The moments that five fields of crontab(5) mean in a time zone. Each time on the wall comes once
 * a day: one that the clock jumps over comes at the jump, one that the clock shows twice comes the
 * first time only. Immutable.
 */
public final class CronTimes {
  private static final int LONGEST = 100;
  private static final String EXAMPLE = "such as '0 2 * * *' for every day at 02:00";

  /** Walls show at most this many minutes twice; each is looked at once and left behind. */
  private static final int MOST_TRIES = 10_000;

  private final ExecutionTime onTheWall;
  private final ZoneId zone;

  private CronTimes(ExecutionTime onTheWall, ZoneId zone) {
    this.onTheWall = onTheWall;
    this.zone = zone;
  }

  /**
   * Reads an expression.
   *
   * @param timeZone an IANA name such as {@code Europe/Berlin}
   * @throws Problem {@code invalid_request} naming {@code cron} or {@code timeZone}
   */
  public static CronTimes of(String cron, String timeZone) {
    CronTimes read = new CronTimes(expression(cron), zone(timeZone));
    if (read.next(Instant.EPOCH).isEmpty()) {
      throw Problem.invalid("cron", "names a day that never comes; write it " + EXAMPLE);
    }
    return read;
  }

  private static ExecutionTime expression(String cron) {
    if (cron.length() > LONGEST) {
      throw Problem.invalid("cron", "has more than " + LONGEST + " characters");
    }
    try {
      var unix = CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX);
      return ExecutionTime.forCron(new CronParser(unix).parse(cron.strip()).validate());
    } catch (IllegalArgumentException e) {
      throw Problem.invalid(
          "cron",
          "must be five fields (minute, hour, day of the month, month, day of the week) "
              + EXAMPLE);
    }
  }

  private static ZoneId zone(String name) {
    // Anything else that Java takes for a zone, such as "+02:00", knows no summer.
    if (!ZoneId.getAvailableZoneIds().contains(name)) {
      throw Problem.invalid("timeZone", "must be an IANA name such as UTC or Europe/Berlin");
    }
    return ZoneId.of(name);
  }

  /** The first moment after this one; empty when there is none any more. */
  public Optional<Instant> next(Instant after) {
    LocalDateTime wall = LocalDateTime.ofInstant(after, zone);
    for (int i = 0; i < MOST_TRIES; i++) {
      var found = onTheWall.nextExecution(wall.atZone(ZoneOffset.UTC));
      if (found.isEmpty()) {
        return Optional.empty();
      }
      wall = found.get().toLocalDateTime();
      Instant moment = moment(wall);
      if (moment.isAfter(after)) {
        return Optional.of(moment);
      }
    }
    return Optional.empty();
  }

  private Instant moment(LocalDateTime wall) {
    ZoneOffsetTransition change = zone.getRules().getTransition(wall);
    return change != null && change.isGap()
        ? change.getInstant()
        : wall.atZone(zone).withEarlierOffsetAtOverlap().toInstant();
  }

  /** The next moments after this one, fewer where there are no more. */
  public List<Instant> next(Instant after, int count) {
    List<Instant> moments = new ArrayList<>();
    Optional<Instant> next = next(after);
    while (next.isPresent() && moments.size() < count) {
      moments.add(next.get());
      next = next(next.get());
    }
    return List.copyOf(moments);
  }
}
