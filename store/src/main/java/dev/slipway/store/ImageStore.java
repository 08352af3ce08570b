package dev.slipway.store;

import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.platform.pg.Queries;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What has been built: same commit, plan and build environment lead to the image that exists. */
public final class ImageStore {
  private final Queries database;

  public ImageStore(Queries database) {
    this.database = database;
  }

  /**
   * An image that was built.
   *
   * @param reference what the engine runs
   * @param digest content id
   * @param startCommand the plan's command; null: the image's own
   * @param port the port the plan found; null: the application's
   */
  public record BuiltImage(
      String fingerprint,
      ApplicationId applicationId,
      String reference,
      String digest,
      @Nullable String startCommand,
      @Nullable Integer port) {}

  /**
   * The image of this fingerprint. Noted as used in the same statement: who clears up meets this
   * row before or after, and takes away only what was not just given to somebody.
   */
  public Future<Optional<BuiltImage>> find(String fingerprint) {
    return database
        .one("update images set used_at = now() where fingerprint = $1 returning *", fingerprint)
        .map(row -> Optional.ofNullable(row).map(ImageStore::image));
  }

  public Future<Void> remember(BuiltImage image) {
    return database
        .query(
            """
            insert into images(fingerprint, application_id, reference, digest, start_command, port)
              values ($1, $2, $3, $4, $5, $6)
              on conflict (fingerprint) do update set reference = $3, digest = $4,
                start_command = $5, port = $6, created_at = now()
            """,
            image.fingerprint(),
            image.applicationId().value(),
            image.reference(),
            image.digest(),
            image.startCommand(),
            image.port())
        .mapEmpty();
  }

  /**
   * An image on an engine, as clean-up sees it.
   *
   * @param id its content id
   * @param keys everything releases may call it: id, digests, names
   * @param application whose label it carries; null when it carries none
   */
  public record Candidate(String id, Set<String> keys, @Nullable String application) {
    public Candidate {
      keys = Set.copyOf(keys);
    }
  }

  /**
   * Gives up the images that nobody needs, so that no build takes them any more: no kept release
   * runs them, nothing of their application is being deployed, and no build took them within the
   * grace time.
   *
   * @return ids of those that may now be removed from engines
   */
  public Future<Set<String>> giveUp(Collection<Candidate> candidates, Duration grace) {
    var ids = new ArrayList<String>();
    var keys = new ArrayList<String>();
    var applications = new ArrayList<@Nullable String>();
    for (var candidate : candidates) {
      for (var key : candidate.keys()) {
        ids.add(candidate.id());
        keys.add(key);
        applications.add(candidate.application());
      }
    }
    var arrays =
        new Object[] {
          ids.toArray(String[]::new),
          keys.toArray(String[]::new),
          applications.toArray(String[]::new)
        };
    return database.transaction(tx ->
        tx.query(
                """
                delete from images i where i.digest = any($2)
                  and greatest(i.created_at, i.used_at) < now() - $4 * interval '1 millisecond'
                  and i.digest not in (select mine.key
                    from unnest($1::text[], $2::text[]) as mine(id, key)
                    join (%s) needed on needed.id = mine.id)
                """
                    .formatted(NEEDED),
                arrays[0],
                arrays[1],
                arrays[2],
                grace.toMillis())
            .compose(done ->
                // Its own statement: it sees what was committed while the one before waited.
                tx.list(
                    """
                    select distinct id from unnest($1::text[]) as c(id) where id not in (
                      select id from (%s) needed)
                      and id not in (select wanted.id
                        from unnest($1::text[], $2::text[]) as wanted(id, key)
                        join images i on i.digest = wanted.key)
                    """
                        .formatted(NEEDED),
                    row -> row.getString(0),
                    arrays[0],
                    arrays[1],
                    arrays[2]))
            .map(Set::copyOf));
  }

  /** Images of {@code $1}, {@code $2}, {@code $3} that a kept or coming release needs. */
  private static final String NEEDED =
      """
      select c.id, c.key from unnest($1::text[], $2::text[], $3::text[]) as c(id, key, application)
        where exists (select 1 from releases r where r.state <> 'removed'
            and r.spec->>'imageDigest' = c.key)
          or exists (select 1 from releases r where r.state <> 'removed' and r.spec->>'image' = c.key)
          or exists (select 1 from deployments d where d.application_id = c.application
            and d.status in ('pending', 'building', 'deploying'))
          or exists (select 1 from images i join deployments d on d.application_id = i.application_id
            where i.digest = c.key and d.status in ('pending', 'building', 'deploying'))
      """;

  /** Images that were remembered more than an hour ago, by fingerprint after this one. */
  public Future<List<BuiltImage>> remembered(String afterFingerprint, int limit) {
    return database.list(
        """
        select * from images where fingerprint > $1
          and greatest(created_at, used_at) < now() - interval '1 hour'
          order by fingerprint limit $2
        """,
        ImageStore::image,
        afterFingerprint,
        limit);
  }

  /** Forgets images that are on no engine any more, unless they were used or made again since. */
  public Future<Integer> forgetMissing(Collection<String> fingerprints) {
    return database.update(
        """
        delete from images where fingerprint = any($1)
          and greatest(created_at, used_at) < now() - interval '1 hour'
        """,
        (Object) fingerprints.toArray(String[]::new));
  }

  private static BuiltImage image(Row row) {
    return new BuiltImage(
        row.getString("fingerprint"),
        new ApplicationId(row.getString("application_id")),
        row.getString("reference"),
        row.getString("digest"),
        row.getString("start_command"),
        row.getInteger("port"));
  }
}
