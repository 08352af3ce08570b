package dev.slipway.runtime.route;

import dev.slipway.contracts.deployment.Release;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The host names a release answers.
 *
 * @param domain suffix of the generated names
 */
public record Hosts(String domain) {

  /** The generated names, then the configured ones, each once and in lower case. */
  public List<String> of(Release release) {
    Set<String> hosts = new LinkedHashSet<>();
    hosts.add(release.applicationName() + "." + domain.toLowerCase(Locale.ROOT));
    hosts.add(release.applicationName() + ".localhost");
    for (String configured : release.spec().config().domains()) {
      hosts.add(configured.toLowerCase(Locale.ROOT));
    }
    return new ArrayList<>(hosts);
  }
}
