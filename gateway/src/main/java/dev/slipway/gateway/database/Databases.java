package dev.slipway.gateway.database;

import dev.slipway.contracts.application.ProjectId;
import dev.slipway.contracts.database.DatabaseId;
import dev.slipway.contracts.logs.LogStreams;
import dev.slipway.gateway.api.Page;
import dev.slipway.gateway.api.Stores;
import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Reply;
import dev.slipway.gateway.live.Logs;
import io.vertx.core.Future;
import java.util.Locale;

/** Looks at databases that change nothing and ask nobody. */
final class Databases {
  private final Stores stores;
  private final DatabasePicture picture;
  private final Logs logs;

  Databases(Stores stores, DatabasePicture picture, Logs logs) {
    this.stores = stores;
    this.picture = picture;
    this.logs = logs;
  }

  Future<Reply> list(Call call) {
    return stores
        .databases()
        .list(
            call.text("projectId").map(ProjectId::new).orElse(null),
            call.text("q").map(text -> text.toLowerCase(Locale.ROOT)).orElse(null),
            Page.wanted(call),
            Page.after(call),
            call.caller().visible())
        .compose(found ->
            picture
                .of(found)
                .map(look -> Reply.ok(Page.of(call, found, look, each -> each.id().value()))));
  }

  Future<Reply> get(Call call) {
    return picture.reply(id(call), Reply::ok);
  }

  Future<Reply> log(Call call) {
    return stores
        .databases()
        .get(id(call))
        .compose(known -> logs.answer(call, LogStreams.of(known.id()), known.name() + ".log"));
  }

  static DatabaseId id(Call call) {
    return new DatabaseId(call.path("id"));
  }
}
