package dev.slipway.ingress.proxy;

import io.netty.channel.ChannelPipeline;

/**
 * One public port: what happens to a connection before its requests are read. TLS will be a second
 * one that puts its handler, chosen by server name, at the front of the pipeline.
 */
public interface Entrance {
  /** The scheme applications are told, {@code http} or {@code https}. */
  String scheme();

  void prepare(ChannelPipeline pipeline);

  /** HTTP as it is. */
  static Entrance plain() {
    return new Entrance() {
      @Override
      public String scheme() {
        return "http";
      }

      @Override
      public void prepare(ChannelPipeline pipeline) {
        // Nothing comes before the requests.
      }
    };
  }
}
