package dev.slipway.builder.source;

import dev.slipway.contracts.problem.Problem;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a repository is, taken apart once and never printed with its credentials.
 *
 * @param scheme how it is spoken to
 * @param host name or address as written, without brackets
 * @param port as written, or -1
 * @param user the name before the {@code @}, or null
 * @param password a password or token, or null; only with http and https
 * @param path beginning with a slash, except for {@code git@host:path}
 * @param key what this host is shown over ssh; null: the keys of this machine
 */
public record RepositoryUrl(
    Scheme scheme,
    String host,
    int port,
    @Nullable String user,
    @Nullable String password,
    String path,
    @Nullable DeployKey key) {

  private static final int LONGEST = 2048;
  private static final Pattern SCP =
      Pattern.compile("(?:([A-Za-z0-9._-]+)@)?([A-Za-z0-9._-]+):(?!/)(.+)");
  private static final Pattern HOST =
      Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9.])?|[0-9A-Fa-f:.]+");
  private static final String REMEDY =
      "Give the repository as https://host/path, http://host/path, git://host/path, ssh://git@host/path or git@host:path.";

  /** The ways to a repository. Local paths are none of them. */
  public enum Scheme {
    HTTPS,
    HTTP,
    GIT,
    SSH;

    String prefix() {
      return name().toLowerCase(Locale.ROOT) + "://";
    }
  }

  /**
   * Reads what a person wrote.
   *
   * @throws Problem {@code repository_url_invalid} for local paths, transport helpers such as
   *     {@code ext::}, and all that is no URL of a known kind
   */
  public static RepositoryUrl parse(String text) {
    var written = text.strip();
    if (written.isEmpty() || written.length() > LONGEST) {
      throw refused("The repository URL is " + (written.isEmpty() ? "empty." : "too long."));
    }
    if (written.startsWith("-")
        || written.chars().anyMatch(c -> c <= ' ' || c == 127 || c == '\\')) {
      throw refused(
          "The repository URL '"
              + mask(written)
              + "' begins with a dash or holds blanks or control characters.");
    }
    if (written.contains("://")) {
      return withScheme(written);
    }
    if (written.contains("::")) {
      throw refused(
          "The repository URL '"
              + mask(written)
              + "' names a transport helper, which would run a program here.");
    }
    var scp = SCP.matcher(written);
    if (!scp.matches() || scp.group(1) == null && !scp.group(2).contains(".")) {
      throw refused(
          "'"
              + mask(written)
              + "' is a local path or no URL; repositories are only fetched over the network.");
    }
    return checked(Scheme.SSH, scp.group(2), -1, scp.group(1), null, scp.group(3));
  }

  private static RepositoryUrl withScheme(String written) {
    var scheme =
        switch (written.substring(0, written.indexOf("://")).toLowerCase(Locale.ROOT)) {
          case "https", "git+https" -> Scheme.HTTPS;
          case "http" -> Scheme.HTTP;
          case "git" -> Scheme.GIT;
          case "ssh", "git+ssh", "ssh+git" -> Scheme.SSH;
          default ->
              throw refused(
                  "The repository URL '" + mask(written) + "' has a scheme that is not allowed.");
        };
    URI uri;
    try {
      uri = URI.create(scheme.prefix() + written.substring(written.indexOf("://") + 3));
    } catch (IllegalArgumentException e) {
      throw refused("The repository URL '" + mask(written) + "' cannot be read.");
    }
    if (uri.getHost() == null || uri.getRawQuery() != null || uri.getRawFragment() != null) {
      throw refused(
          "The repository URL '"
              + mask(written)
              + "' needs a host and takes no query or fragment.");
    }
    var login = uri.getRawUserInfo() == null ? new String[0] : uri.getRawUserInfo().split(":", 2);
    return checked(
        scheme,
        uri.getHost().replaceAll("^\\[|]$", ""),
        uri.getPort(),
        login.length > 0 && !login[0].isEmpty() ? decoded(login[0]) : null,
        login.length > 1 ? decoded(login[1]) : null,
        uri.getRawPath());
  }

  private static RepositoryUrl checked(
      Scheme scheme,
      String host,
      int port,
      @Nullable String user,
      @Nullable String password,
      String path) {
    if (!HOST.matcher(host).matches()) {
      throw refused("The repository URL's host '" + host + "' is no host name.");
    }
    if (port == 0 || port > 65535) {
      throw refused("The repository URL's port " + port + " is not in 1..65535.");
    }
    if (user != null && (user.startsWith("-") || user.chars().anyMatch(c -> c <= ' '))) {
      throw refused("The repository URL's user name begins with a dash or holds blanks.");
    }
    if (path.isEmpty() || path.equals("/") || path.startsWith("-") || path.startsWith("/-")) {
      throw refused("The repository URL names no repository on " + host + ".");
    }
    return new RepositoryUrl(
        scheme, host.toLowerCase(Locale.ROOT), port, user, password, path, null);
  }

  /** The same repository with credentials; without effect over ssh, which takes keys. */
  public RepositoryUrl with(String name, String secret) {
    return scheme == Scheme.SSH
        ? this
        : new RepositoryUrl(scheme, host, port, name, secret, path, key);
  }

  /** The same repository with a key of its own. */
  public RepositoryUrl with(DeployKey own) {
    return new RepositoryUrl(scheme, host, port, user, password, path, own);
  }

  /**
   * What a submodule's URL means inside this repository. Only the same host keeps this one's
   * credentials.
   *
   * @throws Problem {@code repository_url_invalid} as for {@link #parse}
   */
  RepositoryUrl submodule(String written) {
    if (written.startsWith("./") || written.startsWith("../")) {
      return new RepositoryUrl(scheme, host, port, user, password, climbed(written), key);
    }
    var other = parse(written);
    var sameDoor = other.scheme == scheme && other.host.equals(host) && other.port == port;
    if (!sameDoor) {
      return other;
    }
    return other.user == null
        ? new RepositoryUrl(scheme, host, port, user, password, other.path, key)
        : new RepositoryUrl(scheme, host, port, other.user, other.password, other.path, key);
  }

  private String climbed(String relative) {
    var base = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    var rest = relative;
    while (true) {
      if (rest.startsWith("./")) {
        rest = rest.substring(2);
      } else if (rest.startsWith("../")) {
        var slash = base.lastIndexOf('/');
        if (slash < 0 || base.isEmpty()) {
          throw refused("The submodule URL '" + relative + "' climbs above " + shown() + ".");
        }
        base = base.substring(0, slash);
        rest = rest.substring(3);
      } else {
        return checked(scheme, host, port, user, password, base + "/" + rest).path();
      }
    }
  }

  /** What identifies the repository: the same for every credential. */
  String identity() {
    var trimmed = path.replaceAll("/+$", "").replaceAll("\\.git$", "");
    return scheme.prefix()
        + host
        + (port < 0 ? "" : ":" + port)
        + (trimmed.startsWith("/") ? "" : "/~/")
        + trimmed;
  }

  /** The URL for Git, without credentials: those are asked for, and only by this host. */
  String wire() {
    var bracketed = host.contains(":") ? "[" + host + "]" : host;
    var login = scheme == Scheme.SSH ? (user == null ? "git" : user) + "@" : "";
    if (!path.startsWith("/")) {
      return login + bracketed + ":" + path;
    }
    return scheme.prefix() + login + bracketed + (port < 0 ? "" : ":" + port) + path;
  }

  /**
   * Whether this is where the repository is served over HTTP. Another port of the same host is
   * another server, and http shows to all what https hides.
   *
   * @param otherPort -1 for the usual one
   */
  boolean isDoor(@Nullable String otherScheme, @Nullable String otherHost, int otherPort) {
    boolean secure = scheme == Scheme.HTTPS;
    var bare = otherHost == null ? "" : otherHost.replaceAll("^\\[|]$", "");
    return host.equalsIgnoreCase(bare)
        && (secure ? "https" : "http").equals(otherScheme)
        && usual(port, secure) == usual(otherPort, secure);
  }

  private static int usual(int written, boolean secure) {
    return written > 0 ? written : secure ? 443 : 80;
  }

  /** The same repository at this address. */
  RepositoryUrl at(String address) {
    return new RepositoryUrl(scheme, address, port, user, password, path, key);
  }

  /** The URL for people and logs. */
  public String shown() {
    if (scheme == Scheme.SSH || (user == null && password == null)) {
      return wire();
    }
    return scheme.prefix() + "***@" + wire().substring(scheme.prefix().length());
  }

  /** Hides whatever stands between {@code //} and {@code @} of each URL in a text. */
  public static String mask(String text) {
    return text.replaceAll("(?<=://)[^/\\s@]*(?:@[^/\\s@]*)*@", "***@");
  }

  @Override
  public String toString() {
    return shown();
  }

  private static String decoded(String raw) {
    return URLDecoder.decode(raw.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private static Problem refused(String detail) {
    return Problem.failed("repository_url_invalid", detail, REMEDY);
  }
}
