package dev.slipway.ingress.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A client and an application that left HTTP: bytes pass both ways as they come. Whoever does not
 * read stops the other one's sending, and who has said its last word may still listen.
 */
final class Tunnel {
  /** Once one side has ended, the other may go on this long without a byte. */
  private static final Duration HALF_CLOSED = Duration.ofSeconds(60);

  private final Exchange exchange;
  private final Channel client;
  private final Channel origin;
  private final @Nullable FrameBoundary frames;
  private Duration patience;
  private long lastByte = System.nanoTime();
  private boolean ended;

  private Tunnel(Exchange exchange, Channel origin) {
    this.exchange = exchange;
    this.client = exchange.client.channel();
    this.origin = origin;
    this.patience = exchange.lane.limits().tunnel();
    this.frames = exchange.request.webSocket() ? new FrameBoundary() : null;
  }

  /** Takes both connections over; {@code first} is what the application sent after its 101. */
  static void between(Exchange exchange, Channel origin, ByteBuf first) {
    Tunnel tunnel = new Tunnel(exchange, origin);
    ByteBuf waiting = exchange.client.handOver();
    tunnel.client.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    origin.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    tunnel.client.pipeline().removeLast();
    tunnel.client.pipeline().addLast(tunnel.new End(tunnel.client, origin, false));
    origin.pipeline().removeLast();
    origin.pipeline().addLast(tunnel.new End(origin, tunnel.client, true));
    exchange.becomeTunnel(tunnel);
    tunnel.fromOrigin(first);
    tunnel.client.writeAndFlush(first, tunnel.client.voidPromise());
    if (waiting != null) {
      origin.writeAndFlush(waiting, origin.voidPromise());
    }
    tunnel.client.config().setAutoRead(origin.isWritable());
    origin.config().setAutoRead(tunnel.client.isWritable());
    if (!tunnel.client.isActive() || !origin.isActive()) {
      tunnel.close();
    }
  }

  private void fromOrigin(ByteBuf bytes) {
    if (frames != null) {
      frames.pass(bytes);
    }
  }

  void expireIfDue(long nanoTime) {
    if (nanoTime - lastByte >= patience.toNanos()) {
      close();
    }
  }

  /** Tells a WebSocket client why (1001, going away) if it is between two frames, and closes. */
  void goAway() {
    if (frames != null && frames.between() && client.isActive()) {
      client
          .writeAndFlush(Unpooled.wrappedBuffer(new byte[] {(byte) 0x88, 2, 3, (byte) 0xe9}))
          .addListener(written -> close());
    } else {
      close();
    }
  }

  void close() {
    client.close();
    origin.close();
    end();
  }

  private void end() {
    if (!ended) {
      ended = true;
      exchange.lane.remove(this);
      exchange.tunnelEnded();
    }
  }

  /** One side: what it reads, the other writes. */
  private final class End extends ChannelInboundHandlerAdapter {
    private final Channel self;
    private final Channel other;
    private final boolean fromOrigin;

    End(Channel self, Channel other, boolean fromOrigin) {
      this.self = self;
      this.other = other;
      this.fromOrigin = fromOrigin;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      lastByte = System.nanoTime();
      if (fromOrigin) {
        Tunnel.this.fromOrigin((ByteBuf) message);
      }
      other.write(message, other.voidPromise());
      if (!other.isWritable()) {
        self.config().setAutoRead(false);
      }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
      other.flush();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
      if (self.isWritable()) {
        lastByte = System.nanoTime();
        other.config().setAutoRead(true);
      }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      if (event == ChannelInputShutdownEvent.INSTANCE) {
        patience = patience.compareTo(HALF_CLOSED) < 0 ? patience : HALF_CLOSED;
        other.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(done -> sayLastWord());
      }
    }

    private void sayLastWord() {
      if (other instanceof DuplexChannel duplex && other.isActive()) {
        duplex.shutdownOutput().addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
        if (duplex.isInputShutdown()) {
          close();
        }
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      // What was read before the end must still arrive.
      other.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
      end();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      exchange.lane.notable(cause);
      context.close();
    }
  }
}
