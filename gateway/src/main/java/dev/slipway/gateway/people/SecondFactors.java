package dev.slipway.gateway.people;

import dev.slipway.contracts.people.User;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.gateway.api.Changes;
import dev.slipway.gateway.api.Stores;
import dev.slipway.gateway.auth.Caller;
import dev.slipway.gateway.auth.NewKey;
import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Reply;
import dev.slipway.store.UserStore.Credentials;
import io.vertx.core.Future;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Codes that are asked for besides the password, and what helps when the device is gone. */
final class SecondFactors {
  private static final int RECOVERY_CODES = 10;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Stores stores;
  private final Changes changes;
  private final Passwords passwords;
  private final SignInGuard guard;
  private final InstantSource clock;

  SecondFactors(
      Stores stores, Changes changes, Passwords passwords, SignInGuard guard, InstantSource clock) {
    this.stores = stores;
    this.changes = changes;
    this.passwords = passwords;
    this.guard = guard;
    this.clock = clock;
  }

  /**
   * What a device needs.
   *
   * @param uri the same for a picture that a device reads
   */
  private record Secret(String secret, String uri) {}

  /** Shown this once. */
  private record RecoveryCodes(List<String> recoveryCodes) {}

  /** Begins; the password is asked for again, for the browser may be somebody else's by now. */
  Future<Reply> begin(Call call) {
    Caller.Person person = person(call);
    String secret = Totp.secret();
    String label = URLEncoder.encode(person.email(), StandardCharsets.UTF_8).replace("+", "%20");
    return confirmedByPassword(call)
        .compose(right ->
            changes.make(
                call,
                "second_factor.begin",
                person.userId(),
                in -> in.secondFactors().begin(person.userId(), secret)))
        .map(done ->
            Reply.ok(
                new Secret(
                    secret,
                    "otpauth://totp/Slipway:" + label + "?secret=" + secret + "&issuer=Slipway")));
  }

  /** Shows that the device works; from now on a code is asked for. */
  Future<Reply> confirm(Call call) {
    Caller.Person person = person(call);
    List<String> codes =
        Stream.generate(SecondFactors::recoveryCode).limit(RECOVERY_CODES).toList();
    return guard
        .take(person.email(), changes.origin(call).address())
        .compose(free -> stores.secondFactors().of(person.userId()))
        .compose(factor -> {
          if (factor.isEmpty() || factor.get().confirmed()) {
            throw Problem.conflict(
                "second_factor_not_begun",
                "There is no second factor that waits to be confirmed.",
                "Begin with POST /api/second-factor.");
          }
          return taken(person.userId(), factor.get().secret(), call.body().getString("code"));
        })
        .compose(right ->
            right
                ? changes.make(
                    call,
                    "second_factor.confirm",
                    person.userId(),
                    in ->
                        in.secondFactors()
                            .confirm(person.userId(), codes.stream().map(NewKey::hash).toList()))
                : Future.failedFuture(Problem.invalid("code", "is not the code of this moment")))
        .map(done -> Reply.ok(new RecoveryCodes(codes)));
  }

  /** One's own, with the password and a code. */
  Future<Reply> remove(Call call) {
    Caller.Person person = person(call);
    return confirmedByPassword(call)
        .compose(right -> stores.users().get(person.userId()))
        .compose(user -> requireCode(user, call.body().getString("code")))
        .compose(right -> removed(call, person.userId()));
  }

  /** Anybody's, by an operator on the host. */
  Future<Reply> removeOf(Call call) {
    String id = call.path("id");
    return stores.users().get(id).compose(user -> removed(call, id));
  }

  private Future<Reply> removed(Call call, String userId) {
    return changes
        .make(call, "second_factor.remove", userId, in -> in.secondFactors().remove(userId))
        .map(done -> Reply.nothing());
  }

  /** Refuses who has a second factor and does not show it; a code works once. */
  Future<Void> requireCode(User user, @Nullable String code) {
    if (!user.secondFactor()) {
      return Future.succeededFuture();
    }
    if (code == null) {
      return Future.failedFuture(
          refused(
              "second_factor_needed",
              "A code is needed besides the password.",
              "Send the code of your device, or a recovery code, as code."));
    }
    return stores
        .secondFactors()
        .of(user.id())
        .compose(factor ->
            isRecovery(code)
                ? stores.secondFactors().takeRecovery(user.id(), NewKey.hash(spelled(code)))
                : taken(user.id(), factor.orElseThrow().secret(), code))
        .compose(right ->
            right
                ? Future.succeededFuture()
                : Future.failedFuture(
                    refused(
                        "wrong_code",
                        "The code is wrong, or was used already.",
                        "Wait for the next code, or use a recovery code.")));
  }

  private static Problem refused(String code, String detail, String remedy) {
    return new Problem(401, code, "Not signed in", detail, remedy, List.of(), null);
  }

  private Future<Boolean> taken(String userId, String secret, String code) {
    OptionalLong step = Totp.step(secret, code.replace(" ", ""), clock.instant());
    return step.isPresent()
        ? stores.secondFactors().take(userId, step.getAsLong())
        : Future.succeededFuture(false);
  }

  private Future<Void> confirmedByPassword(Call call) {
    Caller.Person person = person(call);
    return guard
        .take(person.email(), changes.origin(call).address())
        .compose(free -> stores.users().credentials(person.email()))
        .compose(known ->
            passwords.matches(
                call.body().getString("password"),
                known.map(Credentials::passwordHash).orElse(null)))
        .compose(right ->
            right
                ? guard.passed(person.email())
                : Future.failedFuture(Problem.invalid("password", "is not your password")));
  }

  private static Caller.Person person(Call call) {
    return Objects.requireNonNull(call.caller().person());
  }

  /** 80 random bits, so that a plain hash of it is safe to keep. */
  private static String recoveryCode() {
    byte[] bits = new byte[10];
    RANDOM.nextBytes(bits);
    return String.join("-", Totp.base32(bits).toLowerCase(Locale.ROOT).split("(?<=\\G.{4})"));
  }

  private static boolean isRecovery(String code) {
    return code.length() > 10;
  }

  private static String spelled(String code) {
    return code.strip().toLowerCase(Locale.ROOT);
  }
}
