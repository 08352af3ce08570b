package dev.slipway.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static dev.slipway.e2e.Browser.button;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.util.Map;

/** Those who come to the dashboard, and how they get in. */
record Visitors(World world) {
  static final String PASSWORD = "correct horse battery staple 9";

  /** Somebody new with that role, and his e-mail address. */
  String invited(String role) {
    String email = World.name(role) + "@example.org";
    String token =
        world
            .api()
            .post("/invitations", Map.of("email", email, "role", role))
            .expect(201)
            .json()
            .path("token")
            .asText();
    world
        .api()
        .withoutKey()
        .post("/invitations/accept", Map.of("token", token, "name", role, "password", PASSWORD))
        .expect(201);
    return email;
  }

  static void signIn(Page page, String email, String password) {
    page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setLevel(1)).waitFor();
    Locator instead = button(page, "I have an account already");
    if (instead.isVisible()) {
      instead.click(); // nobody owns this platform yet
    }
    page.getByLabel("E-mail").fill(email);
    page.locator("input[name=password]").fill(password);
    button(page, "Sign in").click();
  }

  /** The page of that title is shown. */
  static void title(Page page, String text) {
    assertThat(
            page.getByRole(
                AriaRole.HEADING,
                new Page.GetByRoleOptions().setLevel(1).setName(text).setExact(true)))
        .isVisible();
  }
}
