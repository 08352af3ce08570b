package dev.slipway.platform.lease;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Goes on trying to own one lease and tells when it does and when it no longer can be sure of it.
 * Whoever writes under it still carries the {@link Lease}'s fence: a process that was frozen learns
 * of its loss late.
 */
public final class LeaseKeeper {
  /** A dead owner's lease is taken over within this and one look. */
  public static final Duration LASTS = Duration.ofSeconds(8);

  private static final Duration LOOK = Duration.ofSeconds(2);
  private static final Logger LOG = LoggerFactory.getLogger(LeaseKeeper.class);

  private final Vertx vertx;
  private final Leases leases;
  private final String name;
  private final Owner owner;
  private @Nullable Lease held;
  private long provenNanos;
  private long timer = -1;
  private boolean stopped;

  /** Who wants the lease. Called on an event loop: begin and stop work elsewhere. */
  public interface Owner {
    /** It is ours: begin, and carry this lease in every write. */
    void acquired(Lease lease);

    /** It is not ours any more, or nobody can tell: stop at once. */
    void lost(Lease lease);

    /** Two who work under one lease: this one begins first and stops last. */
    default Owner and(Owner next) {
      Owner first = this;
      return new Owner() {
        @Override
        public void acquired(Lease lease) {
          first.acquired(lease);
          next.acquired(lease);
        }

        @Override
        public void lost(Lease lease) {
          next.lost(lease);
          first.lost(lease);
        }
      };
    }
  }

  public LeaseKeeper(Vertx vertx, Leases leases, String name, Owner owner) {
    this.vertx = vertx;
    this.leases = leases;
    this.name = name;
    this.owner = owner;
  }

  /** Begins trying; the first try is made at once. */
  public synchronized void start() {
    look();
  }

  /** What is held, as far as this process knows. */
  public synchronized Optional<Lease> held() {
    return Optional.ofNullable(held);
  }

  /** Gives the lease back, so that another process takes over at once. */
  public Future<Void> stop() {
    Lease given;
    synchronized (this) {
      stopped = true;
      vertx.cancelTimer(timer);
      given = held;
      held = null;
    }
    if (given == null) {
      return Future.succeededFuture();
    }
    owner.lost(given);
    return leases.release(given);
  }

  private synchronized void look() {
    if (stopped) {
      return;
    }
    Lease mine = held;
    long asked = System.nanoTime();
    Future<Optional<Lease>> found =
        mine == null
            ? leases.claim(name, LASTS)
            : leases
                .renew(mine, LASTS)
                .map(ours -> ours ? Optional.of(mine) : Optional.<Lease>empty());
    found.onSuccess(now -> found(now, asked)).onFailure(this::unproven).onComplete(done -> again());
  }

  private synchronized void again() {
    if (!stopped) {
      timer = vertx.setTimer(LOOK.toMillis(), due -> look());
    }
  }

  private void found(Optional<Lease> now, long asked) {
    Lease before;
    synchronized (this) {
      if (stopped) {
        now.ifPresent(leases::release);
        return;
      }
      before = held;
      held = now.orElse(null);
      provenNanos = asked;
    }
    if (before != null && now.isEmpty()) {
      LOG.warn("The lease {} went to another process", name);
      owner.lost(before);
    } else if (before == null && now.isPresent()) {
      LOG.info("Owns the lease {} (fence {})", name, now.get().fence());
      owner.acquired(now.get());
    }
  }

  /** No answer for a whole lease: somebody else may own it by now. */
  private void unproven(Throwable failure) {
    Lease doubtful;
    synchronized (this) {
      if (held == null || System.nanoTime() - provenNanos < LASTS.toNanos()) {
        return;
      }
      doubtful = held;
      held = null;
    }
    LOG.warn("The lease {} cannot be proven any more: {}", name, failure.getMessage());
    owner.lost(doubtful);
  }
}
