package dev.slipway.builder.keep;

import dev.slipway.builder.keep.KeepConfig.CacheOwner;
import dev.slipway.builder.source.GitSource;
import dev.slipway.contracts.deployment.DeploymentId;
import dev.slipway.docker.DockerEngine;
import dev.slipway.platform.keep.Chore;
import dev.slipway.platform.keep.Outcome;
import dev.slipway.store.DeploymentStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What builds leave on their host, all of it below the data directory or in the build cache. */
final class HostChores {
  private static final Logger LOG = LoggerFactory.getLogger(HostChores.class);
  private static final Duration IN_NEED = Duration.ofHours(1);

  private final KeepConfig config;
  private final Path workTrees;
  private final GitSource source;
  private final DockerEngine engine;
  private final DeploymentStore deployments;
  private volatile boolean inNeed;

  HostChores(
      KeepConfig config,
      Path workTrees,
      GitSource source,
      DockerEngine engine,
      DeploymentStore deployments) {
    this.config = config;
    this.workTrees = workTrees;
    this.source = source;
    this.engine = engine;
    this.deployments = deployments;
  }

  /** The next run takes all that was not used within the last hour. */
  void needRoom() {
    inNeed = true;
  }

  List<Chore> all() {
    return List.of(
        new Chore("work-trees", this::workTrees),
        new Chore("mirrors", this::mirrors),
        new Chore("build-cache", this::buildCache));
  }

  /**
   * The folders first, the deployments second: one that begins in between has its folder made after
   * we looked.
   */
  Outcome workTrees() throws IOException {
    if (!Files.isDirectory(workTrees)) {
      return new Outcome(0, 0, 0, 0);
    }
    List<Path> folders = new ArrayList<>();
    try (var found = Files.newDirectoryStream(workTrees)) {
      found.forEach(folders::add);
    }
    Set<String> active =
        deployments.active().await().stream().map(DeploymentId::value).collect(Collectors.toSet());
    int removed = 0;
    for (Path folder : folders) {
      if (!active.contains(folder.getFileName().toString())) {
        LOG.info("Removing the left-over work tree {}", folder.getFileName());
        GitSource.remove(folder);
        removed++;
      }
    }
    return new Outcome(removed, 0, folders.size() - removed, 0);
  }

  private Outcome mirrors() throws IOException {
    var cleared =
        inNeed
            ? source.clearMirrors(IN_NEED, config.mirrorBytes())
            : source.clearMirrors(config.mirrors(), config.mirrorBytes());
    return new Outcome(cleared.removed(), cleared.bytes(), cleared.left(), cleared.leftBytes());
  }

  private Outcome buildCache() {
    long bytes =
        switch (config.cache()) {
          case SHARED -> 0;
          case OURS ->
              engine.pruneBuildCache(inNeed ? IN_NEED : config.cacheAge(), config.cacheBytes());
        };
    inNeed = false;
    long held = engine.buildCacheBytes();
    boolean ours = config.cache() == CacheOwner.OURS;
    return new Outcome(bytes > 0 ? 1 : 0, bytes, ours && held > 0 ? 1 : 0, held);
  }
}
