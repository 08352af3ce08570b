package dev.slipway.ingress.routes;

import dev.slipway.contracts.route.RouteTable;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One version of the table, ready to be asked. Immutable: a change is another instance. */
public final class Routing {
  private final RouteTable table;
  private final Map<String, Site> sites;
  private final boolean known;

  Routing(RouteTable table, Map<String, Site> sites, boolean known) {
    this.table = table;
    this.known = known;
    this.sites = Map.copyOf(sites);
  }

  /**
   * False until a table was found anywhere: that a host is not in it says nothing then, and nobody
   * must be told that an application does not exist.
   */
  public boolean known() {
    return known;
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
