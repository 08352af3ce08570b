package dev.slipway.platform.cluster;

import com.hazelcast.instance.EndpointQualifier;
import com.hazelcast.spi.MemberAddressProvider;
import java.net.InetSocketAddress;

/** Where a member listens, and where the others find it, in Hazelcast's terms. */
record MemberAddresses(ClusterConfig.Place bind, ClusterConfig.Place announced)
    implements MemberAddressProvider {

  @Override
  public InetSocketAddress getBindAddress() {
    return new InetSocketAddress(bind.host(), bind.port());
  }

  @Override
  public InetSocketAddress getBindAddress(EndpointQualifier qualifier) {
    return getBindAddress();
  }

  @Override
  public InetSocketAddress getPublicAddress() {
    return new InetSocketAddress(announced.host(), announced.port());
  }

  @Override
  public InetSocketAddress getPublicAddress(EndpointQualifier qualifier) {
    return getPublicAddress();
  }
}
