package dev.slipway.platform.boot;

import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;

/** How every process sets Vert.x up. */
public final class LeanVertx {
  private LeanVertx() {}

  /**
   * Options for a Vert.x that serves no files from the class path: it needs no cache of them in the
   * temporary directory, where a killed process would leave it for good.
   *
   * @param eventLoops how many, at least 1
   */
  public static VertxOptions options(int eventLoops) {
    return new VertxOptions()
        .setEventLoopPoolSize(eventLoops)
        .setFileSystemOptions(
            new FileSystemOptions()
                .setFileCachingEnabled(false)
                .setClassPathResolvingEnabled(false));
  }
}
