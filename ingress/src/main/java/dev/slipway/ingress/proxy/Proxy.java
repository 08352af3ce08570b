package dev.slipway.ingress.proxy;

import dev.slipway.ingress.http.TrustedProxies;
import dev.slipway.ingress.routes.Routes;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * The traffic: accepts connections and forwards their requests by the {@link Routes} of the moment.
 * Connections are handed to the lanes in turn and stay there.
 */
public final class Proxy {
  private static final boolean NATIVE = Epoll.isAvailable();
  // What may wait in the process per connection and direction before reading stops.
  private static final WriteBufferWaterMark WAITING = new WriteBufferWaterMark(32 << 10, 128 << 10);

  private final EventLoopGroup loops;
  private final Map<EventLoop, Lane> lanes = new IdentityHashMap<>();
  private final List<Channel> doors = new CopyOnWriteArrayList<>();
  private final Counters counters = new Counters();
  private final PooledByteBufAllocator memory;

  /** A proxy with this many event loops; it listens to nothing yet. */
  public Proxy(Routes routes, Limits limits, TrustedProxies trusted, int loops) {
    // One small arena per loop: chunks of 256 KiB instead of 4 MiB keep an idle ingress small.
    this.memory = new PooledByteBufAllocator(true, 0, loops, 8192, 5, 32, 16, true);
    this.loops = new MultiThreadIoEventLoopGroup(loops, transport());
    Lane.Shared shared = new Lane.Shared(routes, limits, trusted, counters);
    Bootstrap origins = origins(limits.connect());
    for (EventExecutor loop : this.loops) {
      lanes.put((EventLoop) loop, new Lane((EventLoop) loop, shared, origins));
    }
    routes.onSwap(() -> lanes.values().forEach(lane -> lane.tell(lane::routesSwapped)));
  }

  private static IoHandlerFactory transport() {
    return NATIVE ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
  }

  private Bootstrap origins(Duration connect) {
    return new Bootstrap()
        .channel(NATIVE ? EpollSocketChannel.class : NioSocketChannel.class)
        .option(ChannelOption.TCP_NODELAY, true)
        .option(ChannelOption.ALLOCATOR, memory)
        .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WAITING)
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) connect.toMillis());
  }

  public Counters counters() {
    return counters;
  }

  /** Bytes of direct memory held for buffers, used or not. */
  public long bufferMemory() {
    return memory.metric().usedDirectMemory();
  }

  /**
   * Opens a port on all addresses.
   *
   * @param port 0 for any
   * @return the port it got
   * @throws IOException when the port is taken
   */
  public int open(int port, Entrance entrance) throws IOException {
    return open(new InetSocketAddress(port), entrance);
  }

  /** Opens a port on one address; see {@link #open(int, Entrance)}. */
  public int open(InetSocketAddress address, Entrance entrance) throws IOException {
    Class<? extends ServerChannel> type =
        NATIVE ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    var binding =
        new ServerBootstrap()
            .group(loops)
            .channel(type)
            .option(ChannelOption.SO_BACKLOG, 4096)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.ALLOCATOR, memory)
            .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WAITING)
            .childHandler(new Arrivals(entrance))
            .bind(address)
            .awaitUninterruptibly();
    if (!binding.isSuccess()) {
      throw new IOException("Cannot listen on " + address, binding.cause());
    }
    doors.add(binding.channel());
    return ((InetSocketAddress) binding.channel().localAddress()).getPort();
  }

  private final class Arrivals extends ChannelInitializer<Channel> {
    private final Entrance entrance;

    Arrivals(Entrance entrance) {
      this.entrance = entrance;
    }

    @Override
    protected void initChannel(Channel channel) {
      Lane lane = lanes.get(channel.eventLoop());
      if (lane == null || channel.remoteAddress() == null) {
        channel.close(); // it was gone before it was accepted
        return;
      }
      entrance.prepare(channel.pipeline());
      ClientConnection client = new ClientConnection(lane, channel, entrance.scheme());
      channel.pipeline().addLast(client);
      lane.add(client);
    }
  }

  /**
   * Leaves in order: no new connections, requests under way get their answers, unused connections a
   * moment for the request that may be on its way, WebSockets are told, the rest is closed. Blocks
   * as long as the answers take, at most {@code patience} and some seconds. Once it is closed,
   * closing again does nothing.
   */
  public synchronized void close(Duration patience) {
    doors.forEach(door -> door.close().awaitUninterruptibly());
    lanes.values().forEach(lane -> lane.tell(lane::beginClosing));
    Duration lastCall = Lane.LAST_CALL.plusSeconds(1);
    await(patience.compareTo(lastCall) < 0 ? patience : lastCall, () -> counters.open.get() == 0);
    await(patience, () -> counters.exchanges.get() == 0);
    lanes.values().forEach(lane -> lane.tell(lane::closeTunnels));
    await(Duration.ofSeconds(1), () -> counters.tunnels.get() == 0);
    lanes.values().forEach(lane -> lane.tell(lane::closeRest));
    loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  private void await(Duration patience, BooleanSupplier done) {
    long end = System.nanoTime() + patience.toNanos();
    while (!done.getAsBoolean() && System.nanoTime() - end < 0) {
      LockSupport.parkNanos(10_000_000);
    }
  }
}
