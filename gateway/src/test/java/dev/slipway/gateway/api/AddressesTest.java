package dev.slipway.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.application.Application;
import dev.slipway.contracts.application.ApplicationConfig;
import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.contracts.application.ApplicationStatus;
import dev.slipway.contracts.application.BuildConfig;
import dev.slipway.contracts.application.HealthCheck;
import dev.slipway.contracts.application.ProjectId;
import dev.slipway.contracts.application.Resources;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AddressesTest {
  private final Addresses addresses = new Addresses("apps.example.org", 8080);

  @Test
  void aPortOfItsOwnIsShownFirstThenDomainsThenGeneratedNames() {
    assertThat(addresses.of(shop("127.0.0.1:32768", "shop.example.com")))
        .containsExactly(
            "http://127.0.0.1:32768",
            "http://shop.example.com:8080",
            "http://shop.apps.example.org:8080",
            "http://shop.localhost:8080");
    assertThat(addresses.of(shop(null))).first().isEqualTo("http://shop.apps.example.org:8080");
  }

  @Test
  void generatedNamesCannotBeClaimed() {
    assertThat(addresses.reserves("other.apps.example.org")).isTrue();
    assertThat(addresses.reserves("shop.localhost")).isTrue();
    assertThat(addresses.reserves("shop.example.com")).isFalse();
  }

  private static Application shop(@Nullable String published, String... domains) {
    ApplicationConfig config =
        new ApplicationConfig(
            "https://git.example.org/me/shop.git",
            "main",
            null,
            null,
            BuildConfig.auto(),
            null,
            3000,
            1,
            Resources.UNLIMITED,
            HealthCheck.DEFAULT,
            List.of(domains),
            List.of(),
            published != null,
            true,
            ApplicationConfig.DEFAULT_KEEP_WARM_SECONDS,
            ApplicationConfig.DEFAULT_DRAIN_SECONDS);
    return new Application(
        new ApplicationId("app_1"),
        "shop",
        new ProjectId("prj_1"),
        "default",
        config,
        ApplicationStatus.RUNNING,
        false,
        null,
        published,
        1,
        Instant.EPOCH,
        Instant.EPOCH);
  }
}
