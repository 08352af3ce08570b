package dev.slipway.runtime.service;

import dev.slipway.contracts.database.DatabaseId;
import dev.slipway.contracts.deployment.Release;
import java.util.Locale;

/**
 * How things are called on the engine. Names are made of what they stand for, so that "is it there
 * already?" is a look-up; they begin with the installation, so that two of them do not meet.
 *
 * @param installation 12 hex digits
 */
public record Names(String installation) {

  /**
   * The service of a release: {@code sw1a2b3c-shop-r12}. At most 59 of the 63 characters allowed.
   */
  public String service(String application, int number) {
    return prefix() + application + "-r" + number;
  }

  public String service(Release release) {
    return service(release.applicationName(), release.number());
  }

  /** A volume of an application: {@code sw1a2b3c-shop-data}. */
  public String volume(String application, String volume) {
    return prefix() + application + "-" + volume;
  }

  /** The service of a database's server: {@code sw1a2b3c-db-main-g2}. At most 63 characters. */
  public String databaseService(String database, int generation) {
    return prefix() + "db-" + database + "-g" + generation;
  }

  /**
   * The volume of a database's server: {@code sw1a2b3c-db.main.1a2b3c4d.g2}. With dots no
   * application's is called so; with the end of the database's id a later one of the same name does
   * not find data that were kept.
   */
  public String databaseVolume(String database, DatabaseId id, int generation) {
    String tail = id.value().substring(Math.max(0, id.value().length() - 8));
    return prefix() + "db." + database + "." + tail + ".g" + generation;
  }

  /** The network of a project, from the name it has when its first release starts. */
  public String network(String project) {
    String plain = project.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    return prefix() + plain.substring(0, Math.min(plain.length(), 40));
  }

  private String prefix() {
    return "sw" + installation.substring(0, Math.min(6, installation.length())) + "-";
  }
}
