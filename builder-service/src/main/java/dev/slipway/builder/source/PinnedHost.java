package dev.slipway.builder.source;

import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import org.eclipse.jgit.transport.SshConfigStore;
import org.eclipse.jgit.transport.SshConstants;
import org.jspecify.annotations.Nullable;

/**
 * Settings of ssh that say one thing: at which address the host is, so that no name is resolved.
 */
final class PinnedHost implements SshConfigStore, SshConfigStore.HostConfig {
  private final String address;

  PinnedHost(InetAddress address) {
    this.address = address.getHostAddress();
  }

  @Override
  public HostConfig lookup(String hostName, int port, String userName) {
    return this;
  }

  @Override
  public HostConfig lookupDefault(String hostName, int port, String userName) {
    return this;
  }

  @Override
  public @Nullable String getValue(String key) {
    return SshConstants.HOST_NAME.equalsIgnoreCase(key) ? address : null;
  }

  @Override
  public List<String> getValues(String key) {
    var value = getValue(key);
    return value == null ? List.of() : List.of(value);
  }

  @Override
  public Map<String, String> getOptions() {
    return Map.of(SshConstants.HOST_NAME, address);
  }

  @Override
  public Map<String, List<String>> getMultiValuedOptions() {
    return Map.of();
  }
}
