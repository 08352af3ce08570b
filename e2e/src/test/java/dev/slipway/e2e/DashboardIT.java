package dev.slipway.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static dev.slipway.e2e.Browser.button;
import static dev.slipway.e2e.Browser.idIn;
import static dev.slipway.e2e.Browser.link;
import static dev.slipway.e2e.Browser.named;
import static dev.slipway.e2e.Browser.within;
import static dev.slipway.e2e.Visitors.PASSWORD;
import static dev.slipway.e2e.Visitors.signIn;
import static dev.slipway.e2e.Visitors.title;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import dev.slipway.e2e.house.Until;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What people do in the dashboard, in a real browser and by clicking alone. */
@ExtendWith(OnePlatform.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class DashboardIT {
  private static final LocatorAssertions.IsVisibleOptions SOON =
      new LocatorAssertions.IsVisibleOptions().setTimeout(Databases.LIMIT.toMillis());

  private final World world;
  private final Databases databases;
  private final Backups backups;
  private final Visitors visitors;
  private Browser browser;
  private String admin;

  DashboardIT(World world) {
    this.world = world;
    this.databases = new Databases(world);
    this.backups = new Backups(world::api);
    this.visitors = new Visitors(world);
  }

  @BeforeAll
  void somebodyWhoMayDoAll() {
    PlaywrightAssertions.setDefaultAssertionTimeout(20_000);
    browser = Browser.of("http://127.0.0.1:" + world.host().uiPort());
    admin = visitors.invited("admin");
  }

  @AfterEach
  void nothingWentWrongUnseen() {
    browser.closeWindows();
    browser.hadNoTrouble();
  }

  @AfterAll
  void theBrowserGoes() {
    // there is none where the machine has no Chromium
    if (browser != null) {
      browser.close();
    }
  }

  @Test
  void whoeverSignsInComesBackToWhereHeWasAndWhoeverSignsOutSeesNothing() {
    Page page = browser.window(1280, 900);
    page.navigate("/backups?status=verified");
    signIn(page, admin, "not the password at all");
    assertThat(page.getByRole(AriaRole.ALERT)).containsText("wrong_credentials");
    signIn(page, admin, PASSWORD);
    title(page, "Backups");
    assertThat(page).hasURL(Pattern.compile(".*/backups\\?status=verified$"));

    page.navigate("/no/such/page");
    assertThat(page.getByRole(AriaRole.ALERT)).containsText("not_found");
    button(page, "Account").click();
    page.getByRole(AriaRole.MENUITEM, named("Sign out")).click();
    assertThat(page.getByLabel("E-mail")).isVisible();
    page.navigate("/databases");
    assertThat(page.getByLabel("E-mail")).isVisible();
    assertThat(page.getByRole(AriaRole.NAVIGATION)).hasCount(0);
  }

  @Test
  void aFirstVisitorIsAskedForTheOperatorsKey() {
    Page page = browser.window(1280, 900);
    // the platform that all tests share may have an owner: what is answered is real, what is asked
    // is not
    page.route(
        "**/api/setup",
        route -> {
          if (route.request().method().equals("GET")) {
            route.fulfill(
                new com.microsoft.playwright.Route.FulfillOptions()
                    .setContentType("application/json")
                    .setBody("{\"needed\":true,\"externalSignIn\":false}"));
          } else {
            route.resume();
          }
        });
    page.navigate("/");
    title(page, "Welcome");
    page.getByLabel("Operator’s key").fill("nobody's key");
    page.getByLabel("Your name").fill("Ada");
    page.getByLabel("E-mail").fill("ada@example.org");
    page.locator("input[name=password]").fill(PASSWORD);
    button(page, "Make me the owner").click();
    assertThat(page.getByRole(AriaRole.ALERT)).containsText("unauthorized");
  }

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void aDatabaseIsMadeBackedUpAndPutBackByClicking() throws IOException {
    Page page = signedIn(admin);
    JsonNode books = made(page, World.name("books"));
    databases.asked(books, "create table book(id int primary key, title text)");
    databases.asked(
        books, "insert into book select i, 'title ' || i from generate_series(1, 1000) i");

    button(page, "Back up now").click();
    button(page, "Take the backup").click();
    title(page, "Backup of " + name(books));
    status(page, "verified");
    assertThat(page.getByRole(AriaRole.TABLE)).containsText("public.book1,000");
    assertThat(page.getByText("pg_dump").first()).isVisible();
    final String backup = page.url();

    String copy = World.name("copy");
    link(page, "Restore").click();
    page.getByLabel("Name of the new database").fill(copy);
    button(page, "Restore into a new database").click();
    restored(page);
    link(page, copy).click();
    title(page, copy);
    JsonNode copied = world.api().get("/databases/" + idIn(page)).expect(200).json();
    copied =
        databases.done(
            world
                .api()
                .patch(
                    "/databases/" + Databases.id(copied),
                    Map.of("externalPort", Databases.freePort())));
    assertThat(databases.asked(copied, "select count(*) from book")).isEqualTo("1000");

    databases.asked(books, "delete from book where id > 10");
    page.navigate(backup + "/restore");
    page.getByLabel("In the place of what is in a database").check();
    Locator go = button(page, "Replace and restore");
    assertThat(go).isDisabled();
    page.getByLabel("Type " + name(books) + " to confirm").fill(name(books));
    go.click();
    restored(page);
    assertThat(databases.asked(books, "select count(*) from book")).isEqualTo("1000");
    link(page, "safety backup").click();
    status(page, "verified");
    assertThat(page.getByRole(AriaRole.TABLE)).containsText("public.book10");

    removed(page, copied);
    databases.removed(books);
  }

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void whatTakesTooLongIsCancelledAndWhatServedGoesOn() throws IOException {
    JsonNode held =
        databases.created(
            World.name("held"), "postgresql", Map.of("externalPort", Databases.freePort()));
    databases.asked(held, "create table t(i int); insert into t values (1)");
    JsonNode backup = backups.verified(held, Map.of());
    Page page = signedIn(admin);
    String client = databases.holding(held, "t");
    try {
      page.navigate("/databases/" + Databases.id(held));
      button(page, "Back up now").click();
      button(page, "Take the backup").click();
      databases.awaitWaiting(held, "t");
      assertThat(page.getByRole(AriaRole.STATUS, named("Progress")))
          .containsText("Taking. The database’s own tool reads it");
      button(page, "Cancel the backup").click();
      cancelled(page, "/backups/");

      page.navigate("/backups/" + Backups.id(backup) + "/restore");
      page.getByLabel("In the place of what is in a database").check();
      page.getByLabel("Type " + name(held) + " to confirm").fill(name(held));
      button(page, "Replace and restore").click();
      databases.awaitWaiting(held, "t");
      button(page, "Cancel the restore").click();
      cancelled(page, "/restores/");
      assertThat(page.getByText("What served before goes on serving.")).isVisible();
    } finally {
      databases.releasing(held, client).run();
    }
    assertThat(databases.asked(held, "select count(*) from t")).isEqualTo("1");
    databases.awaitNoWork(held);
    databases.removed(held);
  }

  @Test
  void aPasswordIsShownWhenItIsAskedForAndHiddenAgain() throws IOException {
    JsonNode shop = databases.created(World.name("shop"), "postgresql", Map.of());
    Page page = signedIn(admin);
    page.navigate("/databases/" + Databases.id(shop));
    String password = databases.revealed(shop).path("password").asText();
    assertThat(page.getByText(":****@")).isVisible();
    assertThat(page.content()).doesNotContain(password);
    button(page, "Reveal the password").click();
    assertThat(page.getByText(password)).isVisible();
    assertThat(
            world
                .api()
                .get("/audit?action=database.reveal&subject=" + Databases.id(shop))
                .expect(200)
                .json()
                .at("/items/0/actor")
                .asText())
        .isEqualTo(admin);
    button(page, "Hide the password").click();
    assertThat(page.getByText(":****@")).isVisible();
    assertThat(page.content()).doesNotContain(password);

    page.getByRole(AriaRole.TAB, named("Schedules")).click();
    assertThat(page.getByText("Every night at 2")).isVisible();
    button(page, "Pause").click();
    assertThat(page.getByText("paused")).isVisible();
    page.getByRole(AriaRole.TAB, named("Logs")).click();
    assertThat(page.getByRole(AriaRole.LOG)).containsText("ready to accept connections");
    databases.removed(shop);
  }

  @Test
  void aViewerSeesEverythingAndNothingToPress() {
    JsonNode looked = databases.created(World.name("looked"), "valkey", Map.of());
    Page page = signedIn(visitors.invited("viewer"));
    page.navigate("/databases/" + Databases.id(looked));
    title(page, name(looked));
    assertThat(page.getByText(":****@").first()).isVisible();
    for (String wish :
        List.of("Back up now", "Restart", "Stop", "Upgrade", "Remove it", "Reveal the password")) {
      assertThat(button(page, wish)).hasCount(0);
    }
    Map<String, String> shown =
        Map.of(
            "/databases", name(looked),
            "/backups", "A backup counts once",
            "/schedules", "Every night at 2",
            "/destinations", "Last tried");
    for (String path : shown.keySet()) {
      page.navigate(path);
      assertThat(page.getByText(shown.get(path)).first()).isVisible();
      assertThat(
              page.getByRole(AriaRole.MAIN)
                  .getByRole(AriaRole.BUTTON, within("New|Back up|Upload|Pause|Remove")))
          .hasCount(0);
    }
    Object refused =
        page.evaluate(
            "id => fetch('/api/backups', {method: 'POST', headers: {'Content-Type': 'application/json'},"
                + " body: JSON.stringify({databaseId: id})}).then(answer => answer.status)",
            Databases.id(looked));
    assertThat(refused).isEqualTo(403);
    databases.removed(looked);
  }

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void everyPageFitsATelephone() {
    JsonNode small = databases.created(World.name("small"), "valkey", Map.of());
    JsonNode backup = backups.verified(small, Map.of());
    JsonNode restore =
        backups.restored(
            Map.of("backupId", Backups.id(backup), "into", Map.of("name", World.name("fits"))));
    Page page = browser.window(375, 740);
    page.navigate("/");
    signIn(page, admin, PASSWORD);
    title(page, "Overview");
    for (String path :
        List.of(
            "/",
            "/applications",
            "/databases",
            "/databases/new",
            "/databases/" + Databases.id(small),
            "/backups",
            "/backups/" + Backups.id(backup),
            "/backups/" + Backups.id(backup) + "/restore",
            "/restores",
            "/restores/" + Backups.id(restore),
            "/schedules",
            "/destinations",
            "/destinations/new",
            "/audit")) {
      page.navigate(path);
      assertThat(page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setLevel(1)))
          .isVisible();
      // what comes with the data must fit, too
      assertThat(page.locator(".mantine-Skeleton-root")).hasCount(0);
      assertThat((Integer) page.evaluate("document.documentElement.scrollWidth"))
          .as(path)
          .isLessThanOrEqualTo(375);
    }
    button(page, "Navigation").click();
    link(page, "Backups").click();
    title(page, "Backups");
    databases.removed(
        world.api().get("/databases/" + restore.path("databaseId").asText()).expect(200).json());
    databases.removed(small);
  }

  // ---- what people do ------------------------------------------------------------------------

  private Page signedIn(String email) {
    Page page = browser.window(1280, 900);
    page.navigate("/");
    signIn(page, email, PASSWORD);
    title(page, "Overview");
    return page;
  }

  /** A PostgreSQL that everybody on this host reaches. */
  private JsonNode made(Page page, String name) throws IOException {
    page.navigate("/databases");
    link(page, "New database").click();
    page.getByLabel("Name", new Page.GetByLabelOptions().setExact(false)).first().fill(name);
    page.getByLabel("Port for everybody").fill(String.valueOf(Databases.freePort()));
    button(page, "Create the database").click();
    title(page, name);
    status(page, "running");
    return world.api().get("/databases/" + idIn(page)).expect(200).json();
  }

  private void removed(Page page, JsonNode database) {
    page.navigate("/databases/" + Databases.id(database));
    button(page, "Remove it").click();
    Locator dialog = page.getByRole(AriaRole.DIALOG);
    dialog.getByLabel("Also the volume with its data").check();
    assertThat(dialog.getByRole(AriaRole.BUTTON, within("^Remove it$"))).isDisabled();
    dialog.getByLabel("Type " + name(database) + " to confirm").fill(name(database));
    dialog.getByRole(AriaRole.BUTTON, within("^Remove it$")).click();
    title(page, "Databases");
    Databases.goneWithItsContainers(database);
  }

  private static void restored(Page page) {
    title(page, "Restore");
    assertThat(page.getByText("It is restored, and was found equal to the backup")).isVisible(SOON);
  }

  /** What the page is about is cancelled, and the page shows it. */
  private void cancelled(Page page, String path) {
    String thing = path + idIn(page);
    Until.holds(
        () ->
            "it is cancelled: "
                + world.api().get(thing).body()
                + world.api().get(thing + "/logs").body()
                + page.getByRole(AriaRole.ALERT).allInnerTexts(),
        Duration.ofSeconds(60),
        Duration.ofMillis(500),
        () -> world.api().get(thing).json().path("status").asText().equals("cancelled"));
    status(page, "cancelled");
  }

  /** The status beside the title, in the end. */
  private static void status(Page page, String status) {
    assertThat(page.getByRole(AriaRole.MAIN).locator("[data-status=" + status + "]").first())
        .isVisible(SOON);
  }

  private static String name(JsonNode database) {
    return database.path("name").asText();
  }
}
