package dev.slipway.gateway.api;

import dev.slipway.contracts.problem.Problem;
import dev.slipway.gateway.http.Call;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A page of a list. Handlers ask their store for one item more than the page holds; so whether
 * there is a next page is known, not guessed.
 *
 * @param nextCursor null on the last page
 */
public record Page<T>(List<T> items, @Nullable String nextCursor) {
  private static final String MARK = "after:";

  /** How many items to ask the store for. */
  public static int wanted(Call call) {
    return size(call) + 1;
  }

  /** Where the page before ended; empty on the first page. */
  public static String after(Call call) {
    return call.text("cursor").map(Page::opened).orElse("");
  }

  /** The number at which the page before ended; the greatest number on the first page. */
  public static int below(Call call) {
    String after = after(call);
    if (after.isEmpty()) {
      return Integer.MAX_VALUE;
    }
    if (!after.matches("[0-9]{1,9}")) {
      throw unknownCursor();
    }
    return Integer.parseInt(after);
  }

  /** The page of what was found: each as it looks from outside, and where the next page begins. */
  public static <S, T> Page<T> of(
      Call call, List<S> found, Function<S, T> look, Function<S, String> place) {
    int size = size(call);
    boolean more = found.size() > size;
    List<S> shown = more ? found.subList(0, size) : found;
    return new Page<>(
        shown.stream().map(look).toList(), more ? sealed(place.apply(shown.getLast())) : null);
  }

  private static int size(Call call) {
    return Math.toIntExact(call.number("limit", 50));
  }

  private static String sealed(String place) {
    byte[] bytes = (MARK + place).getBytes(StandardCharsets.UTF_8);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static String opened(String cursor) {
    try {
      String text = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
      if (text.startsWith(MARK) && text.matches("[!-~]{7,100}")) {
        return text.substring(MARK.length());
      }
    } catch (IllegalArgumentException e) {
      // Told below: whatever is wrong with it, it is not one of ours.
    }
    throw unknownCursor();
  }

  private static Problem unknownCursor() {
    return Problem.invalid("cursor", "must be the nextCursor of the page before, as it was given");
  }
}
