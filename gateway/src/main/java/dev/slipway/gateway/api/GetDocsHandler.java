package dev.slipway.gateway.api;

import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Contract;
import dev.slipway.gateway.http.Endpoint;
import dev.slipway.gateway.http.Pages;
import dev.slipway.gateway.http.Reply;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/** The contract as a page, written when somebody first wants it. */
public final class GetDocsHandler implements Endpoint {
  private final Contract contract;
  private @Nullable Buffer page;

  public GetDocsHandler(Contract contract) {
    this.contract = contract;
  }

  @Override
  public Future<Reply> answer(Call call) {
    Buffer written = page;
    if (written == null) {
      written = new Pages(contract).docs();
      page = written;
    }
    return Future.succeededFuture(Reply.of("text/html; charset=utf-8", written));
  }
}
