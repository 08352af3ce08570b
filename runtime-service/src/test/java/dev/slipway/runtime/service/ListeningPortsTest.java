package dev.slipway.runtime.service;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ListeningPortsTest {
  private static final String TABLES =
      """
        sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid
         0: 0100007F:0BB8 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0
         1: 00000000:2382 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0
         3: 0B00007F:8C1B 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0
         2: 0A00000A:C350 0B00000A:1F90 01 00000000:00000000 00:00000000 00000000     0
        sl  local_address rem_address   st
         0: 00000000000000000000000000000000:1F90 00000000000000000000000000000000:0000 0A 00000000:00000000
      """;

  @Test
  void tellsWhatListensAndWhetherItCanBeReached() {
    ListeningPorts.Open open = ListeningPorts.read(TABLES);
    assertThat(open.everywhere()).containsExactly(8080, 9090);
    assertThat(open.loopbackOnly()).containsExactly(3000);
  }

  @Test
  void knowsNothingOfAnythingElse() {
    assertThat(ListeningPorts.read("cat: not found").everywhere()).isEmpty();
  }
}
