package dev.slipway.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.application.Application;
import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.contracts.deployment.DeploymentStatus;
import dev.slipway.contracts.logs.LogStreams;
import dev.slipway.platform.lease.Lease;
import dev.slipway.platform.lease.Leases;
import dev.slipway.platform.pg.Database;
import dev.slipway.platform.pg.PostgresExtension;
import dev.slipway.platform.pg.Queries;
import dev.slipway.store.SweepStore.Swept;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** 500 applications, 10,000 releases, 20,000 deployments and 1,000,000 log segments. */
class ManyThingsTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private static final int TIMES = 60;
  private static Database database;
  private static ApplicationId some;

  @BeforeAll
  static void manyThings() {
    database = POSTGRES.database();
    Application one = Samples.application(database);
    Samples.serving(database, one, "sample");
    some = new ApplicationId("app_00250");
    // Set by set, without the triggers that would tell each row.
    database.script("set session_replication_role = replica;" + FILL).await();
  }

  private static final String FILL =
      """
      insert into applications(id, name, project_id, config, status, current_release_id,
          deployments_made, releases_made)
        select 'app_' || to_char(n, 'FM00000'), 'many-' || n, a.project_id, a.config, 'running',
            'rel_' || n || '_20', 40, 20
          from generate_series(1, 500) n, (select * from applications limit 1) a;
      insert into deployments(id, application_id, number, status, trigger, actor, created_at,
          release_id)
        select 'dep_' || n || '_' || d, 'app_' || to_char(n, 'FM00000'), d,
            case when d % 2 = 0 then 'success' else 'failed' end, 'manual', 'tester',
            now() - make_interval(mins => (40 - d) * 500 + n),
            case when d % 2 = 0 then 'rel_' || n || '_' || (d / 2) end
          from generate_series(1, 500) n, generate_series(1, 40) d;
      insert into releases(id, application_id, number, deployment_id, spec, state, created_at,
          served_at, replaced_at)
        select 'rel_' || n || '_' || r, 'app_' || to_char(n, 'FM00000'), r,
            'dep_' || n || '_' || (r * 2),
            jsonb_set(spec.spec, '{imageDigest}', to_jsonb('sha256:' || n || '_' || r)),
            case when r = 20 then 'serving' when r > 10 then 'cold' else 'removed' end,
            now() - make_interval(hours => 20 - r), now() - make_interval(hours => 20 - r),
            case when r < 20 then now() - make_interval(hours => 19 - r) end
          from generate_series(1, 500) n, generate_series(1, 20) r,
            (select spec from releases limit 1) spec;
      insert into sagas(id, kind, version, subject, exclusive, state, input, ended_at)
        select d.id || '.' || k, k, 1, d.id, d.application_id, 'done', '{}', d.created_at
          from deployments d, unnest(array['build', 'deploy']) k where d.id like 'dep\\_%\\_%';
      insert into saga_steps(saga_id, n, name, state, ended_at)
        select s.id, n, 'step-' || n, 'done', now() from sagas s, generate_series(1, 5) n
          where s.input = '{}';
      insert into routes(host, application_id, release_id, state, targets)
        select 'many-' || n || '.example.org', 'app_' || to_char(n, 'FM00000'),
            'rel_' || n || '_20', 'serving', '[{"host":"10.0.0.1","port":8080}]'
          from generate_series(1, 500) n;
      insert into log_segments(stream, first_seq, last_seq, lines, created_at)
        select 'a:app_' || to_char(n, 'FM00000'), s, s, '\\x7b7d0a'::bytea,
            case when n <= 100 then now() - interval '8 days' else now() end
          from generate_series(1, 500) n, generate_series(1, 2000) s;
      insert into events(type, application_id, status, at)
        select 'application.changed', 'app_' || to_char(n % 500 + 1, 'FM00000'), 'running',
            now() - make_interval(secs => 900000 - n * 10)
          from generate_series(1, 60000) n;
      insert into idempotency_keys(key, actor, request, resource, created_at)
        select 'k' || n, 'tester', 'r', 'x', now() - make_interval(mins => n)
          from generate_series(1, 20000) n;
      set session_replication_role = default;
      analyze;
      """;

  // ---- what people and the reconcile loop ask

  @Test
  void listsAndPagesReadWhatTheyShowAndLittleElse() {
    String stream = LogStreams.of(some);
    Map<String, Question> questions = new LinkedHashMap<>();
    questions.put(
        "applications", q(200, on -> new ApplicationStore(on).list(null, null, 50, "app_00100")));
    questions.put("application", q(10, on -> new ApplicationStore(on).get(some)));
    questions.put("deployments", q(2_000, on -> deployments(on, null, null)));
    questions.put("deployments of one", q(2_000, on -> deployments(on, some, null)));
    questions.put(
        "failed deployments", q(2_000, on -> deployments(on, null, DeploymentStatus.FAILED)));
    questions.put("releases of one", q(200, on -> new ReleaseStore(on).list(some, 50)));
    questions.put("log page", q(100, on -> new LogStore(on).after(stream, 1_000, 16)));
    questions.put("log tail", q(100, on -> new LogStore(on).last(stream, 16)));
    questions.put("log state", q(10, on -> new LogStore(on).state(stream)));
    questions.put("events", q(500, on -> new EventStore(on).after(30_000, 200)));
    askAll(questions, "log_segments", "deployments", "releases", "sagas", "saga_steps", "events");
  }

  @Test
  void thePictureOfTheReconcileLoopReadsWhatRunsAndNotWhatEverRan() {
    Map<String, Question> questions = new LinkedHashMap<>();
    questions.put("all applications", q(1_200, on -> new ApplicationStore(on).all()));
    questions.put("running releases", q(2_500, on -> new ServingStore(on).running()));
    questions.put("routes", q(1_200, on -> new RouteStore(on).table()));
    questions.put("in hands", q(100, on -> new ServingStore(on).inHands()));
    questions.put("present releases", q(6_000, on -> new ServingStore(on).present()));
    questions.put("cooled releases", q(3_000, on -> new ReleaseStore(on).cooled()));
    questions.put("surplus releases", q(12_000, on -> new ReleaseStore(on).surplus()));
    questions.put("active deployments", q(100, on -> new DeploymentStore(on).active()));
    askAll(questions, "log_segments", "deployments", "sagas", "saga_steps", "events");
  }

  private static Future<?> deployments(
      Queries on, @Nullable ApplicationId application, @Nullable DeploymentStatus status) {
    return new DeploymentStore(on)
        .list(new DeploymentStore.Filter(application, status, null, null, 50));
  }

  /**
   * A question and how much it may read.
   *
   * @param mostRows read by one of its statements
   */
  private record Question(long mostRows, Function<Queries, Future<?>> ask) {}

  private static Question q(long mostRows, Function<Queries, Future<?>> ask) {
    return new Question(mostRows, ask);
  }

  private static void askAll(Map<String, Question> questions, String... neverScanned) {
    StringBuilder measured = new StringBuilder();
    questions.forEach((name, question) -> {
      Explaining explaining = new Explaining(database);
      // More often than the five times after which a generic plan may be chosen.
      for (int i = 0; i < 8; i++) {
        question.ask().apply(explaining).await();
      }
      assertThat(explaining.plans)
          .as(name)
          .isNotEmpty()
          .allSatisfy(plan -> {
            assertThat(plan.scanned()).as(plan.sql()).doesNotContain(neverScanned);
            assertThat(plan.rowsRead()).as(plan.sql()).isLessThanOrEqualTo(question.mostRows());
          });
      measured.append(' ').append(name).append(' ').append(times(question)).append(';');
    });
    System.out.println("PROMISE T27:" + measured + " all from indexes, bounded rows");
  }

  private static String times(Question question) {
    long[] nanos = new long[TIMES];
    for (int i = 0; i < TIMES; i++) {
      long began = System.nanoTime();
      question.ask().apply(database).await();
      nanos[i] = System.nanoTime() - began;
    }
    Arrays.sort(nanos);
    return "p50 %.1f p99 %.1f ms".formatted(nanos[TIMES / 2] / 1e6, nanos[TIMES * 99 / 100] / 1e6);
  }

  // ---- clean-up

  @Test
  void twoHundredThousandOldSegmentsGoInBatchesWhileAWriterAppends() throws Exception {
    Lease lease =
        new Leases(database, "t27")
            .claim("housekeeping", Duration.ofMinutes(5))
            .await()
            .orElseThrow();
    SweepStore rows = new SweepStore(database);
    List<Long> written = new ArrayList<>();
    boolean[] done = new boolean[1];
    Thread writer = Thread.ofVirtual().start(() -> append(written, done));

    long began = System.nanoTime();
    long slowest = 0;
    Swept all = Swept.NOTHING;
    int batches = 0;
    for (String stream : rows.streams("", 500).await()) {
      long upTo = rows.surplus(stream, Duration.ofDays(7), 1L << 30).await();
      Swept one = upTo == 0 ? Swept.NOTHING : new Swept(1, 0);
      while (one.rows() > 0) {
        long batch = System.nanoTime();
        one = rows.segments(lease, stream, upTo).await();
        slowest = Math.max(slowest, System.nanoTime() - batch);
        all = all.plus(one);
        batches += one.rows() > 0 ? 1 : 0;
      }
    }
    synchronized (written) {
      done[0] = true;
    }
    writer.join();

    // 2,000 of each of 100 streams are old; the newest of a stream stays, whatever its age.
    assertThat(all.rows()).isBetween(200_000L - 100, 200_000L);
    assertThat(batches).isGreaterThanOrEqualTo(200);
    LogStore logs = new LogStore(database);
    assertThat(logs.after("a:app_00001", 2_000, 100_000).await())
        .as("what was appended meanwhile, in order")
        .extracting(LogStore.Segment::lastSeq)
        .containsExactlyElementsOf(written);
    assertThat(logs.state("a:app_00050").await().lastSeq()).isEqualTo(2_000);
    assertThat(logs.after(LogStreams.of(some), 0, 3_000).await()).hasSize(2_000);
    System.out.printf(
        "PROMISE T27: %,d old of 1,000,000 log segments removed in %d batches in %.1f s (slowest %.0f ms)"
            + " while a writer appended %d%n",
        all.rows(), batches, (System.nanoTime() - began) / 1e9, slowest / 1e6, written.size());
  }

  private static void append(List<Long> written, boolean[] done) {
    for (long seq = 2_001; ; seq++) {
      synchronized (written) {
        if (done[0] && written.size() >= 100) {
          return;
        }
        written.add(seq);
      }
      database
          .query(
              """
              insert into log_segments(stream, first_seq, last_seq, lines)
                values ('a:app_00001', $1, $1, '{}')
              """,
              seq)
          .await();
    }
  }

  @Test
  void everyBatchFindsItsRowsThroughAnIndex() {
    Lease lease =
        new Leases(database, "t27").claim("sweeps", Duration.ofMinutes(5)).await().orElseThrow();
    // In a transaction of its own each, so that what is read can be seen.
    database
        .transaction(tx -> {
          SweepStore rows = new SweepStore(tx);
          return rows.events(lease, Duration.ofDays(7))
              .compose(events -> {
                assertThat(events.rows()).isPositive();
                return rows.idempotencyKeys(lease, Duration.ofHours(48));
              })
              .compose(keys -> {
                assertThat(keys.rows()).isEqualTo(SweepStore.BATCH);
                return rows.sagas(lease, Duration.ofDays(10));
              })
              .map(sagas -> {
                assertThat(sagas.rows()).isEqualTo(SweepStore.BATCH);
                return sagas;
              });
        })
        .await();
    Explaining explaining = new Explaining(database);
    explaining
        .query(
            "select id from sagas where state in ('done', 'undone', 'cancelled')"
                + " and ended_at < now() - interval '10 days' order by ended_at limit 1000")
        .await();
    explaining
        .query(
            "select ctid from idempotency_keys where created_at < now() order by created_at limit 1000")
        .await();
    assertThat(explaining.plans).allSatisfy(plan -> assertThat(plan.scanned()).isEmpty());
  }
}
