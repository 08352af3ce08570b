package dev.slipway.ingress.proxy;

import dev.slipway.ingress.http.BadMessage;
import dev.slipway.ingress.http.Body;
import dev.slipway.ingress.http.HeadBuffer;
import dev.slipway.ingress.http.Request;
import dev.slipway.ingress.http.Response;
import dev.slipway.ingress.routes.Upstream;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A connection to one task of an application: it carries one exchange at a time, or rests. */
final class OriginConnection extends ChannelInboundHandlerAdapter {
  /** Bodies up to this size travel in the same write as their head. */
  private static final int SMALL_BODY = 8 * 1024;

  /** How the body is written to the client. */
  private enum Framing {
    AS_IT_COMES,
    INTO_CHUNKS,
    OUT_OF_CHUNKS
  }

  private final Lane lane;
  private final Channel channel;
  private final Upstream upstream;
  private final HeadBuffer heads = new HeadBuffer();
  private @Nullable Exchange exchange;
  private @Nullable ClientConnection toFlush;
  private @Nullable Body body;
  private Framing framing = Framing.AS_IT_COMES;
  private boolean originReusable;
  private boolean clientReusable;
  private boolean reused;
  private boolean passedOn;
  private boolean reset;
  private long restingSince;
  private long restsAtMost;

  OriginConnection(Lane lane, Channel channel, Upstream upstream) {
    this.lane = lane;
    this.channel = channel;
    this.upstream = upstream;
    this.restsAtMost = lane.limits().originIdle().toNanos();
  }

  Upstream upstream() {
    return upstream;
  }

  void begin(Exchange next, ByteBuf head) {
    exchange = next;
    body = null;
    passedOn = false;
    write(head);
    flush();
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

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf in = (ByteBuf) message;
    try {
      while (in.isReadable()) {
        Exchange now = exchange;
        if (now == null) {
          close(); // it speaks unasked
          return;
        }
        if (body == null) {
          readHead(now, in);
        } else {
          copyBody(now, body, in);
        }
      }
    } catch (BadMessage e) {
      misbehaved();
    } finally {
      in.release();
    }
  }

  private void misbehaved() {
    Exchange now = exchange;
    exchange = null;
    if (now == null) {
      close();
    } else {
      now.originMisbehaved();
    }
  }

  private void readHead(Exchange now, ByteBuf in) {
    if (!heads.feed(in, lane.head(), lane.scratch())) {
      return;
    }
    Response response = Response.read(lane.head());
    if (response.status() == 101) {
      switchProtocols(now, response, in);
    } else if (response.interim()) {
      interim(now, response);
    } else {
      answer(now, response, in);
    }
  }

  private void interim(Exchange now, Response response) {
    if (now.request.http11()) {
      passedOn = true;
      now.client.write(response.toClient(channel.alloc(), false, false, true, 0));
      toFlush = now.client;
    }
  }

  private void answer(Exchange now, Response response, ByteBuf in) {
    Request request = now.request;
    ClientConnection client = now.client;
    now.answerBegins();
    Body answered = response.body(request.method());
    body = answered;
    boolean unframed = answered.isChunked() && !request.http11();
    framing = unframed ? Framing.OUT_OF_CHUNKS : Framing.AS_IT_COMES;
    if (answered.endsWithConnection() && request.http11()) {
      framing = Framing.INTO_CHUNKS;
    }
    boolean endsWithClose = unframed || answered.endsWithConnection() && !request.http11();
    originReusable = response.keepsConnection() && !answered.endsWithConnection();
    restsFor(response.keepAliveSeconds());
    clientReusable =
        request.keepAlive() && !endsWithClose && client.requestWhole() && !lane.closing();
    client.patience(lane.limits().stream());
    boolean chunks = request.http11() && (answered.isChunked() || answered.endsWithConnection());
    boolean together =
        framing == Framing.AS_IT_COMES
            && in.readableBytes() <= SMALL_BODY
            && !answered.complete()
            && in.isReadable();
    ByteBuf out =
        response.toClient(
            channel.alloc(),
            chunks,
            !clientReusable,
            request.http11(),
            together ? in.readableBytes() : 0);
    if (together) {
      int mine = answered.take(in, null);
      out.writeBytes(in, mine);
    }
    client.write(out);
    toFlush = client;
    afterBytes(now, answered, in);
  }

  /** An application that says how long it waits for the next request is left a second before. */
  private void restsFor(int seconds) {
    long most = lane.limits().originIdle().toNanos();
    restsAtMost = seconds < 0 ? most : Math.min(most, (seconds - 1) * 1_000_000_000L);
  }

  private void copyBody(Exchange now, Body current, ByteBuf in) {
    ClientConnection client = now.client;
    switch (framing) {
      case AS_IT_COMES -> client.write(in.readRetainedSlice(current.take(in, null)));
      case INTO_CHUNKS -> {
        int mine = current.take(in, null);
        client.write(text(Integer.toHexString(mine) + "\r\n"));
        client.write(in.readRetainedSlice(mine));
        client.write(text("\r\n"));
      }
      case OUT_OF_CHUNKS -> {
        ByteBuf plain = channel.alloc().directBuffer(in.readableBytes());
        in.skipBytes(current.take(in, plain));
        client.write(plain);
      }
    }
    toFlush = client;
    client.patience(lane.limits().stream());
    afterBytes(now, current, in);
  }

  private void afterBytes(Exchange now, Body current, ByteBuf in) {
    if (current.complete()) {
      complete(now, !in.isReadable());
    } else if (!now.client.takesMore()) {
      channel.config().setAutoRead(false);
    }
  }

  private void complete(Exchange now, boolean nothingElse) {
    exchange = null;
    body = null;
    now.answered(originReusable && nothingElse, clientReusable);
  }

  private ByteBuf text(String ascii) {
    return channel
        .alloc()
        .directBuffer(ascii.length())
        .writeBytes(ascii.getBytes(StandardCharsets.US_ASCII));
  }

  private void switchProtocols(Exchange now, Response response, ByteBuf in) {
    if (!now.request.upgrade()) {
      throw new BadMessage(502, "The application switched protocols unasked");
    }
    now.answerBegins();
    now.client.write(response.toClient(channel.alloc(), false, false, true, 0));
    exchange = null;
    Tunnel.between(now, channel, in.readRetainedSlice(in.readableBytes()));
  }

  /** The client reads again. */
  void clientDrained() {
    if (!channel.config().isAutoRead()) {
      channel.config().setAutoRead(true);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    ClientConnection client = toFlush;
    toFlush = null;
    if (client != null) {
      client.flush();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    if (channel.isWritable() && exchange != null) {
      exchange.client.originDrained();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    Exchange now = exchange;
    Body current = body;
    exchange = null;
    lane.pool().remove(this);
    if (now == null) {
      return;
    }
    if (current != null && current.endsWithConnection() && !reset) {
      if (framing == Framing.INTO_CHUNKS) {
        now.client.write(text("0\r\n\r\n"));
      }
      now.answered(false, clientReusable);
      now.client.flush();
    } else {
      now.originLost(reused, !passedOn);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    reset = true;
    lane.notable(cause);
    context.close();
  }

  // ---- resting in the pool

  void rest(long nanoTime) {
    reused = true;
    restingSince = nanoTime;
    clientDrained();
  }

  boolean usable(long nanoTime) {
    return channel.isActive() && nanoTime - restingSince < restsAtMost;
  }

  /** Unused for so short a time that the application can hardly be closing it right now. */
  boolean warm(long nanoTime) {
    return nanoTime - restingSince < Math.min(restsAtMost, 1_000_000_000L);
  }

  /** Closes without telling the exchange. */
  void detach() {
    exchange = null;
    close();
  }

  void close() {
    channel.close();
  }
}
