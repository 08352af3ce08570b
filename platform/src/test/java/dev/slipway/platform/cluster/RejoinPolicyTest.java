package dev.slipway.platform.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.platform.cluster.RejoinPolicy.Sight;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RejoinPolicyTest {
  private static final String A = "10.0.0.1:5701";
  private static final String B = "10.0.0.2:5701";
  private static final String C = "10.0.0.3:5701";
  private static final Set<String> NOBODY = Set.of();

  private final RejoinPolicy policy = new RejoinPolicy(Duration.ofSeconds(45));
  private long now = Duration.ofHours(1).toNanos();

  private Optional<String> after(long seconds, Sight sight) {
    now += Duration.ofSeconds(seconds).toNanos();
    return policy.judge(now, sight);
  }

  /** All that live are in reach. */
  private static Sight settled(Set<String> members, Set<String> living) {
    return new Sight(true, members, living, living);
  }

  private static Sight unsettled(Set<String> members, Set<String> living) {
    return new Sight(false, members, living, living);
  }

  private void wasSettled() {
    assertThat(after(0, settled(Set.of(A, B, C), NOBODY))).isEmpty();
  }

  @Test
  void whoeverIsUnsettledForItsPatienceWhileOthersAreInReachLeaves() {
    wasSettled();
    assertThat(after(3, unsettled(Set.of(A, B, C), Set.of(B)))).isEmpty();
    assertThat(after(44, unsettled(Set.of(A, B, C), Set.of(B, C)))).isEmpty();
    assertThat(after(1, unsettled(Set.of(A, B, C), Set.of(C))))
        .hasValueSatisfying(why -> assertThat(why).contains("tables"));
  }

  @Test
  void oneMomentInWhichAllIsWellBeginsThePatienceAnew() {
    wasSettled();
    after(0, unsettled(Set.of(A), Set.of(B)));
    assertThat(after(40, settled(Set.of(A, B), NOBODY))).isEmpty();
    assertThat(after(3, unsettled(Set.of(A, B), Set.of(B)))).isEmpty();
    assertThat(after(44, unsettled(Set.of(A, B), Set.of(B)))).isEmpty();
    assertThat(after(1, unsettled(Set.of(A, B), Set.of(B)))).isPresent();
  }

  @Test
  void theLastOneAliveStaysHoweverLongItIsUnsettled() {
    wasSettled();
    for (int i = 0; i < 1_000; i++) {
      assertThat(after(3, unsettled(Set.of(A), NOBODY))).isEmpty();
      assertThat(after(3, settled(Set.of(A), NOBODY))).isEmpty();
    }
  }

  @Test
  void aCutThatLastsIsNoReasonAndItsHealLeavesTimeToMerge() {
    wasSettled();
    for (int i = 0; i < 200; i++) {
      assertThat(after(3, new Sight(false, Set.of(A), Set.of(B, C), Set.of(C)))).isEmpty();
      assertThat(after(3, new Sight(true, Set.of(A), Set.of(B, C), NOBODY))).isEmpty();
    }
    assertThat(after(3, settled(Set.of(A), Set.of(B, C)))).isEmpty();
    assertThat(after(10, settled(Set.of(A, B, C), NOBODY))).isEmpty();
  }

  @Test
  void ofTwoHalvesThatDoNotMergeTheSmallerLeaves() {
    wasSettled();
    after(0, settled(Set.of(A), Set.of(B, C)));
    assertThat(after(45, settled(Set.of(A), Set.of(B, C))))
        .hasValueSatisfying(why -> assertThat(why).contains(B + ", " + C));

    RejoinPolicy larger = new RejoinPolicy(Duration.ofSeconds(45));
    larger.judge(0, settled(Set.of(A, B, C), NOBODY));
    for (long seconds = 0; seconds < 600; seconds += 3) {
      long nanos = Duration.ofSeconds(seconds).toNanos();
      assertThat(larger.judge(nanos, settled(Set.of(B, C), Set.of(A)))).isEmpty();
    }
  }

  @Test
  void ofTwoEqualHalvesExactlyOneLeaves() {
    var here = new RejoinPolicy(Duration.ofSeconds(45));
    var there = new RejoinPolicy(Duration.ofSeconds(45));
    here.judge(0, settled(Set.of(A, B), NOBODY));
    there.judge(0, settled(Set.of(A, B), NOBODY));
    here.judge(1, settled(Set.of(A), Set.of(B)));
    there.judge(1, settled(Set.of(B), Set.of(A)));
    long later = Duration.ofSeconds(60).toNanos();
    assertThat(here.judge(later, settled(Set.of(A), Set.of(B)))).isEmpty();
    assertThat(there.judge(later, settled(Set.of(B), Set.of(A)))).isPresent();
  }

  @Test
  void whoeverWasNeverInThisClusterIsNotWaitedFor() {
    assertThat(after(0, settled(Set.of(A), Set.of(B, C)))).isEmpty();
    assertThat(after(3_600, settled(Set.of(A), Set.of(B, C)))).isEmpty();
  }

  @Test
  void aStartHasTwiceThePatience() {
    after(0, unsettled(NOBODY, Set.of(A)));
    assertThat(after(89, unsettled(NOBODY, Set.of(A)))).isEmpty();
    assertThat(after(1, unsettled(NOBODY, Set.of(A)))).isPresent();
  }
}
