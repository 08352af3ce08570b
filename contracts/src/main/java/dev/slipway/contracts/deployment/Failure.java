package dev.slipway.contracts.deployment;

import java.util.List;

/**
 * Why a deployment failed, and what its owner can do.
 *
 * @param step the step that failed
 * @param code stable, for programs: {@code health_check_failed}
 * @param logTail the last lines of the log, at most 20
 */
public record Failure(
    String step, String code, String detail, String remedy, List<String> logTail) {}
