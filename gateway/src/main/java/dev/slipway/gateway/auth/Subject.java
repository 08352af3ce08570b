package dev.slipway.gateway.auth;

import java.util.Locale;

/** What an operation is about, and so where its caller must have a role; {@code x-subject}. */
public enum Subject {
  /** The whole installation, which belongs to the default organization. */
  INSTALLATION,
  /** An organization; one of its projects when the body names one as {@code projectId}. */
  ORGANIZATION,
  /**
   * The project that {@code {id}} names; without an id the one that the body names as {@code
   * projectId}, or the default project.
   */
  PROJECT,
  /** The application that {@code {id}} names. */
  APPLICATION,
  /** The deployment that {@code {id}} names. */
  DEPLOYMENT,
  /** The database that {@code {id}} names. */
  DATABASE,
  /** The backup that {@code {id}} names; the installation for one of the platform. */
  BACKUP,
  /** The backup schedule that {@code {id}} names. */
  SCHEDULE,
  /** The restore that {@code {id}} names. */
  RESTORE,
  /**
   * All that body and query name: {@code databaseId}, {@code applicationId}, {@code backupId},
   * {@code projectId}; the installation with {@code platform}; else the default project.
   */
  NAMED,
  /** A list that shows each caller what he may see. */
  LIST,
  /** The caller himself. */
  SELF;

  /** The one of that name, which must be one. */
  public static Subject of(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }
}
