package dev.slipway.e2e.bench;

import java.util.List;

/** One or more rows of the budget table that are taken together. */
interface Measure {
  /** Takes the figures; anything thrown means that they could not be taken. */
  List<Row> take(Bench bench) throws Exception;
}
