package dev.slipway.runtime.keep;

import dev.slipway.docker.DockerEngine;
import dev.slipway.docker.DockerProblem;
import dev.slipway.docker.ImageInfo;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How an image that nobody needs leaves an engine without taking a stranger's name with it. The
 * repository of every image this installation makes begins with {@code slipway-<6 digits>/}, behind
 * a registry's address.
 */
public final class OwnImages {
  private final DockerEngine engine;
  private final String folder;

  public OwnImages(DockerEngine engine, String installation) {
    this.engine = engine;
    this.folder = "slipway-" + installation.substring(0, Math.min(6, installation.length()));
  }

  /** Everything a release may call this image: its id, names and registry digests. */
  public static Set<String> keys(ImageInfo image) {
    Set<String> keys = new HashSet<>(image.tags());
    keys.add(image.id());
    for (String digest : image.digests()) {
      keys.add(digest);
      keys.add(digest.substring(digest.indexOf('@') + 1));
    }
    return keys;
  }

  /**
   * Removes an image by its content, because a name of ours may have been given to a new build a
   * moment ago. When it has several names, those of ours are taken one by one.
   *
   * @return false when a stranger's name keeps it
   * @throws DockerProblem.Conflict when a container still uses it
   */
  public boolean remove(ImageInfo image) {
    List<String> mine = image.tags().stream().filter(this::isOurs).toList();
    if (mine.size() == image.tags().size() && mine.size() <= 1) {
      engine.removeImage(image.id());
      return true;
    }
    for (String tag : mine) {
      if (holds(engine.image(tag), image)) {
        engine.removeImage(tag);
      }
    }
    return engine.image(image.id()).isEmpty();
  }

  private static boolean holds(Optional<ImageInfo> named, ImageInfo image) {
    return named.filter(found -> found.id().equals(image.id())).isPresent();
  }

  /** Whether this installation gave this name. */
  public boolean isOurs(String name) {
    String[] parts = name.split("/");
    return parts.length >= 2 && parts[parts.length - 2].equals(folder);
  }
}
