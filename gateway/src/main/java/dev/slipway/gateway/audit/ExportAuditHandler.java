package dev.slipway.gateway.audit;

import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Endpoint;
import dev.slipway.gateway.http.Reply;
import dev.slipway.store.AuditChainStore;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerResponse;

/** The whole chain as lines of JSON, for whoever verifies it elsewhere. */
final class ExportAuditHandler implements Endpoint {
  private final AuditChainStore chain;
  private final AuditSealing sealing;
  private final LastCheckpoint last;

  ExportAuditHandler(AuditChainStore chain, AuditSealing sealing, LastCheckpoint last) {
    this.chain = chain;
    this.sealing = sealing;
    this.last = last;
  }

  @Override
  public Future<Reply> answer(Call call) {
    return sealing
        .now()
        .compose(chained -> {
          var kept = last.kept(); // before the rows: what it knows must be among them
          return chain.extent().map(extent -> new AuditExport(chain, sealing, kept, extent));
        })
        .compose(export -> {
          call.request().resume();
          HttpServerResponse response =
              call.request()
                  .response()
                  .setChunked(true)
                  .putHeader("Content-Type", "application/x-ndjson")
                  .putHeader("Cache-Control", "no-store");
          return export.writeTo(response).compose(done -> response.end()).map(Reply.TAKEN_OVER);
        });
  }
}
