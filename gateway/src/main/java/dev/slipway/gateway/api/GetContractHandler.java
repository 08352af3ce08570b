package dev.slipway.gateway.api;

import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Contract;
import dev.slipway.gateway.http.Endpoint;
import dev.slipway.gateway.http.Reply;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;

/** The contract as JSON, written once. */
public final class GetContractHandler implements Endpoint {
  private final Buffer json;

  public GetContractHandler(Contract contract) {
    this.json = contract.json();
  }

  @Override
  public Future<Reply> answer(Call call) {
    return Future.succeededFuture(Reply.of("application/json", json));
  }
}
