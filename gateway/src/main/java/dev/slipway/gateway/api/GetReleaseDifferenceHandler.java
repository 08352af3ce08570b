package dev.slipway.gateway.api;

import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.contracts.deployment.Release;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.gateway.http.ApiJson;
import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Endpoint;
import dev.slipway.gateway.http.Reply;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What changed from one release of an application to another. */
public final class GetReleaseDifferenceHandler implements Endpoint {
  private final Stores stores;

  public GetReleaseDifferenceHandler(Stores stores) {
    this.stores = stores;
  }

  /**
   * As it looks from outside.
   *
   * @param fields names of the description's fields that differ
   */
  private record View(
      ReleaseView from, ReleaseView to, List<String> fields, EnvironmentDifference environment) {}

  @Override
  public Future<Reply> answer(Call call) {
    ApplicationId id = new ApplicationId(call.path("id"));
    return stores
        .applications()
        .get(id)
        .compose(known -> release(id, call.number("from")))
        .compose(from ->
            release(id, call.number("to")).compose(to -> difference(from, to).map(Reply::ok)));
  }

  private Future<Release> release(ApplicationId id, long number) {
    return stores
        .releases()
        .list(id, Math.toIntExact(number) + 1, 1)
        .map(found ->
            found.stream()
                .filter(release -> release.number() == number)
                .findFirst()
                .orElseThrow(() -> Problem.notFound("release", String.valueOf(number))));
  }

  private Future<View> difference(Release from, Release to) {
    ApplicationId id = from.applicationId();
    return stores
        .environments()
        .inheriting(id, from.spec().environmentVersion())
        .compose(before ->
            stores
                .environments()
                .inheriting(id, to.spec().environmentVersion())
                .map(after ->
                    new View(
                        ReleaseView.of(from),
                        ReleaseView.of(to),
                        fields(from, to),
                        EnvironmentDifference.between(before, after))));
  }

  private static List<String> fields(Release from, Release to) {
    JsonObject before = new JsonObject(ApiJson.buffer(from.spec().config()));
    JsonObject after = new JsonObject(ApiJson.buffer(to.spec().config()));
    TreeSet<String> names = new TreeSet<>(before.fieldNames());
    names.addAll(after.fieldNames());
    return names.stream().filter(name -> !same(before, after, name)).toList();
  }

  private static boolean same(JsonObject before, JsonObject after, String name) {
    @Nullable Object old = before.getValue(name);
    return Objects.equals(old, after.getValue(name));
  }
}
