package dev.slipway.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.docker.memory.MemoryEngine;
import dev.slipway.platform.pg.PostgresExtension;
import dev.slipway.platform.saga.CrashPoints;
import dev.slipway.runtime.keep.KeepConfig;
import dev.slipway.runtime.service.TaskAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A runtime beside a manager, when not all of its runners can begin. */
class ManagerDutyTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();
  private static final String INSTALLATION = "eeeeeeeeeeee";

  private final MemoryEngine engine = new MemoryEngine();
  private final Fixture fixture = new Fixture(POSTGRES.database(), engine, INSTALLATION);

  @AfterEach
  void leave() {
    fixture.close();
    engine.close();
  }

  /** The runner of databases takes over what its predecessor held, and fails when others work. */
  private void lastOfThreeFails() {
    fixture
        .database
        .script(
            """
            create function others_first() returns trigger language plpgsql as $$
            begin
              for i in 1..1000 loop
                exit when (select count(distinct owner) from saga_runners
                  where owner in ('duty', 'duty.before-deploy')) = 2;
                perform pg_sleep(0.01);
              end loop;
              raise exception 'not this one';
            end $$;
            create trigger others_first before update on sagas for each row
              when (old.id = 'held') execute function others_first();
            insert into sagas(id, kind, version, subject, exclusive, input, state, owner, lease_until)
              values ('held', 'database-stop', 1, 'db', 'db', '{}', 'running', 'duty.databases',
                now() + interval '1 hour');
            """)
        .await();
  }

  private long runners() {
    return fixture
        .database
        .one("select count(*) from saga_runners where owner like 'duty%'", row -> row.getLong(0))
        .await();
  }

  @Test
  void whenOneRunnerCannotStartNoneOfTheOthersGoesOn() {
    lastOfThreeFails();
    var config =
        new RuntimeConfig(
            "duty",
            INSTALLATION,
            "example.test",
            TaskAddress.PUBLISHED,
            null,
            4,
            KeepConfig.DEFAULTS);
    TestRuntime runtime = TestRuntime.start(fixture, config, CrashPoints.NONE);
    try {
      assertThat(runtime.deploys()).isFalse();
      assertThat(runners()).as("runners that look for work").isZero();
    } finally {
      runtime.stop();
    }
  }
}
