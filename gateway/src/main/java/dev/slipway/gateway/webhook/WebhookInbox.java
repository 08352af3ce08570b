package dev.slipway.gateway.webhook;

import dev.slipway.contracts.application.ApplicationConfig;
import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.contracts.deployment.DeploymentId;
import dev.slipway.contracts.deployment.Trigger;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.gateway.api.Stores;
import dev.slipway.platform.pg.Queries;
import dev.slipway.platform.secrets.Vault;
import dev.slipway.store.DeploymentStore.Wish;
import dev.slipway.store.WebhookDelivery;
import dev.slipway.store.WebhookDelivery.Conclusion;
import dev.slipway.store.WebhookDelivery.Outcome;
import dev.slipway.store.WebhookStore.Arrival;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Takes deliveries in. The row in the inbox, the verdict and the deployment it asks for are one
 * transaction: after its commit nothing is left to be done but to ring, and builders look without a
 * bell too. So a gateway may die at any line, and a delivery is carried out once or not taken.
 */
final class WebhookInbox {
  private static final int LONGEST_TITLE = 200;
  private static final int LONGEST_ACTOR = 100;

  private final Queries database;
  private final Vault vault;

  WebhookInbox(Queries database, Vault vault) {
    this.database = database;
    this.vault = vault;
  }

  /**
   * What became of a delivery.
   *
   * @param repeated it had come before, and this is what came of it then
   */
  record Taken(WebhookDelivery delivery, boolean repeated) {}

  /** Takes a delivery whose sender proved to know the secret. */
  Future<Taken> take(Arrival arrival) {
    List<News> news =
        NewsReader.read(Provider.of(arrival.provider()), arrival.event(), arrival.body());
    return database.transaction(tx -> {
      Stores in = Stores.on(tx, vault);
      return in.webhooks()
          .arrived(arrival)
          .compose(fresh ->
              fresh
                  ? judged(in, arrival, news, null).map(told -> new Taken(told, false))
                  : in.webhooks().cameAgain(arrival).map(known -> new Taken(known, true)));
    });
  }

  /**
   * Carries a delivery out again because an operator asks for it: a row of its own in the inbox. To
   * run in the operator's transaction.
   */
  static Future<WebhookDelivery> replay(Stores in, Arrival again, String operator) {
    List<News> news = NewsReader.read(Provider.of(again.provider()), again.event(), again.body());
    return in.webhooks().arrived(again).compose(fresh -> judged(in, again, news, operator));
  }

  private static Future<WebhookDelivery> judged(
      Stores in, Arrival arrival, List<News> news, @Nullable String operator) {
    ApplicationId application = arrival.application();
    return in.webhooks()
        .hold(application)
        .compose(held ->
            held.isEmpty()
                ? Future.failedFuture(Problem.notFound("application", application.value()))
                : in.webhooks()
                    .newestTag(application)
                    .compose(newest -> conclude(in, arrival, news, operator, held.get(), newest)))
        .compose(done -> in.webhooks().get(application, arrival.id()));
  }

  private static Future<Void> conclude(
      Stores in,
      Arrival arrival,
      List<News> news,
      @Nullable String operator,
      ApplicationConfig config,
      Optional<Instant> newestTag) {
    Verdict verdict = new PushRules(config, operator != null, newestTag).judge(news);
    Future<@Nullable String> deployment =
        verdict.deploys()
            ? requested(in, arrival, verdict, operator)
            : Future.succeededFuture(null);
    return deployment.compose(id -> in.webhooks().conclude(arrival.id(), told(verdict, id)));
  }

  private static Future<@Nullable String> requested(
      Stores in, Arrival arrival, Verdict verdict, @Nullable String operator) {
    String pusher = arrival.provider() + ":" + pusher(verdict.news());
    String actor = operator != null ? operator : bounded(pusher, LONGEST_ACTOR);
    Wish wish = new Wish(Trigger.WEBHOOK, actor, title(verdict.news()), verdict.commit());
    return in.deployments()
        .request(arrival.application(), wish)
        .map(DeploymentId::value)
        .compose(id ->
            in.audit()
                .record(actor, "deployment.create", id, Map.of("delivery", arrival.id()))
                .map(noted -> id));
  }

  private static Conclusion told(Verdict verdict, @Nullable String deployment) {
    Outcome outcome =
        verdict.deploys()
            ? Outcome.DEPLOYED
            : verdict.news() instanceof News.Ping ? Outcome.PING : Outcome.IGNORED;
    News.Push push = verdict.news() instanceof News.Push one ? one : null;
    News.Head head = push == null ? News.Head.UNKNOWN : push.head();
    return new Conclusion(
        outcome,
        verdict.reason(),
        verdict.detail(),
        push == null || push.tag() || push.name().isEmpty() ? null : push.name(),
        push == null ? imageTag(verdict.news()) : push.tag() ? push.name() : null,
        head.commit(),
        head.message(),
        head.committedAt(),
        pusher(verdict.news()),
        deployment);
  }

  private static @Nullable String imageTag(News news) {
    return news instanceof News.ImagePush image ? image.tag() : null;
  }

  private static @Nullable String pusher(News news) {
    return switch (news) {
      case News.Push push -> push.pusher();
      case News.ImagePush image -> image.pusher();
      case News.Ping ping -> null;
      case News.Unrelated none -> null;
    };
  }

  private static @Nullable String title(News news) {
    return switch (news) {
      case News.Push push -> pushTitle(push);
      case News.ImagePush image -> bounded("Image " + image.repository(), LONGEST_TITLE);
      case News.Ping ping -> null;
      case News.Unrelated none -> null;
    };
  }

  private static String pushTitle(News.Push push) {
    String commit = push.head().commit();
    String message = push.head().message();
    String what = push.tag() ? "Tag " + push.name() : "Push";
    String which = commit == null ? "" : " " + commit.substring(0, 7);
    String line = message == null ? "" : ": " + message.lines().findFirst().orElse("");
    return bounded(what + which + line, LONGEST_TITLE);
  }

  private static String bounded(String text, int longest) {
    if (text.length() <= longest) {
      return text;
    }
    boolean pair = Character.isHighSurrogate(text.charAt(longest - 2));
    return text.substring(0, pair ? longest - 2 : longest - 1) + "…";
  }
}
