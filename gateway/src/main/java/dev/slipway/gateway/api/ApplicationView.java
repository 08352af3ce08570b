package dev.slipway.gateway.api;

import dev.slipway.contracts.application.Application;
import dev.slipway.contracts.application.ApplicationConfig;
import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.contracts.application.ApplicationStatus;
import dev.slipway.contracts.application.BuildConfig;
import dev.slipway.contracts.application.HealthCheck;
import dev.slipway.contracts.application.ProjectId;
import dev.slipway.contracts.application.Resources;
import dev.slipway.contracts.application.Volume;
import dev.slipway.contracts.deployment.ReleaseId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An application as it looks from outside. */
record ApplicationView(
    ApplicationId id,
    String name,
    ProjectId projectId,
    String projectName,
    @Nullable String repository,
    String branch,
    @Nullable String commit,
    @Nullable String rootDirectory,
    BuildConfig build,
    @Nullable String startCommand,
    int port,
    int replicas,
    Resources resources,
    HealthCheck healthCheck,
    List<String> domains,
    List<Volume> volumes,
    boolean publish,
    boolean autoDeploy,
    int keepWarmSeconds,
    int drainSeconds,
    List<String> watchPaths,
    List<String> deployTags,
    ApplicationStatus status,
    boolean stopped,
    String url,
    List<String> urls,
    @Nullable String publishedAddress,
    @Nullable ReleaseId currentReleaseId,
    Instant createdAt,
    Instant updatedAt) {

  static ApplicationView of(Application application, Addresses addresses) {
    ApplicationConfig config = application.config();
    List<String> urls = addresses.of(application);
    return new ApplicationView(
        application.id(),
        application.name(),
        application.projectId(),
        application.projectName(),
        config.repository(),
        config.branch(),
        config.commit(),
        config.rootDirectory(),
        config.build(),
        config.startCommand(),
        config.port(),
        config.replicas(),
        config.resources(),
        config.healthCheck(),
        config.domains(),
        config.volumes(),
        config.publish(),
        config.autoDeploy(),
        config.keepWarmSeconds(),
        config.drainSeconds(),
        config.watchPaths(),
        config.deployTags(),
        application.status(),
        application.stopped(),
        urls.getFirst(),
        urls,
        application.publishedAddress(),
        application.currentReleaseId(),
        application.createdAt(),
        application.updatedAt());
  }
}
