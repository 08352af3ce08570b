package dev.slipway.ingress.proxy;

import dev.slipway.ingress.http.BadMessage;
import dev.slipway.ingress.http.Body;
import dev.slipway.ingress.http.HeadBuffer;
import dev.slipway.ingress.http.Peer;
import dev.slipway.ingress.http.Request;
import dev.slipway.ingress.http.RequestReader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.socket.SocketChannelConfig;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A client's connection while it speaks HTTP.
 *
 * <pre>
 *   HEAD -> BODY -> WAITING -> HEAD (keep-alive)
 *     |       |        +-----> tunnel (this object steps aside)
 *     +-------+--------------> LINGERING -> CLOSED
 * </pre>
 *
 * Bytes it cannot use yet stay in {@code backlog} and reading stops: at most one read is kept.
 */
final class ClientConnection extends ChannelInboundHandlerAdapter {
  private enum State {
    HEAD,
    BODY,
    WAITING,
    LINGERING,
    CLOSED
  }

  private final Lane lane;
  private final Channel channel;
  private final Peer peer;
  private final HeadBuffer heads = new HeadBuffer();
  private State state = State.HEAD;
  private @Nullable ByteBuf backlog;
  private @Nullable Exchange exchange;
  private long deadline;

  ClientConnection(Lane lane, Channel channel, String scheme) {
    this.lane = lane;
    this.channel = channel;
    InetSocketAddress address = (InetSocketAddress) channel.remoteAddress();
    this.peer = new Peer(address.getAddress(), scheme, lane.trustedProxies());
    patience(lane.limits().idle());
  }

  Channel channel() {
    return channel;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf in = (ByteBuf) message;
    ByteBuf kept = backlog;
    if (kept != null) {
      // Reading had stopped, yet the transport delivered what it held.
      backlog = channel.alloc().buffer(kept.readableBytes() + in.readableBytes());
      backlog.writeBytes(kept).writeBytes(in);
      kept.release();
      in.release();
    } else {
      use(in);
    }
    updateReading();
  }

  /** Uses what can be used now and keeps the rest. Owns the buffer. */
  private void use(ByteBuf in) {
    try {
      while (in.isReadable() && step(in)) {}
    } catch (BadMessage e) {
      in.skipBytes(in.readableBytes());
      refuse(e);
    }
    if (in.isReadable()) {
      backlog = in;
    } else {
      in.release();
    }
  }

  /** One state's worth of bytes; false when this state must wait. */
  private boolean step(ByteBuf in) {
    switch (state) {
      case HEAD -> {
        return channel.isWritable() && readHead(in);
      }
      case BODY -> {
        return forwardBody(in);
      }
      case WAITING -> {
        return false;
      }
      case LINGERING, CLOSED -> in.skipBytes(in.readableBytes());
    }
    return true;
  }

  private boolean readHead(ByteBuf in) {
    boolean first = !heads.begun();
    if (!heads.feed(in, lane.head(), lane.scratch())) {
      if (first && heads.begun()) {
        patience(lane.limits().head());
      }
      return true;
    }
    Request request = RequestReader.read(lane.head(), peer, channel.alloc());
    lane.counters().requests.increment();
    state = request.body().complete() ? State.WAITING : State.BODY;
    patience(lane.limits().answer());
    Exchange begun = new Exchange(lane, this, request);
    exchange = begun;
    begun.place();
    return true;
  }

  private boolean forwardBody(ByteBuf in) {
    Exchange now = exchange;
    if (now == null || !now.originTakesMore()) {
      return false;
    }
    Body body = now.request.body();
    int mine = body.take(in, null);
    now.forward(in.readRetainedSlice(mine));
    if (body.complete()) {
      state = State.WAITING;
      patience(lane.limits().answer());
    } else {
      patience(lane.limits().upload());
    }
    return true;
  }

  /** The application's connection is there: the body may flow. */
  void originReady() {
    useBacklog();
    if (exchange != null) {
      exchange.flushToOrigin();
    }
    updateReading();
  }

  /** The application reads again. */
  void originDrained() {
    originReady();
  }

  private void useBacklog() {
    ByteBuf kept = backlog;
    if (kept != null) {
      backlog = null;
      use(kept);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    if (exchange != null) {
      exchange.flushToOrigin();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    if (!channel.isWritable()) {
      return;
    }
    if (exchange != null && exchange.origin() != null) {
      patience(lane.limits().stream());
      exchange.origin().clientDrained();
    } else if (state == State.HEAD) {
      useBacklog();
    }
    updateReading();
  }

  private void updateReading() {
    boolean wants =
        switch (state) {
          case HEAD -> backlog == null && channel.isWritable();
          case BODY -> backlog == null && exchange != null && exchange.originTakesMore();
          case WAITING -> backlog == null;
          case LINGERING, CLOSED -> true;
        };
    if (wants != channel.config().isAutoRead()) {
      channel.config().setAutoRead(wants);
    }
  }

  boolean takesMore() {
    return channel.isWritable();
  }

  void write(ByteBuf bytes) {
    channel.write(bytes, channel.voidPromise());
  }

  void flush() {
    channel.flush();
  }

  /** Whether this client is done with its request, so that the connection could carry another. */
  boolean requestWhole() {
    return state == State.WAITING;
  }

  /** The answer was written whole. */
  void answered(boolean reusable) {
    exchange = null;
    if (!reusable || state != State.WAITING) {
      endAfterWrites();
      return;
    }
    state = State.HEAD;
    patience(lane.limits().idle());
    if (backlog != null) {
      // Not within this call stack: a long pipeline would nest one answer in the other.
      channel.eventLoop().execute(this::nextInLine);
    }
  }

  private void nextInLine() {
    if (state == State.HEAD) {
      useBacklog();
      if (exchange != null) {
        exchange.flushToOrigin();
      }
      updateReading();
    }
  }

  /** Answers by itself; the connection stays only if the request was read to its end. */
  void respond(ErrorPage page, Request request) {
    exchange = null;
    boolean keeps = request.keepAlive() && state == State.WAITING && !lane.closing();
    boolean headOnly = request.method() == Request.Method.HEAD;
    write(page.encode(channel.alloc(), request.accept(), headOnly, !keeps));
    flush();
    if (keeps) {
      state = State.HEAD;
      patience(lane.limits().idle());
      if (backlog != null) {
        channel.eventLoop().execute(this::nextInLine);
      }
      updateReading();
    } else {
      endAfterWrites();
    }
  }

  private void refuse(BadMessage bad) {
    Exchange now = exchange;
    exchange = null;
    lane.counters().refused.increment();
    if (now != null) {
      boolean silent = !now.answerBegun();
      now.drop();
      if (!silent) {
        abort();
        return;
      }
    }
    ErrorPage page = ErrorPage.refused(bad.status(), bad.reason());
    write(page.encode(channel.alloc(), Request.Accept.TEXT, false, true));
    endAfterWrites();
  }

  /**
   * Closes so that the last bytes arrive: closing at once while the client still sends would make
   * its kernel throw away the answer it has not read.
   */
  private void endAfterWrites() {
    if (state == State.CLOSED || state == State.LINGERING) {
      return;
    }
    state = State.LINGERING;
    releaseBacklog();
    patience(Lane.LINGER);
    channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> shutdownOutput());
    updateReading();
  }

  private void shutdownOutput() {
    if (channel instanceof DuplexChannel duplex && channel.isActive()) {
      duplex.shutdownOutput().addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    } else {
      channel.close();
    }
  }

  /** Ends with a reset: the client must not take what it has for the whole answer. */
  void abort() {
    exchange = null;
    if (channel.isOpen()) {
      if (channel.config() instanceof SocketChannelConfig socket) {
        socket.setSoLinger(0);
      }
      channel.close();
    }
  }

  void patience(Duration duration) {
    deadline = System.nanoTime() + duration.toNanos();
  }

  /** Called by the lane now and then. */
  void expireIfDue(long nanoTime) {
    if (nanoTime - deadline < 0) {
      return;
    }
    Exchange now = exchange;
    if (state == State.HEAD && heads.begun()) {
      refuse(new BadMessage(408, "The message head took too long to arrive"));
    } else if (state == State.BODY && now != null && channel.config().isAutoRead()) {
      refuse(new BadMessage(408, "The request body stopped arriving"));
    } else if (now != null) {
      now.outOfPatience();
    } else {
      channel.close();
    }
  }

  /**
   * The process is going. A connection between two requests may have the next one under way:
   * closing it now would lose that one, so it ends a moment later, and what it asks until then is
   * answered.
   */
  void lastCall() {
    if (state == State.HEAD && !heads.begun()) {
      patience(Lane.LAST_CALL);
    }
  }

  /** Steps aside for a tunnel; returns what arrived after the request. */
  @Nullable ByteBuf handOver() {
    ByteBuf kept = backlog;
    backlog = null;
    exchange = null;
    state = State.CLOSED;
    lane.remove(this);
    return kept;
  }

  private void releaseBacklog() {
    if (backlog != null) {
      backlog.release();
      backlog = null;
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    state = State.CLOSED;
    lane.remove(this);
    releaseBacklog();
    Exchange now = exchange;
    exchange = null;
    if (now != null) {
      now.clientGone();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    // A reset or a write to a client that has gone: the rest is done when the channel closes.
    lane.notable(cause);
    context.close();
  }
}
