package dev.slipway.platform.boot;

/** Which version of Slipway this is. */
public final class Version {
  /** As it stands in the jar's manifest; in an IDE, which has none, the version being worked on. */
  public static final String TEXT = text();

  private Version() {}

  private static String text() {
    String packaged = Version.class.getPackage().getImplementationVersion();
    return packaged == null ? "0.1.0" : packaged.replace("-SNAPSHOT", "");
  }
}
