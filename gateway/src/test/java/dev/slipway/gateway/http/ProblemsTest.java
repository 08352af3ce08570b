package dev.slipway.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.problem.Problem;
import java.net.ConnectException;
import org.junit.jupiter.api.Test;

class ProblemsTest {
  @Test
  void aDatabaseThatDoesNotAnswerIsWorthTryingAgain() {
    assertThat(Problems.of(new RuntimeException(new ConnectException("refused"))).status())
        .isEqualTo(503);
    assertThat(
            Problems.of(new RuntimeException("FATAL: the database system is starting up (57P03)"))
                .status())
        .isEqualTo(503);
  }

  @Test
  void whatOnlyWeCanMendIsToldByItsNumberAlone() {
    Problem problem = Problems.of(new IllegalStateException("column secret_thing does not exist"));

    assertThat(problem.status()).isEqualTo(500);
    assertThat(problem.detail()).contains("err_").doesNotContain("secret_thing");
  }

  @Test
  void whatTheCallerCanMendIsToldInFull() {
    Problem known = Problem.conflict("name_taken", "Taken.", "Choose another.");
    assertThat(Problems.of(new RuntimeException(known))).isSameAs(known);
  }
}
