package dev.slipway.builder.source;

import java.io.File;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.storage.file.FileBasedConfig;
import org.eclipse.jgit.storage.file.WindowCacheConfig;
import org.eclipse.jgit.util.FS;
import org.eclipse.jgit.util.SystemReader;
import org.jspecify.annotations.Nullable;

/**
 * What Git may see of this machine: nothing. The settings of whoever started the platform ({@code
 * insteadOf} rewrites, credential helpers, proxies of a person's shell) must not decide what an
 * application is built from, and looking for them would run the {@code git} program.
 */
final class GitEnvironment extends SystemReader {
  private static final Set<String> PASSED = Set.of("PATH", "TMPDIR");
  private static final Duration TIME_EXACTNESS = Duration.ofMillis(20);
  private final SystemReader machine;

  private GitEnvironment(SystemReader machine) {
    this.machine = machine;
  }

  /** Takes effect for the whole process, once; also bounds the memory the library keeps. */
  static synchronized void install() {
    if (SystemReader.getInstance() instanceof GitEnvironment) {
      return;
    }
    SystemReader.setInstance(new GitEnvironment(SystemReader.getInstance()));
    var windows = new WindowCacheConfig();
    windows.setPackedGitLimit(16 << 20);
    windows.setDeltaBaseCacheLimit(8 << 20);
    windows.setStreamFileThreshold(16 << 20);
    windows.install();
  }

  @Override
  public String getHostname() {
    return machine.getHostname();
  }

  @Override
  public @Nullable String getenv(String name) {
    return PASSED.contains(name) ? machine.getenv(name) : null;
  }

  @Override
  public @Nullable String getProperty(String name) {
    return machine.getProperty(name);
  }

  @Override
  public FileBasedConfig openUserConfig(Config parent, FS fs) {
    return new Nothing(parent, fs);
  }

  @Override
  public FileBasedConfig openSystemConfig(Config parent, FS fs) {
    return new Nothing(parent, fs);
  }

  @Override
  public FileBasedConfig openJGitConfig(Config parent, FS fs) {
    return new Nothing(parent, fs);
  }

  @Override
  @Deprecated
  public long getCurrentTime() {
    return machine.getCurrentTime();
  }

  @Override
  @Deprecated
  public int getTimezone(long when) {
    return machine.getTimezone(when);
  }

  /** A settings file that is always empty and keeps what it is given in memory. */
  private static final class Nothing extends FileBasedConfig {
    Nothing(Config parent, FS fs) {
      super(parent, new File("no-git-settings"), fs);
    }

    @Override
    public void load() {}

    @Override
    public void save() throws IOException {}

    /**
     * How exact the file system's times are. The library would measure it for seconds before its
     * first fetch; a bound that no file system in use misses costs nothing here, where nobody else
     * writes.
     */
    @Override
    public long getTimeUnit(
        String section, @Nullable String subsection, String name, long byDefault, TimeUnit unit) {
      return section.equals("filesystem")
          ? unit.convert(TIME_EXACTNESS)
          : super.getTimeUnit(section, subsection, name, byDefault, unit);
    }

    @Override
    public boolean isOutdated() {
      return false;
    }
  }
}
