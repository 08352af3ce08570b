package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.ConsoleMessage;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.Request;
import com.microsoft.playwright.options.AriaRole;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The machine's own Chromium. What goes wrong in its pages without anybody seeing it is collected:
 * errors on the console, breaches of the content security policy among them, and requests to
 * anybody else.
 */
final class Browser implements AutoCloseable {
  private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
  private static final List<String> FLAGS =
      List.of(
          "--no-sandbox",
          "--disable-quic",
          "--no-first-run",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-sync");

  private final Playwright playwright;
  private final com.microsoft.playwright.Browser chromium;
  private final String base;
  private final List<String> troubles = new ArrayList<>();

  private Browser(Playwright playwright, com.microsoft.playwright.Browser chromium, String base) {
    this.playwright = playwright;
    this.chromium = chromium;
    this.base = base;
  }

  /**
   * One that opens the pages of a dashboard; the tests are skipped where the machine has none.
   *
   * @param base its address without a slash at the end
   */
  static Browser of(String base) {
    assumeTrue(
        Files.isExecutable(CHROMIUM),
        () -> "the dashboard is clicked through in " + CHROMIUM + ": install Debian's chromium");
    Playwright playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    try {
      return new Browser(
          playwright,
          playwright
              .chromium()
              .launch(new BrowserType.LaunchOptions().setExecutablePath(CHROMIUM).setArgs(FLAGS)),
          base);
    } catch (RuntimeException e) {
      playwright.close();
      throw e;
    }
  }

  /** A window of a person who is not signed in, of that many pixels. */
  Page window(int width, int height) {
    BrowserContext context =
        chromium.newContext(
            new com.microsoft.playwright.Browser.NewContextOptions()
                .setBaseURL(base)
                .setViewportSize(width, height)
                .setLocale("en-GB"));
    context.setDefaultTimeout(20_000);
    Page page = context.newPage();
    page.onConsoleMessage(this::said);
    page.onPageError(error -> troubles.add("a script failed: " + error));
    page.onRequest(this::asked);
    return page;
  }

  private void said(ConsoleMessage message) {
    // browsers tell every answer of 4xx as an error, also those that the page asked for and shows
    boolean answer = message.text().startsWith("Failed to load resource: the server responded");
    if (message.type().equals("error") && !answer) {
      troubles.add(message.text() + " at " + message.location());
    }
  }

  private void asked(Request request) {
    URI there = URI.create(request.url());
    boolean own = request.url().startsWith(base + "/") || "data".equals(there.getScheme());
    if (!own) {
      troubles.add("a request to " + there.getScheme() + "://" + there.getAuthority());
    }
  }

  /** Closes what was opened, so that nothing goes on asking the platform. */
  void closeWindows() {
    chromium.contexts().forEach(BrowserContext::close);
  }

  /** Nothing went wrong since this was last asked that nobody saw. */
  void hadNoTrouble() {
    List<String> told = List.copyOf(troubles);
    troubles.clear();
    assertThat(told).isEmpty();
  }

  /** What somebody finds by its name, as a screen reader tells it. */
  static Locator button(Page page, String name) {
    return page.getByRole(AriaRole.BUTTON, named(name));
  }

  static Locator link(Page page, String name) {
    return page.getByRole(AriaRole.LINK, named(name)).first();
  }

  static Page.GetByRoleOptions named(String name) {
    return new Page.GetByRoleOptions().setName(name).setExact(true);
  }

  static Locator.GetByRoleOptions within(String pattern) {
    return new Locator.GetByRoleOptions().setName(Pattern.compile(pattern));
  }

  /** The id of what the page at this address is about. */
  static String idIn(Page page) {
    return page.url().replaceFirst("[?#].*", "").replaceFirst(".*/", "");
  }

  @Override
  public void close() {
    try (playwright) {
      chromium.close();
    }
  }
}
