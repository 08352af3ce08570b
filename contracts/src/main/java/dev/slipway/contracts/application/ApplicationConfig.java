package dev.slipway.contracts.application;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that its owner says about an application; frozen into each deployment.
 *
 * @param repository Git URL (http, https, git, ssh, or {@code git@host:path}); null for images, and
 *     for source that is sent as an archive
 * @param branch the branch deployed; empty: the repository's default
 * @param commit pins every deployment to it; null: the branch's head
 * @param rootDirectory folder of the repository the application lives in; null: its root
 * @param startCommand replaces the image's command, run by a shell; null: the image's or plan's own
 * @param port the port the application listens on, 1 to 65535; it is told through {@code PORT}
 * @param replicas 0 to 100
 * @param domains host names besides the generated ones
 * @param publish also publish a port of its own on the host, chosen by the engine
 * @param autoDeploy a push deploys
 * @param keepWarmSeconds how long the release before keeps running, unrouted, 0 to 86400
 * @param drainSeconds how long requests in flight may take to end at a switch, 0 to 3600
 * @param watchPaths patterns of files; a push that changes none of them deploys nothing. Empty: all
 *     files matter
 * @param deployTags patterns of tags; when there are any, a push of such a tag deploys it, and
 *     pushes to branches deploy nothing. Empty: the branch deploys
 */
public record ApplicationConfig(
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
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> watchPaths,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> deployTags) {

  public static final int DEFAULT_PORT = 3000;
  public static final int DEFAULT_KEEP_WARM_SECONDS = 120;
  public static final int DEFAULT_DRAIN_SECONDS = 30;

  /** What was written before there were patterns has none. */
  public ApplicationConfig {
    watchPaths = orNone(watchPaths);
    deployTags = orNone(deployTags);
  }

  /** An application whose pushes are not filtered further. */
  public ApplicationConfig(
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
      int drainSeconds) {
    this(
        repository,
        branch,
        commit,
        rootDirectory,
        build,
        startCommand,
        port,
        replicas,
        resources,
        healthCheck,
        domains,
        volumes,
        publish,
        autoDeploy,
        keepWarmSeconds,
        drainSeconds,
        List.of(),
        List.of());
  }

  private static List<String> orNone(@Nullable List<String> patterns) {
    return patterns == null ? List.of() : List.copyOf(patterns);
  }

  /** Volumes allow one writer, so such an application is stopped before its successor starts. */
  public boolean recreates() {
    return !volumes.isEmpty();
  }
}
