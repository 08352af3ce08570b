package dev.slipway.gateway.api;

import dev.slipway.contracts.application.Application;
import java.util.ArrayList;
import java.util.List;

/**
 * The addresses that applications answer: their own domains, the generated name, and {@code
 * <app>.localhost}.
 *
 * @param suffix of generated names
 * @param httpPort where the ingress answers; 80 is left out of addresses
 */
public record Addresses(String suffix, int httpPort) {

  /** Every address, the one to show first: a port of its own, a domain, a generated name. */
  List<String> of(Application application) {
    List<String> urls = new ArrayList<>();
    if (application.publishedAddress() != null) {
      urls.add("http://" + application.publishedAddress());
    }
    for (String domain : application.config().domains()) {
      urls.add(url(domain));
    }
    urls.add(url(application.name() + "." + suffix));
    urls.add(url(application.name() + ".localhost"));
    return urls;
  }

  private String url(String host) {
    return "http://" + host + (httpPort == 80 ? "" : ":" + httpPort);
  }

  /** Whether names under this host are given out by us and so cannot be claimed. */
  boolean reserves(String host) {
    return host.equals(suffix)
        || host.endsWith("." + suffix)
        || host.equals("localhost")
        || host.endsWith(".localhost");
  }
}
