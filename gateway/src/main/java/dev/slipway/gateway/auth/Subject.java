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
  /** A list that shows each caller what he may see. */
  LIST,
  /** The caller himself. */
  SELF;

  /** The one of that name, which must be one. */
  public static Subject of(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }
}
