package dev.slipway.ingress.routes;

import dev.slipway.contracts.route.Target;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One task of a release as the ingress sees it: its address, its load, and how it behaved lately.
 */
public final class Upstream {
  private static final long FIRST_REST = TimeUnit.SECONDS.toNanos(1);
  private static final long LONGEST_REST = TimeUnit.SECONDS.toNanos(10);

  private final InetSocketAddress address;
  private final AtomicInteger inFlight = new AtomicInteger();
  private volatile boolean retired;
  private volatile int failures;
  private volatile long restUntil;

  Upstream(Target target) {
    this.address = address(target);
  }

  /** A numeric address is never looked up; a name is resolved when a connection is made. */
  private static InetSocketAddress address(Target target) {
    byte[] numeric = NetUtil.createByteArrayFromIpAddressString(target.host());
    if (numeric == null) {
      return InetSocketAddress.createUnresolved(target.host(), target.port());
    }
    try {
      return new InetSocketAddress(InetAddress.getByAddress(numeric), target.port());
    } catch (UnknownHostException e) {
      throw new IllegalStateException("An address of 4 or 16 bytes is always one", e);
    }
  }

  public InetSocketAddress address() {
    return address;
  }

  public int inFlight() {
    return inFlight.get();
  }

  public void enter() {
    inFlight.incrementAndGet();
  }

  public void leave() {
    inFlight.decrementAndGet();
  }

  /** Whether it has left the table: connections to it are not kept any more. */
  public boolean retired() {
    return retired;
  }

  void retire() {
    retired = true;
  }

  /** It refused a connection: others are preferred for 1 s, then 2, 4 … at most 10 s. */
  @SuppressWarnings(
      "NonAtomicVolatileUpdate") // two loops may count one failure: the rest is a hint
  public void failed(long nanoTime) {
    long rest = Math.min(LONGEST_REST, FIRST_REST << Math.min(failures, 4));
    failures++;
    restUntil = nanoTime + rest;
  }

  public void answered() {
    if (failures != 0) {
      failures = 0;
    }
  }

  boolean resting(long nanoTime) {
    return failures != 0 && nanoTime - restUntil < 0;
  }
}
