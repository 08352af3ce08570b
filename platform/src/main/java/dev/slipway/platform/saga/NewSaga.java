package dev.slipway.platform.saga;

import org.jspecify.annotations.Nullable;

/**
 * A saga to be run.
 *
 * @param id unique; submitting the same id again changes nothing
 * @param kind the {@link Script}'s name
 * @param version the {@link Script}'s version
 * @param subject what it is about, for cancelling and for its steps: the deployment's id
 * @param exclusive at most one saga with the same value runs at a time, whatever its kind; null for
 *     no such limit
 * @param input stored as JSON, read back with {@link StepContext#input}
 */
public record NewSaga(
    String id,
    String kind,
    int version,
    String subject,
    @Nullable String exclusive,
    Object input) {}
