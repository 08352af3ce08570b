package dev.slipway.ingress.routes;

import dev.slipway.contracts.route.RouteTable;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One version of the table, ready to be asked. Immutable: a change is another instance. */
public final class Routing {
  private final RouteTable table;
  private final Map<String, Site> sites;

  Routing(RouteTable table, Map<String, Site> sites) {
    this.table = table;
    this.sites = Map.copyOf(sites);
  }

  public long version() {
    return table.version();
  }

  public RouteTable table() {
    return table;
  }

  public Map<String, Site> sites() {
    return sites;
  }

  /** The site of a host name in lower case, or null when nobody answers there. */
  public @Nullable Site site(String host) {
    return sites.get(host);
  }
}
