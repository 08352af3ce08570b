package dev.slipway.platform.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The checker itself: it must find the order there is, and must not find one where none is. */
class HistoryTest {
  private record Op(boolean write, int value) {}

  /** A register: a read answers what was written last. */
  private static final Model<Integer, Op> REGISTER =
      (state, op) ->
          op.write()
              ? Optional.of(op.value())
              : state == op.value() ? Optional.of(state) : Optional.empty();

  private final History<Op> history = new History<>();

  @Test
  void anAnswerThatCameTooLateIsNotExplained() throws Exception {
    history.record(() -> new Op(true, 1));
    history.record(() -> new Op(true, 2));
    history.record(() -> new Op(false, 1));
    assertThat(history.explainedBy(REGISTER, 0)).isEmpty();
  }

  @Test
  void overlappingWritesMayTakeEffectInEitherOrder() throws Exception {
    var secondIsUnderWay = new CountDownLatch(1);
    var firstHasReturned = new CountDownLatch(1);
    Thread second =
        Thread.ofVirtual()
            .start(() -> {
              try {
                history.record(() -> {
                  secondIsUnderWay.countDown();
                  assertThat(firstHasReturned.await(10, TimeUnit.SECONDS)).isTrue();
                  return new Op(true, 2);
                });
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });
    assertThat(secondIsUnderWay.await(10, TimeUnit.SECONDS)).isTrue();
    history.record(() -> new Op(true, 1));
    firstHasReturned.countDown();
    second.join();
    history.record(() -> new Op(false, 1));
    assertThat(history.explainedBy(REGISTER, 0)).contains(1);
  }
}
