package dev.slipway.contracts.audit;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Who did what to which thing, from where. JSON is kept as the text it was written as, because its
 * hash is taken over that text.
 *
 * @param id of the row; not its place in the chain, which is given in the order of commits
 * @param at by the database's clock, in microseconds
 * @param actorId of the key or person; null in rows of before the chain
 * @param actor name of the key or person
 * @param actorKind {@code key}, {@code person}, {@code anybody}; null in rows of before the chain
 * @param action {@code thing.verb}, such as {@code application.update}
 * @param subject id of the thing
 * @param address where the request came from; null when it is not known
 * @param userAgent what the client calls itself, at most 200 characters
 * @param requestId the answer's {@code X-Request-Id}
 * @param details a JSON object
 * @param before JSON of what the change replaced, secrets masked; null when nothing was there
 * @param after JSON of what it became, secrets masked; null when nothing is left
 * @param beforeChain written before there was a chain: what happened to it until then is not proven
 */
public record AuditEntry(
    long id,
    Instant at,
    @Nullable String actorId,
    String actor,
    @Nullable String actorKind,
    String action,
    String subject,
    @Nullable String address,
    @Nullable String userAgent,
    @Nullable String requestId,
    String details,
    @Nullable String before,
    @Nullable String after,
    boolean beforeChain) {}
