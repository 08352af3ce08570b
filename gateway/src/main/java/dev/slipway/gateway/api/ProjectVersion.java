package dev.slipway.gateway.api;

import dev.slipway.contracts.application.Project;
import dev.slipway.gateway.http.Call;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * The version of a project is the moment of its last change, to the microsecond that the table
 * keeps.
 */
final class ProjectVersion {
  private ProjectVersion() {}

  static long of(Project project) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, project.updatedAt());
  }

  static @Nullable Instant expected(Call call) {
    Long version = call.expectedVersion();
    return version == null ? null : Instant.EPOCH.plus(version, ChronoUnit.MICROS);
  }
}
